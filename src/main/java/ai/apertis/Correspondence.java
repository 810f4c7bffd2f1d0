package ai.apertis;

import ai.apertis.billing.alerts.Courier;
import ai.apertis.billing.alerts.MailCourier;
import ai.apertis.billing.alerts.TellerOptions;
import ai.apertis.billing.alerts.TellerVerticle;
import ai.apertis.billing.alerts.WebhookCourier;
import ai.apertis.config.Config;
import ai.apertis.config.StripeConfig;
import ai.apertis.http.OutboundUrls;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.Delivery;
import ai.apertis.ledger.KeyHash;
import ai.apertis.ledger.Outbox;
import ai.apertis.ledger.Payments;
import ai.apertis.payments.StripeCheckout;
import ai.apertis.payments.StripeMount;
import ai.apertis.payments.StripePayments;
import ai.apertis.payments.TopupOptions;
import ai.apertis.payments.TopupVerticle;
import ai.apertis.telemetry.Metrics;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds what writes to accounts about their money, and what takes in more of it. */
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

    /** Tops balances up, where there is a payment provider. */
    Optional<TopupVerticle> topups(Database database) {
        return config.payments()
                .stripe()
                .map(stripe -> new TopupVerticle(
                        database,
                        new StripePayments(stripe, InstantSource.system()),
                        TopupOptions.standard(),
                        metrics));
    }

    /** Where people pay, where there is a payment provider. */
    Optional<StripeCheckout> checkout() {
        return config.payments().stripe().map(stripe -> new StripeCheckout(vertx, stripe));
    }

    /** Hears what the payment provider tells, where it can be believed. */
    Optional<Mount> paymentEvents(Database database, BodyReader bodies, ExchangeLog log) {
        return config.payments()
                .stripe()
                .flatMap(StripeConfig::webhookSecret)
                .map(secret -> new StripeMount(
                        secret, new Payments(database), TopupOptions.standard(), bodies, log, Clock.systemUTC()));
    }

    /** What the configuration leaves switched off, each with what would switch it on. */
    List<String> off() {
        List<String> off = new ArrayList<>();
        if (config.smtp().isEmpty()) {
            off.add("e-mail (smtp.host)");
        } else if (config.console().publicUrl().isEmpty()) {
            off.add("links by e-mail (console.public_url)");
        }
        if (config.payments().stripe().isEmpty()) {
            off.add("payments (payments.stripe.api_key)");
        } else if (config.payments().stripe().get().webhookSecret().isEmpty()) {
            off.add("events of Stripe (payments.stripe.webhook_secret)");
        }
        return off;
    }
}
