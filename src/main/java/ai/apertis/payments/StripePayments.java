package ai.apertis.payments;

import ai.apertis.config.StripeConfig;
import ai.apertis.ledger.Topup;
import com.stripe.StripeClient;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.StripeError;
import com.stripe.net.RequestOptions;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.service.PaymentIntentService;
import com.stripe.service.V1Services;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Charges saved payment methods through Stripe: one off-session PaymentIntent a top-up, named in its metadata. Stripe
 * remembers idempotency keys for at least a day; a charge is not made any more once that may be over.
 */
public final class StripePayments implements PaymentProvider {
    /** Where a PaymentIntent names its top-up. */
    static final String TOPUP = "apertis_topup";

    /** Where a PaymentIntent or a checkout session names its account. */
    static final String ACCOUNT = "apertis_account";

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 30_000;
    private static final Duration KEYS_LAST = Duration.ofHours(23);

    /** How far the clocks of the database and of Stripe may differ. */
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);

    private final PaymentIntentService intents;
    private final InstantSource clock;

    /**
     * Payments to one account at Stripe.
     *
     * @param stripe which
     * @param clock tells how old a top-up is
     */
    public StripePayments(StripeConfig stripe, InstantSource clock) {
        this(stripe, clock, READ_MILLIS);
    }

    StripePayments(StripeConfig stripe, InstantSource clock, int readMillis) {
        this.clock = clock;
        this.intents = at(stripe, readMillis, 0).paymentIntents();
    }

    /** What there is at Stripe, waiting so long for an answer and asking again so often where there is no connection. */
    static V1Services at(StripeConfig stripe, int readMillis, int retries) {
        return StripeClient.builder()
                .setApiKey(stripe.apiKey().value())
                .setApiBase(stripe.baseUrl().toString())
                .setConnectTimeout(CONNECT_MILLIS)
                .setReadTimeout(readMillis)
                .setMaxNetworkRetries(retries)
                .build()
                .v1();
    }

    @Override
    public Outcome charge(Topup topup) {
        try {
            if (topup.attempt() > 1) {
                Optional<PaymentIntent> made = find(topup);
                if (made.isPresent()) {
                    return judged(made.get());
                }
                if (topup.createdAt().plus(KEYS_LAST).isBefore(clock.instant())) {
                    return new Outcome.Declined(null, "never_reached");
                }
            }
            return judged(intents.create(intent(topup), once(topup)));
        } catch (CardException declined) {
            return new Outcome.Declined(intent(declined), reason(declined));
        } catch (AuthenticationException ours) {
            return new Outcome.Unknown("Stripe refuses payments.stripe.api_key");
        } catch (InvalidRequestException wrong) {
            // A 409 says that the same charge is being made at this moment.
            return Integer.valueOf(409).equals(wrong.getStatusCode())
                    ? new Outcome.Unknown("another request of this top-up is under way")
                    : new Outcome.Declined(null, reason(wrong));
        } catch (StripeException e) {
            return new Outcome.Unknown("no answer from Stripe: " + e.getClass().getSimpleName());
        }
    }

    private Optional<PaymentIntent> find(Topup topup) throws StripeException {
        String payment = topup.payment();
        if (payment != null) {
            return Optional.of(intents.retrieve(payment.substring(payment.indexOf(':') + 1)));
        }
        PaymentIntentListParams since = PaymentIntentListParams.builder()
                .setCustomer(topup.customer())
                .setCreated(PaymentIntentListParams.Created.builder()
                        .setGte(topup.createdAt().minus(CLOCK_SKEW).getEpochSecond())
                        .build())
                .setLimit(100L)
                .build();
        String id = topup.id().toString();
        for (PaymentIntent intent : intents.list(since).autoPagingIterable()) {
            Map<String, String> metadata = intent.getMetadata();
            if (metadata != null && id.equals(metadata.get(TOPUP))) {
                return Optional.of(intent);
            }
        }
        return Optional.empty();
    }

    private static PaymentIntentCreateParams intent(Topup topup) {
        return PaymentIntentCreateParams.builder()
                .setAmount(Cents.ofNano(topup.amountNano()))
                .setCurrency("usd")
                .setCustomer(topup.customer())
                .setPaymentMethod(topup.paymentMethod())
                .setConfirm(true)
                .setOffSession(true)
                .setDescription("Top-up of account " + topup.accountId())
                .putMetadata(TOPUP, topup.id().toString())
                .putMetadata(ACCOUNT, Long.toString(topup.accountId()))
                .build();
    }

    private static RequestOptions once(Topup topup) {
        return RequestOptions.builder()
                .setIdempotencyKey("apertis-topup-" + topup.id())
                .build();
    }

    private static Outcome judged(PaymentIntent intent) {
        String payment = reference(intent.getId());
        return switch (String.valueOf(intent.getStatus())) {
            case "succeeded" -> new Outcome.Paid(payment, Cents.toNano(intent.getAmountReceived()));
            case "processing" -> new Outcome.Processing(payment);
            default ->
                new Outcome.Declined(payment, why(intent.getLastPaymentError(), String.valueOf(intent.getStatus())));
        };
    }

    /** Our name for a payment at Stripe. */
    static String reference(String id) {
        return "stripe:" + id;
    }

    private static @Nullable String intent(StripeException e) {
        StripeError error = e.getStripeError();
        PaymentIntent intent = error == null ? null : error.getPaymentIntent();
        return intent == null ? null : reference(intent.getId());
    }

    private static String reason(StripeException e) {
        return why(e.getStripeError(), e.getCode() == null ? "payment_failed" : e.getCode());
    }

    /** The bank's own reason where it gave one, else Stripe's: the same whether a decline is told at once or found later. */
    private static String why(@Nullable StripeError error, String otherwise) {
        if (error == null) {
            return otherwise;
        }
        String decline = error.getDeclineCode();
        String why = decline == null ? error.getCode() : decline;
        return why == null ? otherwise : why;
    }
}
