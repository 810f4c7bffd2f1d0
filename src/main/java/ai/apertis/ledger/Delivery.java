package ai.apertis.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to an account, claimed by one node for a while.
 *
 * @param id the row
 * @param attempt which attempt this is, from 1
 * @param channel how it goes
 * @param event what is told
 * @param target the URL or address as set now, null when it was taken away
 * @param secrets what to sign with: the current secret first, then one just replaced
 */
public record Delivery(
        long id,
        int attempt,
        Channel channel,
        AccountEvent event,
        @Nullable String target,
        List<String> secrets) {
    /** How an event goes. */
    public enum Channel {
        /** Posted to the account's URL. */
        WEBHOOK,
        /** Written to the account's address. */
        EMAIL
    }

    /** Copies the secrets. */
    public Delivery {
        secrets = List.copyOf(secrets);
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "Delivery[id=" + id + ", attempt=" + attempt + ", channel=" + channel + ", event=" + event.id() + "]";
    }
}
