package ai.apertis.config;

/**
 * The bounds of the {@code X-Timeout} request header, a request's whole budget of time.
 *
 * @param defaultMillis the budget of a request that names none
 * @param minMillis the smallest that may be asked for
 * @param maxMillis the largest that may be asked for
 */
public record TimeoutsConfig(long defaultMillis, long minMillis, long maxMillis) {}
