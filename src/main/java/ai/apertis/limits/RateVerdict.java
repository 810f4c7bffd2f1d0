package ai.apertis.limits;

/**
 * What a limit says, with all that the {@code X-RateLimit-*} headers need.
 *
 * @param allowed whether the request may go on
 * @param limit the most per window, 0 when the limit is off and there is nothing to tell
 * @param remaining what is left of it, never negative
 * @param resetEpochSecond when the window ends, in Unix seconds, rounded up
 * @param retryAfterSeconds the value of {@code Retry-After}, at least 1; 0 when allowed
 */
public record RateVerdict(boolean allowed, long limit, long remaining, long resetEpochSecond, int retryAfterSeconds) {

    /** What a limit says that is switched off. */
    public static final RateVerdict OFF = new RateVerdict(true, 0, 0, 0, 0);
}
