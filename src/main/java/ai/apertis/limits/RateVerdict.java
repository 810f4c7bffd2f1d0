package ai.apertis.limits;

/**
 * What a limit says, with all that the {@code X-RateLimit-*} headers need.
 *
 * @param allowed whether the request may go on
 * @param limit the most per window
 * @param remaining what is left of it, never negative
 * @param resetEpochSecond when the window ends, in Unix seconds, rounded up
 * @param retryAfterSeconds the value of {@code Retry-After}, at least 1; 0 when allowed
 */
public record RateVerdict(boolean allowed, long limit, long remaining, long resetEpochSecond, int retryAfterSeconds) {}
