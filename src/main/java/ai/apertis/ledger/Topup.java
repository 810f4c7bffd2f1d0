package ai.apertis.ledger;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to take money from a payer and add it to a balance.
 *
 * @param id also the idempotency key of the charge
 * @param accountId the account
 * @param origin {@code auto} or {@code manual}
 * @param amountNano nano-USD, whole cents
 * @param customer the payer's name at the payment provider
 * @param paymentMethod the name of what pays, there
 * @param state {@code pending}, {@code paid} or {@code failed}
 * @param attempt how often the provider was asked
 * @param payment the provider's own name for the payment, null while unknown
 * @param failure why it failed or is not known yet, null when it did not
 * @param createdAt when it was begun
 * @param endedAt when it was paid or failed
 */
public record Topup(
        UUID id,
        long accountId,
        String origin,
        long amountNano,
        String customer,
        String paymentMethod,
        String state,
        int attempt,
        @Nullable String payment,
        @Nullable String failure,
        Instant createdAt,
        @Nullable Instant endedAt) {}
