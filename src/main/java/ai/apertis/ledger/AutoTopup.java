package ai.apertis.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an account's balance is topped up.
 *
 * @param accountId the account
 * @param enabled whether by itself; if not, only by hand
 * @param thresholdNano the balance below which it is, nano-USD
 * @param amountNano what is added each time, nano-USD, whole cents
 * @param monthlyCapNano what is added by itself in a calendar month at most, nano-USD; null for no limit
 * @param customer the payer's name at the payment provider
 * @param paymentMethod the name of what pays, there
 * @param failures how many failed in a row
 * @param stoppedAt when it stopped because too many failed, null when it did not
 */
public record AutoTopup(
        long accountId,
        boolean enabled,
        long thresholdNano,
        long amountNano,
        @Nullable Long monthlyCapNano,
        String customer,
        String paymentMethod,
        int failures,
        @Nullable Instant stoppedAt) {
    /**
     * The same, paid by another.
     *
     * @param other the payer's name at the payment provider
     * @param method the name of what pays, there
     * @return a copy that begins anew
     */
    public AutoTopup paidBy(String other, String method) {
        return new AutoTopup(accountId, enabled, thresholdNano, amountNano, monthlyCapNano, other, method, 0, null);
    }
}
