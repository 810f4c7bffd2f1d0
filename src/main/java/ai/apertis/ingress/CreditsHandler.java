package ai.apertis.ingress;

import ai.apertis.ledger.Balances;
import ai.apertis.ledger.KeyRecord;

/** {@code GET /v1/dashboard/billing/credits}: what is left. */
public final class CreditsHandler {
    private final Balances balances;

    /**
     * A handler.
     *
     * @param balances reads them
     */
    public CreditsHandler(Balances balances) {
        this.balances = balances;
    }

    void handle(Exchange exchange, KeyRecord key) {
        balances.ofKey(key.accountId(), key.id()).onFailure(exchange::fail);
    }
}
