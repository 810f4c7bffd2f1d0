package ai.apertis;

import ai.apertis.billing.alerts.Courier;
import ai.apertis.billing.alerts.MailCourier;
import ai.apertis.billing.alerts.TellerOptions;
import ai.apertis.billing.alerts.TellerVerticle;
import ai.apertis.billing.alerts.WebhookCourier;
import ai.apertis.config.Config;
import ai.apertis.http.OutboundUrls;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.Delivery;
import ai.apertis.ledger.KeyHash;
import ai.apertis.ledger.Outbox;
import ai.apertis.telemetry.Metrics;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Builds what writes to accounts about their money. */
final class Correspondence {
    private final Vertx vertx;
    private final Config config;
    private final Metrics metrics;
    private final OutboundUrls urls;

    Correspondence(Vertx vertx, Config config, Metrics metrics) {
        this.vertx = vertx;
        this.config = config;
        this.metrics = metrics;
        this.urls = new OutboundUrls(config.webhooks().allowLoopback(), InetAddress::getAllByName);
    }

    /** Says where webhooks may go. */
    OutboundUrls urls() {
        return urls;
    }

    /** Delivers what accounts are told. */
    TellerVerticle teller(Database database, KeyHash hash) {
        Map<Delivery.Channel, Courier> couriers = new EnumMap<>(Delivery.Channel.class);
        couriers.put(Delivery.Channel.WEBHOOK, new WebhookCourier(vertx, urls, InstantSource.system()));
        config.smtp().ifPresent(smtp -> couriers.put(Delivery.Channel.EMAIL, new MailCourier(vertx, smtp)));
        return new TellerVerticle(new Outbox(database, hash), couriers, TellerOptions.standard(), metrics);
    }

    /** What the configuration leaves switched off, each with what would switch it on. */
    List<String> off() {
        List<String> off = new ArrayList<>();
        if (config.smtp().isEmpty()) {
            off.add("e-mail (smtp.host)");
        }
        return off;
    }
}
