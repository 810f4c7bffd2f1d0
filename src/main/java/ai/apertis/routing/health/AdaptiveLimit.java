package ai.apertis.routing.health;

/**
 * How many requests may wait at once for the first token of one endpoint. The limit is moved by the gradient of latency: it
 * grows while first tokens come as fast as they usually do and shrinks as they take longer, which is when requests queue at
 * the provider (Gradient2 of Netflix's concurrency-limits). A request that nothing came back for in time takes a tenth off
 * (AIMD, as TCP does). It begins at its largest, so that an endpoint that is never slow is never limited. Safe for any
 * thread.
 */
final class AdaptiveLimit {
    /** A first token may be so much later than usual before that counts as queueing: prompts differ. */
    private static final double TOLERANCE = 2;

    private static final double SMOOTHING = 0.2;
    private static final double QUEUE = 4;
    private static final double USUAL_SAMPLES = 600;
    private static final double BACK_OFF = 0.9;

    private record State(double limit, double usualNanos) {}

    private final double smallest;
    private final double largest;
    private final Cell<State> state;

    AdaptiveLimit(int smallest, int largest) {
        this.smallest = Math.min(smallest, largest);
        this.largest = largest;
        this.state = new Cell<>(new State(largest, 0));
    }

    /** Whether one more may wait when so many do. */
    boolean allows(int waiting) {
        return waiting < current();
    }

    /** The limit of now. */
    int current() {
        return (int) state.get().limit;
    }

    /**
     * A first token came.
     *
     * @param tookNanos how long it took
     * @param waiting how many waited with it
     */
    void answered(long tookNanos, int waiting) {
        double took = Math.max(1, tookNanos);
        state.updateAndGet(old -> {
            double usual = old.usualNanos == 0 ? took : old.usualNanos + (took - old.usualNanos) / USUAL_SAMPLES;
            if (usual / took > 2) {
                // After an overload the usual time falls back faster than it rose.
                usual *= 0.95;
            }
            if (waiting < old.limit / 2) {
                return new State(old.limit, usual);
            }
            double gradient = Math.clamp(TOLERANCE * usual / took, 0.5, 1);
            double wanted = old.limit * gradient + QUEUE;
            return new State(bounded(old.limit * (1 - SMOOTHING) + wanted * SMOOTHING), usual);
        });
    }

    /** Nothing came in time. */
    void timedOut() {
        state.updateAndGet(old -> new State(bounded(old.limit * BACK_OFF), old.usualNanos));
    }

    private double bounded(double limit) {
        return Math.clamp(limit, smallest, largest);
    }
}
