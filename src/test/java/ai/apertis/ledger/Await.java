package ai.apertis.ledger;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a future in a test's own thread. */
public final class Await {
    private Await() {}

    /**
     * The value of a future.
     *
     * @param future completes on some other thread
     * @param <T> type of the value
     * @return its value; its failure is thrown as it is, when unchecked
     */
    public static <T> T get(Future<T> future) {
        try {
            return future.await(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within 30 s", e);
        }
    }
}
