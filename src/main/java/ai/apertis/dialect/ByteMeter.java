package ai.apertis.dialect;

import ai.apertis.money.Usage;

/** Meters an answer of plain bytes, in which a provider has no place to say what was used. */
@FunctionalInterface
public interface ByteMeter {
    /**
     * What an answer is worth so far.
     *
     * @param bytes how many have passed
     * @return the usage to charge should the answer end here
     */
    Usage usage(long bytes);
}
