package ai.apertis.crash;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The beat of loops that look again and again; nothing is ever right because such a pause was long enough. */
final class Pause {
    private static final Duration MOST = Duration.ofMinutes(1);
    private static final Duration BEAT = Duration.ofMillis(10);

    private Pause() {}

    static void millis(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Waits for something that has to come. */
    static void until(BooleanSupplier condition) {
        until("what is waited for", condition);
    }

    /** The same, with a name for what is waited for. */
    static void until(String what, BooleanSupplier condition) {
        await().alias(what)
                .atMost(MOST)
                .pollDelay(Duration.ZERO)
                .pollInterval(BEAT)
                .until(condition::getAsBoolean);
    }
}
