package ai.apertis.ingress;

import ai.apertis.http.AddressRange;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.SubscriptionRecord;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param key the key used
 * @param addresses where it may be used from; empty for everywhere
 */
record Caller(KeyRecord key, List<AddressRange> addresses) {
    static Caller of(KeyRecord key) {
        return new Caller(
                key,
                key.settings().allowedIps().stream().map(AddressRange::parse).toList());
    }

    boolean mayComeFrom(InetAddress address) {
        return addresses.isEmpty() || addresses.stream().anyMatch(range -> range.contains(address));
    }

    /** The plan that a subscription's key is for, null for a standard key. */
    @Nullable
    String plan() {
        SubscriptionRecord subscription = key.subscription();
        return subscription == null ? null : subscription.plan();
    }
}
