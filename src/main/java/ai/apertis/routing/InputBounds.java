package ai.apertis.routing;

import ai.apertis.dialect.InputSize;
import ai.apertis.ledger.PromptDensities;
import ai.apertis.ledger.PromptDensities.Density;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many tokens a prompt has at most, by what was seen of its model (money.md rule 10). Prompts are told apart by their
 * size, because what a provider adds to each weighs on short ones only. Read by every event loop, written by one worker.
 */
public final class InputBounds {
    /** From so many rows on, what was seen replaces the default in both directions; before, only upwards. */
    static final long ENOUGH_SAMPLES = 50;

    /** Sparser is not believed: who has sent fifty prompts of spaces may send another kind next. */
    private static final long LEAST_PER_KIB = 170;
    /** Denser is not believed: no provider counts more than four tokens a byte. */
    private static final long MOST_PER_KIB = 4_096;

    private volatile Map<String, long[]> learnt = Map.of();

    /** Nothing learnt yet. */
    public InputBounds() {}

    /**
     * A bound on the prompt's tokens.
     *
     * @param model the catalogue id of the model that reads it
     * @param size the prompt's
     * @return tokens
     */
    public long tokens(String model, InputSize size) {
        long[] seen = learnt.get(model);
        return size.tokensFromAbove(
                seen == null ? InputSize.TOKENS_PER_KIB : seen[PromptDensities.sizeClass(size.textBytes())]);
    }

    /**
     * Takes what was seen in the place of all before.
     *
     * @param seen the worst of each model and size
     */
    public void learn(List<Density> seen) {
        Map<String, long[]> bounds = new HashMap<>();
        for (Density density : seen) {
            bounds.computeIfAbsent(density.model(), model -> unknown())[density.sizeClass()] = bound(density);
        }
        learnt = Map.copyOf(bounds);
    }

    private static long[] unknown() {
        long[] bounds = new long[PromptDensities.SIZE_CLASSES];
        Arrays.fill(bounds, InputSize.TOKENS_PER_KIB);
        return bounds;
    }

    /** A quarter above the worst. */
    private static long bound(Density density) {
        long above = Math.clamp(Math.ceilDiv(density.worstPerKib() * 5, 4), LEAST_PER_KIB, MOST_PER_KIB);
        return density.samples() >= ENOUGH_SAMPLES ? above : Math.max(above, InputSize.TOKENS_PER_KIB);
    }
}
