package ai.apertis.payments;

import ai.apertis.ledger.Topup;
import org.jspecify.annotations.Nullable;

/** Takes money from payers who are not present. */
public interface PaymentProvider {
    /**
     * Charges a top-up, once however often it is asked: the top-up's id is the charge's idempotency key, and from the second
     * attempt on the provider is first asked whether there is a charge already. Blocks, a minute at most.
     *
     * @param topup what to charge
     * @return how it went; a failure whose effect is not known is {@link Outcome.Unknown}
     */
    Outcome charge(Topup topup);

    /** How a charge went. */
    sealed interface Outcome {
        /**
         * The money was received.
         *
         * @param payment the provider's own name for the payment
         * @param amountNano how much, nano-USD
         */
        record Paid(String payment, long amountNano) implements Outcome {}

        /**
         * There is no money, and there will be none from this charge.
         *
         * @param payment the provider's own name for the payment, null when there is none
         * @param why in the provider's words, for instance {@code insufficient_funds}
         */
        record Declined(@Nullable String payment, String why) implements Outcome {}

        /**
         * The provider is still at it.
         *
         * @param payment the provider's own name for the payment
         */
        record Processing(String payment) implements Outcome {}

        /**
         * Nobody knows whether money was taken. To be asked again.
         *
         * @param why for people
         */
        record Unknown(String why) implements Outcome {}
    }
}
