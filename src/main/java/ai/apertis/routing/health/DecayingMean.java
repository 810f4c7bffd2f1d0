package ai.apertis.routing.health;

/**
 * An exponentially weighted mean in which a sample counts half after a half-life, however many came since. It knows on how
 * much it rests, so that what was seen long ago can be told from what is known. Safe for any thread.
 */
final class DecayingMean {
    private static final State EMPTY = new State(0, 0, 0);

    private final double halfLifeNanos;
    private final Cell<State> state = new Cell<>(EMPTY);

    DecayingMean(long halfLifeNanos) {
        this.halfLifeNanos = halfLifeNanos;
    }

    /** Takes a sample. */
    void add(double sample, long nowNanos) {
        state.updateAndGet(old -> {
            double weight = weight(old, nowNanos);
            return new State((old.mean * weight + sample) / (weight + 1), weight + 1, nowNanos);
        });
    }

    /** The mean of what was seen, 0 before the first sample. */
    double mean() {
        return state.get().mean;
    }

    /** How many samples of this moment the mean is worth; falls towards 0 with time. */
    double weight(long nowNanos) {
        return weight(state.get(), nowNanos);
    }

    /** Forgets everything. */
    void clear() {
        state.set(EMPTY);
    }

    private double weight(State of, long nowNanos) {
        return of.weight == 0 ? 0 : of.weight * Math.pow(2, -Math.max(0, nowNanos - of.atNanos) / halfLifeNanos);
    }

    private record State(double mean, double weight, long atNanos) {}
}
