package ai.apertis.bench;

import java.util.SortedMap;

/**
 * One target in one round.
 *
 * @param target its name
 * @param streams the streaming phase
 * @param streamCost spent in its measured part
 * @param single whole answers over one connection, one after the other
 * @param saturated whole answers, as many as go
 * @param saturatedCost spent on these
 * @param rates whole answers at fixed rates, by requests a second
 */
record Measurement(
        String target,
        StreamFigures streams,
        Cost streamCost,
        RequestFigures single,
        RequestFigures saturated,
        Cost saturatedCost,
        SortedMap<Integer, RequestFigures> rates) {

    private static final double MOST_NOISE = 0.1;

    /** Whether other processes took so much of the processors meanwhile that this says little of the target. */
    boolean isNoisy() {
        return streamCost.noise() > MOST_NOISE || saturatedCost.noise() > MOST_NOISE;
    }
}
