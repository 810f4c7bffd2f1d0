package ai.apertis.limits;

import java.time.Duration;

/**
 * How much of something a subject may use per window. A window begins with the first use and ends a fixed time later, as
 * the headers {@code X-RateLimit-Limit}, {@code -Remaining} and {@code -Reset} tell it to clients.
 *
 * @param name what is limited; subjects of different names are counted apart
 * @param amount the most per window, 0 to switch the limit off
 * @param window the length of a window
 */
public record RateLimit(String name, long amount, Duration window) {
    /** Requests of one client address, unless configured otherwise: 1,500 in 3 minutes. */
    public static final RateLimit ADDRESS_REQUESTS = new RateLimit("address", 1_500, Duration.ofMinutes(3));

    /** Requests with one key, unless configured otherwise: 3,000 a minute. */
    public static final RateLimit KEY_REQUESTS = new RateLimit("key", 3_000, Duration.ofMinutes(1));

    /** Wrong keys of one client address, unless configured otherwise: 20 a minute. */
    public static final RateLimit FAILED_KEYS = new RateLimit("failed-key", 20, Duration.ofMinutes(1));

    /** Refuses a negative amount and a window without length. */
    public RateLimit {
        if (amount < 0 || window.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "a rate limit needs an amount of at least 0 and a positive window: " + name);
        }
    }

    /**
     * Whether it limits nothing.
     *
     * @return true when its amount is 0
     */
    public boolean isOff() {
        return amount == 0;
    }

    /**
     * This limit for a plan. Keeps the name, so that changing the plan does not forget what was used.
     *
     * @param multiplier for instance 1, 1.5 or 2
     * @return the limit with its amount multiplied and rounded
     */
    public RateLimit times(double multiplier) {
        return new RateLimit(name, Math.round(amount * multiplier), window);
    }
}
