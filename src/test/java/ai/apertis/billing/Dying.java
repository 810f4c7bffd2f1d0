package ai.apertis.billing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.Await;
import ai.apertis.ledger.Database;

/** A process that can be killed: everything it has to say to the ledger goes through a line that is cut for good. */
final class Dying {
    private final Cut cut;
    private final Billing billing;

    Dying(Ledger ledger) {
        cut = new Cut(ledger.vertx, ledger.url);
        billing = ledger.deploy(Database.open(ledger.vertx, cut.url(), 4), Ledger.options())
                .billing(ledger.vertx);
    }

    Hold hold(HoldRequest request) {
        Hold hold = billing.hold(request);
        assertThat(Await.get(hold.outcome())).isInstanceOf(HoldOutcome.Held.class);
        return hold;
    }

    void kill() {
        cut.cut();
    }
}
