package ai.apertis.payments;

import java.time.Duration;

/**
 * How top-ups are worked off.
 *
 * @param poll between two looks
 * @param lease how long a claimed top-up is left alone by other nodes; longer than a charge takes
 * @param unknownPause before a charge of unknown outcome is asked for again; each further wait is twice as long
 * @param longestPause the longest of those waits
 * @param failedPause from a failed top-up to the next automatic one; each further wait is twice as long
 * @param mostFailures after how many in a row there is none
 */
public record TopupOptions(
        Duration poll,
        Duration lease,
        Duration unknownPause,
        Duration longestPause,
        Duration failedPause,
        int mostFailures) {
    /**
     * How it is done outside of tests.
     *
     * @return a look each second; unknown outcomes after 10 s, 20 s, … up to an hour; failures after 1 h and 2 h, then none
     */
    public static TopupOptions standard() {
        return new TopupOptions(
                Duration.ofSeconds(1),
                Duration.ofMinutes(3),
                Duration.ofSeconds(10),
                Duration.ofHours(1),
                Duration.ofHours(1),
                3);
    }

    Duration pause(int attempt) {
        long millis = unknownPause.toMillis() << Math.min(attempt - 1, 20);
        return Duration.ofMillis(Math.min(millis, longestPause.toMillis()));
    }
}
