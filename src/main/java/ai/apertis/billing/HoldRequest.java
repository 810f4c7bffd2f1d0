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
 */
public record HoldRequest(
        long accountId,
        long keyId,
        String model,
        long amountNano,
        @Nullable String plan,
        long quotaMilli) {}
