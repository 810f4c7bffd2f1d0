package ai.apertis.billing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request may cost at most and who pays.
 *
 * @param accountId the paying account
 * @param keyId the key used; its state is checked again when the hold is taken
 * @param model the catalogue id of the model asked for
 * @param amountNano the most the request may cost, nano-USD; 0 for a free model
 * @param plan the plan whose multiplier is meant, null for a standard key
 * @param quotaMilli the most subscription quota the request may take, in thousandths; 0 for a standard key
 * @param quotaByModel what it takes of that when a model answers, in thousandths by catalogue id; all of it for a model that
 *     is not there
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
        Map<String, Long> quotaByModel,
        long promptBytes,
        int attachments) {

    /** A request that one model may answer and whose prompt teaches nothing. */
    public HoldRequest(
            long accountId, long keyId, String model, long amountNano, @Nullable String plan, long quotaMilli) {
        this(accountId, keyId, model, amountNano, plan, quotaMilli, Map.of(), 0, 0);
    }

    /** Whether it takes neither money nor quota: that of a free model. */
    boolean takesNothing() {
        return (plan == null ? amountNano : quotaMilli) == 0;
    }

    /** The quota that it takes when a model answers, in thousandths. */
    long quotaMilli(String answering) {
        return quotaByModel.getOrDefault(answering, quotaMilli);
    }
}
