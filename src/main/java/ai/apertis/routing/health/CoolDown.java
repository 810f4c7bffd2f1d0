package ai.apertis.routing.health;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long a key is left alone after a provider refused it: as long as the provider said, else a time that doubles with
 * every refusal and varies by a fifth, so that many processes do not come back at once. Safe for any thread.
 */
final class CoolDown {
    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int MOST_DOUBLINGS = 6;

    private record State(boolean cooling, long untilNanos, int refusals) {}

    private final Cell<State> state = new Cell<>(new State(false, 0, 0));

    /**
     * The key was refused.
     *
     * @param saidNanos how long the provider said to wait, 0 when it did not
     * @param firstNanos the time for the first refusal when it did not
     */
    void refused(long saidNanos, long firstNanos, long nowNanos, RandomGenerator random) {
        double spread = 0.9 + 0.2 * random.nextDouble();
        state.updateAndGet(old -> {
            long pause = saidNanos > 0
                    ? saidNanos
                    : (long) ((firstNanos << Math.min(old.refusals, MOST_DOUBLINGS)) * spread);
            long until = nowNanos + Math.min(pause, LONGEST_NANOS);
            // A refusal that was under way when another came does not shorten what that one said.
            long later = old.cooling && old.untilNanos - until > 0 ? old.untilNanos : until;
            return new State(true, later, old.refusals + 1);
        });
    }

    /** The key worked. */
    void worked() {
        if (state.get().refusals > 0) {
            state.set(new State(false, 0, 0));
        }
    }

    /** How long it is still left alone, nanoseconds; 0 when it may be used. */
    long leftNanos(long nowNanos) {
        State now = state.get();
        return now.cooling ? Math.max(0, now.untilNanos - nowNanos) : 0;
    }
}
