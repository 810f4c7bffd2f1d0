package ai.apertis.ingress;

import java.util.concurrent.TimeUnit;

/**
 * How late one event loop is, by a timer that should fire every so often. A loop that is late for a moment catches up; one
 * that has been too late at every beat for a second has a queue that stands (as CoDel tells them apart, RFC 8289). Used on
 * that loop only; times are those of {@link System#nanoTime}.
 */
final class Pulse {
    private static final long STANDING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long latestNanos;
    private long dueNanos;
    private long lateSinceNanos = Long.MIN_VALUE;

    /**
     * A pulse.
     *
     * @param latestNanos how late a beat may be, nanoseconds
     * @param dueNanos when the first is due
     */
    Pulse(long latestNanos, long dueNanos) {
        this.latestNanos = latestNanos;
        this.dueNanos = dueNanos;
    }

    /** A beat came; says when the next one is due. */
    void beat(long nowNanos, long nextNanos) {
        if (nowNanos - dueNanos <= latestNanos) {
            lateSinceNanos = Long.MIN_VALUE;
        } else if (lateSinceNanos == Long.MIN_VALUE) {
            lateSinceNanos = dueNanos + latestNanos;
        }
        dueNanos = nextNanos;
    }

    /** Whether the loop has been too late for long. A beat that is overdue counts before it comes. */
    boolean stands(long nowNanos) {
        long since = lateSinceNanos == Long.MIN_VALUE ? dueNanos + latestNanos : lateSinceNanos;
        return nowNanos - since > STANDING_NANOS;
    }
}
