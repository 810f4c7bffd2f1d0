package ai.apertis.billing;

import org.jspecify.annotations.Nullable;

/**
 * What a request may cost at most and who pays.
 *
 * @param accountId the paying account
 * @param keyId the key used; its state is checked again when the hold is taken
 * @param model the catalogue id of the model asked for
 * @param amountNano the most the request may cost, nano-USD; 0 for a free model
 * @param plan the plan whose multiplier is meant, null for a standard key
 * @param quotaMilli the subscription quota the request takes, in thousandths; 0 for a standard key
 * @param promptBytes bytes of the prompt that may be text, kept on the usage row to learn from; 0 when not known
 * @param attachments images, documents and audio in the prompt, by number
 */
public record HoldRequest(
        long accountId,
        long keyId,
        String model,
        long amountNano,
        @Nullable String plan,
        long quotaMilli,
        long promptBytes,
        int attachments) {

    /** A request whose prompt teaches nothing. */
    public HoldRequest(
            long accountId, long keyId, String model, long amountNano, @Nullable String plan, long quotaMilli) {
        this(accountId, keyId, model, amountNano, plan, quotaMilli, 0, 0);
    }
}
