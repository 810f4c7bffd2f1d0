package ai.apertis.billing.alerts;

import ai.apertis.ledger.Delivery;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** One way to tell an account something. */
public interface Courier {
    /**
     * Tries a delivery, once and within seconds.
     *
     * @param delivery what to deliver
     * @return how it went; never fails
     */
    Future<Outcome> deliver(Delivery delivery);

    /** How an attempt went. */
    sealed interface Outcome {
        /**
         * It arrived.
         *
         * @param status what the other side answered, null where there are no statuses
         */
        record Delivered(@Nullable Integer status) implements Outcome {}

        /**
         * It did not arrive, this time.
         *
         * @param status what the other side answered, null when it did not
         * @param error why, for people
         */
        record Failed(@Nullable Integer status, String error) implements Outcome {}

        /**
         * It can never arrive.
         *
         * @param error why, for people
         */
        record Impossible(String error) implements Outcome {}
    }
}
