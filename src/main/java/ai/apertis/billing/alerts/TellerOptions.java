package ai.apertis.billing.alerts;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How the outbox is worked off.
 *
 * @param poll between two looks when nothing is due
 * @param lease how long a claimed delivery is left alone by other nodes; longer than any attempt takes
 * @param firstPause before the second attempt; each further one waits twice as long
 * @param longestPause the longest wait between two attempts
 */
public record TellerOptions(Duration poll, Duration lease, Duration firstPause, Duration longestPause) {
    /**
     * How it is done outside of tests.
     *
     * @return a look each second, attempts after 5 s, 10 s, 20 s, … up to an hour
     */
    public static TellerOptions standard() {
        return new TellerOptions(
                Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ofSeconds(5), Duration.ofHours(1));
    }

    /**
     * The wait after a failed attempt: between half and all of it, so that what failed together is not tried together.
     *
     * @param attempt which one failed, from 1
     * @return how long to wait
     */
    public Duration pause(int attempt) {
        long doubled = firstPause.toMillis() << Math.min(attempt - 1, 20);
        long millis = Math.min(longestPause.toMillis(), doubled);
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
    }
}
