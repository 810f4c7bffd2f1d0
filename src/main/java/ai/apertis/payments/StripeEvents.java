package ai.apertis.payments;

import ai.apertis.ledger.NoSuchRow;
import ai.apertis.ledger.Payments;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies what Stripe tells, each event once and in any order. Amounts are those of Stripe's own object; its metadata only
 * say whose they are. What is not about accounts of this gateway is passed over.
 */
final class StripeEvents {
    private static final Logger LOG = LoggerFactory.getLogger(StripeEvents.class);
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern ACCOUNT_FORM = Pattern.compile("[1-9][0-9]{0,17}");

    private final Payments payments;
    private final TopupOptions options;

    StripeEvents(Payments payments, TopupOptions options) {
        this.payments = payments;
        this.options = options;
    }

    /**
     * Applies an event whose signature was checked.
     *
     * @return once durable; fails when it could not be applied and should come again
     */
    Future<Void> apply(JsonNode event) {
        String type = event.path("type").asText();
        JsonNode object = event.path("data").path("object");
        return payments.once(event.path("id").asText(), type, inside -> switch (type) {
                    case "payment_intent.succeeded" -> succeeded(inside, object);
                    case "payment_intent.payment_failed", "payment_intent.canceled" -> failed(inside, object);
                    case "checkout.session.completed", "checkout.session.async_payment_succeeded" ->
                        checkedOut(inside, object);
                    case "charge.refunded" -> refunded(inside, object);
                    default -> Future.succeededFuture();
                })
                .mapEmpty();
    }

    private static Future<Void> succeeded(Payments inside, JsonNode intent) {
        long amount = nano(intent, "amount_received");
        UUID topup = topup(intent);
        Long account = account(intent.path("metadata").path(StripePayments.ACCOUNT));
        if (amount == 0 || (topup == null && account == null)) {
            return Future.succeededFuture();
        }
        String payment = payment(intent.path("id"));
        return topup == null
                ? credited(inside, payment, account, amount)
                : inside.paid(topup, payment, amount).mapEmpty();
    }

    private Future<Void> failed(Payments inside, JsonNode intent) {
        UUID topup = topup(intent);
        if (topup == null) {
            return Future.succeededFuture();
        }
        JsonNode error = intent.path("last_payment_error");
        String why = error.path("decline_code").asText(error.path("code").asText("payment_failed"));
        return inside.failed(topup, payment(intent.path("id")), why, options.failedPause(), options.mostFailures())
                .mapEmpty();
    }

    /** A payer who was present: the session names the account. */
    private static Future<Void> checkedOut(Payments inside, JsonNode session) {
        Long named = account(session.path("metadata").path(StripePayments.ACCOUNT));
        Long account = named == null ? account(session.path("client_reference_id")) : named;
        long amount = nano(session, "amount_total");
        boolean paid = session.path("payment_status").asText().equals("paid")
                && session.path("mode").asText().equals("payment");
        if (!paid || account == null || amount == 0) {
            return Future.succeededFuture();
        }
        JsonNode intent = session.path("payment_intent");
        return credited(inside, payment(intent.isTextual() ? intent : session.path("id")), account, amount);
    }

    private static Future<Void> refunded(Payments inside, JsonNode charge) {
        JsonNode intent = charge.path("payment_intent");
        long amount = nano(charge, "amount_refunded");
        return amount == 0 || !intent.isTextual()
                ? Future.succeededFuture()
                : inside.settle(payment(intent), null, 0, amount);
    }

    private static Future<Void> credited(Payments inside, String payment, @Nullable Long account, long amount) {
        return inside.settle(payment, account, amount, 0).recover(e -> {
            if (e instanceof NoSuchRow) {
                LOG.warn("payment {} names account {}, which is not here", payment, account);
                return Future.succeededFuture();
            }
            return Future.failedFuture(e);
        });
    }

    /** An amount in nano-USD; 0 when it is none, or in another currency, which this gateway does not keep. */
    private static long nano(JsonNode object, String name) {
        JsonNode cents = object.path(name);
        if (!object.path("currency").asText().equals("usd")) {
            LOG.warn(
                    "{} is in another currency and changes nothing",
                    object.path("id").asText());
            return 0;
        }
        return cents.canConvertToLong() && cents.isIntegralNumber() ? Cents.toNano(Math.max(0, cents.longValue())) : 0;
    }

    private static @Nullable UUID topup(JsonNode intent) {
        String text = intent.path("metadata").path(StripePayments.TOPUP).asText();
        return UUID_FORM.matcher(text).matches() ? UUID.fromString(text) : null;
    }

    private static @Nullable Long account(JsonNode name) {
        String text = name.asText();
        return ACCOUNT_FORM.matcher(text).matches() ? Long.valueOf(text) : null;
    }

    private static String payment(JsonNode id) {
        return StripePayments.reference(id.asText());
    }
}
