package ai.apertis.limits;

import io.vertx.core.Future;
import java.time.Duration;

/**
 * Slows those who try keys: after {@value #MAX_FAILURES} wrong ones within a minute an address is refused until the minute
 * is over. Keys cannot be guessed anyway; this spares the look-ups and tells apart a typing error from a scan.
 */
public final class FailedKeyLimiter {
    private static final int MAX_FAILURES = 20;
    private static final RateLimit FAILURES = new RateLimit("failed-key", MAX_FAILURES, Duration.ofMinutes(1));

    private final RateLimiter limiter;

    /**
     * Counts with a limiter.
     *
     * @param limiter where the failures are counted
     */
    public FailedKeyLimiter(RateLimiter limiter) {
        this.limiter = limiter;
    }

    /**
     * Asks before a key is looked up.
     *
     * @param address the client's address, as it is limited
     * @return not allowed: answer 429 and look nothing up
     */
    public Future<RateVerdict> check(String address) {
        return limiter.look(FAILURES, address);
    }

    /**
     * Counts a key that was malformed, unknown or revoked.
     *
     * @param address the client's address, as it is limited
     */
    public void failed(String address) {
        limiter.add(FAILURES, address, 1);
    }
}
