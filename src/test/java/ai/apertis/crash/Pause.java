package ai.apertis.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The beat of loops that look again and again; nothing is ever right because such a pause was long enough. */
final class Pause {
    private static final long MOST_SECONDS = 60;

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
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("%s comes within a minute", what).isLessThan(deadline);
            millis(10);
        }
    }
}
