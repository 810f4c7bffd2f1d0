package ai.apertis.routing;

import java.util.concurrent.TimeUnit;

/**
 * The time a request has until its first byte.
 *
 * @param arrivedNanos when it arrived, by {@link System#nanoTime}
 * @param totalMillis all there is, milliseconds
 * @param attemptMillis the most one attempt may take while others could follow, milliseconds; 0 when nobody said, which
 *     leaves each attempt half of what is left
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

    /**
     * How long one attempt may take.
     *
     * @param othersFollow whether another could be made after it
     * @return milliseconds, at least 1
     */
    public long patienceMillis(boolean othersFollow) {
        long left = leftMillis();
        long share = attemptMillis > 0 ? Math.min(attemptMillis, left) : left / 2;
        return Math.max(1, othersFollow ? share : left);
    }
}
