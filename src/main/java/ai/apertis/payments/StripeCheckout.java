package ai.apertis.payments;

import ai.apertis.config.StripeConfig;
import ai.apertis.dialect.ApiError;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.checkout.Session;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionRetrieveParams;
import com.stripe.service.checkout.SessionService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Payments by people who are present, on Stripe's own page: it takes the card, this server never sees it. */
public final class StripeCheckout {
    private static final Logger LOG = LoggerFactory.getLogger(StripeCheckout.class);
    private static final ApiError SILENT = ApiError.server(
            503,
            "service_unavailable",
            "The payment provider does not answer. Nothing was paid; please try again in a moment.");
    private static final Pattern SESSION = Pattern.compile("cs_[A-Za-z0-9_]{1,250}");
    private static final int READ_MILLIS = 20_000;
    private static final int THREADS = 2;

    private final SessionService sessions;
    private final WorkerExecutor threads;

    /**
     * Payments to one account at Stripe.
     *
     * @param vertx whose threads wait for Stripe
     * @param stripe which
     */
    public StripeCheckout(Vertx vertx, StripeConfig stripe) {
        this.threads = vertx.createSharedWorkerExecutor("checkout", THREADS);
        this.sessions = StripePayments.at(stripe, READ_MILLIS, 1).checkout().sessions();
    }

    /**
     * What is to be paid.
     *
     * @param account whose balance it is for
     * @param amountNano nano-USD, whole cents
     * @param keep whether the card is kept for automatic top-ups
     * @param customer the payer's name at Stripe, null while unknown
     * @param back where the payer comes back to, with {@code session} in its query when it was paid
     */
    public record Order(
            long account,
            long amountNano,
            boolean keep,
            @Nullable String customer,
            String back) {}

    /**
     * What became of a session.
     *
     * @param account whose balance it is for, null when it is none of ours
     * @param paid whether the money was received
     * @param payment the payment's name, under which it is credited once
     * @param amountNano how much, nano-USD
     * @param customer the payer's name at Stripe, null when it was not kept
     * @param paymentMethod the card's name there, null when it was not kept
     */
    public record Outcome(
            @Nullable String account,
            boolean paid,
            String payment,
            long amountNano,
            @Nullable String customer,
            @Nullable String paymentMethod) {}

    /**
     * Opens a page to pay on.
     *
     * @param order what is to be paid
     * @return its address, always https; fails with a 503 that people may be told
     */
    public Future<URI> begin(Order order) {
        return asked(() -> {
            URI url = URI.create(sessions.create(params(order)).getUrl());
            if (!"https".equals(url.getScheme())) {
                LOG.error("Stripe names a page to pay on that is not https");
                throw SILENT.exception();
            }
            return url;
        });
    }

    /**
     * Asks what became of a session. The browser names it, so it is believed only as far as Stripe says.
     *
     * @param session its name at Stripe, from anybody
     * @return empty when Stripe knows none; fails with a 503 that people may be told
     */
    public Future<Optional<Outcome>> outcome(String session) {
        return SESSION.matcher(session).matches()
                ? asked(() -> find(session))
                : Future.succeededFuture(Optional.empty());
    }

    private Optional<Outcome> find(String id) throws StripeException {
        try {
            Session session = sessions.retrieve(
                    id,
                    SessionRetrieveParams.builder().addExpand("payment_intent").build());
            PaymentIntent intent = session.getPaymentIntentObject();
            boolean paid = "paid".equals(session.getPaymentStatus())
                    && "payment".equals(session.getMode())
                    && "usd".equals(session.getCurrency());
            Map<String, String> metadata = session.getMetadata();
            boolean kept = intent != null && "off_session".equals(intent.getSetupFutureUsage());
            return Optional.of(new Outcome(
                    metadata == null ? null : metadata.get(StripePayments.ACCOUNT),
                    paid,
                    StripePayments.reference(intent == null ? session.getId() : intent.getId()),
                    paid && session.getAmountTotal() != null ? Cents.toNano(session.getAmountTotal()) : 0,
                    kept ? session.getCustomer() : null,
                    kept ? intent.getPaymentMethod() : null));
        } catch (InvalidRequestException unknown) {
            if (Integer.valueOf(404).equals(unknown.getStatusCode())) {
                return Optional.empty();
            }
            throw unknown;
        }
    }

    private <T> Future<T> asked(Question<T> question) {
        return threads.executeBlocking(
                () -> {
                    try {
                        return question.ask();
                    } catch (StripeException e) {
                        // Its message may name keys or cards; the kind of it says enough.
                        LOG.warn(
                                "Stripe did not open or find a page to pay on: {} {}",
                                e.getClass().getSimpleName(),
                                e.getStatusCode());
                        throw SILENT.exception();
                    }
                },
                false);
    }

    /** Something to ask Stripe, which takes its time. */
    private interface Question<T> {
        T ask() throws StripeException;
    }

    private static SessionCreateParams params(Order order) {
        String account = Long.toString(order.account());
        SessionCreateParams.PaymentIntentData.Builder intent = SessionCreateParams.PaymentIntentData.builder()
                .setDescription("Top-up of account " + account)
                .putMetadata(StripePayments.ACCOUNT, account);
        SessionCreateParams.Builder session = SessionCreateParams.builder()
                .setMode(SessionCreateParams.Mode.PAYMENT)
                .setClientReferenceId(account)
                .putMetadata(StripePayments.ACCOUNT, account)
                .setSuccessUrl(order.back() + "/paid?session={CHECKOUT_SESSION_ID}")
                .setCancelUrl(order.back())
                .addLineItem(SessionCreateParams.LineItem.builder()
                        .setQuantity(1L)
                        .setPriceData(SessionCreateParams.LineItem.PriceData.builder()
                                .setCurrency("usd")
                                .setUnitAmount(Cents.ofNano(order.amountNano()))
                                .setProductData(SessionCreateParams.LineItem.PriceData.ProductData.builder()
                                        .setName("Credit")
                                        .build())
                                .build())
                        .build());
        if (order.keep()) {
            intent.setSetupFutureUsage(SessionCreateParams.PaymentIntentData.SetupFutureUsage.OFF_SESSION);
        }
        if (order.customer() != null) {
            session.setCustomer(order.customer());
        } else if (order.keep()) {
            session.setCustomerCreation(SessionCreateParams.CustomerCreation.ALWAYS);
        }
        return session.setPaymentIntentData(intent.build()).build();
    }
}
