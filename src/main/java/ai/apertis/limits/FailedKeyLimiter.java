package ai.apertis.limits;

import io.vertx.core.Future;

/**
 * Slows those who try keys: after some wrong ones within a window an address is refused until the window ends. Keys cannot be guessed anyway; this spares the look-ups and tells apart a typing error from a scan.
 */
public final class FailedKeyLimiter {
    private final RateLimiter limiter;
    private final RateLimit failures;

    /**
     * Counts with a limiter.
     *
     * @param limiter where the failures are counted
     * @param failures how many, usually {@link RateLimit#FAILED_KEYS}
     */
    public FailedKeyLimiter(RateLimiter limiter, RateLimit failures) {
        this.limiter = limiter;
        this.failures = failures;
    }

    /**
     * Asks before a key is looked up.
     *
     * @param address the client's address, as it is limited
     * @return not allowed: answer 429 and look nothing up
     */
    public Future<RateVerdict> check(String address) {
        return limiter.look(failures, address);
    }

    /**
     * Counts a key that was malformed, unknown or revoked.
     *
     * @param address the client's address, as it is limited
     */
    public void failed(String address) {
        limiter.add(failures, address, 1);
    }
}
