package ai.apertis.ledger;

import ai.apertis.http.AddressRange;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key as it was in the rows when read. May be cached for seconds: every hold checks key, account and subscription
 * again.
 *
 * @param id its id
 * @param accountId the account that pays
 * @param accountSuspended whether that account is suspended
 * @param settings what a person may set
 * @param allowedIps the addresses of the settings, read; empty for all
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
        List<AddressRange> allowedIps,
        boolean revoked,
        String prefix,
        String last4,
        boolean imported,
        Instant createdAt,
        @Nullable SubscriptionRecord subscription) {

    /** What becomes of a request with a key. */
    public enum Status {
        /** It is served. */
        ACTIVE,
        /** It is refused until somebody switches the key on again. */
        DISABLED,
        /** It is refused for good. */
        REVOKED
    }

    /** Copies the list. */
    public KeyRecord {
        allowedIps = List.copyOf(allowedIps);
    }

    /**
     * Whether the key may be used as far as it alone decides.
     *
     * @return its status; expiry is told apart by {@link #expiresAt}
     */
    public Status status() {
        if (revoked) {
            return Status.REVOKED;
        }
        return settings.enabled() ? Status.ACTIVE : Status.DISABLED;
    }

    /**
     * When it stops working. A node's clock may refuse it early or late; the hold asks the database's.
     *
     * @return null for never
     */
    public @Nullable Instant expiresAt() {
        return settings.expiresAt();
    }

    /**
     * The models it may use.
     *
     * @return as its owner wrote them; empty for all
     */
    public List<String> models() {
        return settings.models();
    }

    /**
     * Models to try when the one asked for fails and the request does not say.
     *
     * @return in order, at most five
     */
    public List<String> fallbackModels() {
        return settings.fallbackModels();
    }

    /**
     * How long one attempt may take when the request does not say.
     *
     * @return milliseconds, null for the system's default
     */
    public @Nullable Long fallbackTimeoutMillis() {
        return settings.fallbackTimeoutMillis();
    }

    /**
     * Whether fallbacks are used when the request does not say.
     *
     * @return null for the system's default
     */
    public @Nullable Boolean fallbackEnabled() {
        return settings.fallbackEnabled();
    }

    /**
     * The plan whose multipliers its requests take from the quota.
     *
     * @return null for a standard key
     */
    public @Nullable String plan() {
        return subscription == null ? null : subscription.plan();
    }
}
