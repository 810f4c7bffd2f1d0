package ai.apertis.routing;

import java.util.concurrent.TimeUnit;

/**
 * The time a request has until its first byte.
 *
 * @param arrivedNanos when it arrived, by {@link System#nanoTime}
 * @param totalMillis all there is, milliseconds
 * @param attemptMillis the most one attempt may take while others could follow, milliseconds
 */
public record TimeBudget(long arrivedNanos, long totalMillis, long attemptMillis) {
    /**
     * What is left.
     *
     * @return milliseconds, negative when it is used up
     */
    public long leftMillis() {
        return totalMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - arrivedNanos);
    }
}
