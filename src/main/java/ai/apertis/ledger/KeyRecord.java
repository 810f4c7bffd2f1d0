package ai.apertis.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as it was in the rows when read. May be cached for seconds: every hold checks key, account and subscription
 * again.
 *
 * @param id its id
 * @param accountId the account that pays
 * @param accountSuspended whether that account is suspended
 * @param settings what a person may set
 * @param revoked whether it was revoked, which is for good
 * @param prefix {@code sk-} or {@code sk-sub-}
 * @param last4 its last four characters
 * @param imported whether it was made elsewhere and brought in
 * @param createdAt when it was made
 * @param subscription the subscription it belongs to, null for a standard key
 */
public record KeyRecord(
        long id,
        long accountId,
        boolean accountSuspended,
        KeySettings settings,
        boolean revoked,
        String prefix,
        String last4,
        boolean imported,
        Instant createdAt,
        @Nullable SubscriptionRecord subscription) {

    /**
     * Whether the key's date has passed. For a quick refusal only: the hold asks the database's clock.
     *
     * @param now this node's time
     * @return true when it has an expiry date and it is not in the future
     */
    public boolean expired(Instant now) {
        Instant end = settings.expiresAt();
        return end != null && !end.isAfter(now);
    }
}
