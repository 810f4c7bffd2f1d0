package ai.apertis.billing.alerts;

import ai.apertis.config.SmtpConfig;
import ai.apertis.ledger.AccountEvent;
import ai.apertis.ledger.Delivery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Writes to accounts by e-mail what has happened to them. */
public final class MailCourier implements Courier {
    private final Mailer mailer;

    /**
     * A courier.
     *
     * @param vertx has the threads
     * @param smtp the server
     */
    public MailCourier(Vertx vertx, SmtpConfig smtp) {
        this.mailer = new Mailer(vertx, smtp);
    }

    @Override
    public Future<Outcome> deliver(Delivery delivery) {
        String address = delivery.target();
        if (address == null) {
            return Future.succeededFuture(new Outcome.Impossible("e-mail was switched off"));
        }
        AccountEvent event = delivery.event();
        return mailer.send(new Mailer.Letter(
                        EventView.id(event),
                        address,
                        "Apertis: " + EventView.headline(event),
                        EventView.text(event),
                        event.at()))
                .map((Outcome) new Outcome.Delivered(null))
                .recover(e -> Future.succeededFuture(
                        new Outcome.Failed(null, "not sent: " + e.getClass().getSimpleName())));
    }
}
