package ai.apertis.payments;

import ai.apertis.config.DialectName;
import ai.apertis.config.Secret;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.Exchange;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Payments;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Where Stripe posts its events. Only what it signed within the last five minutes is read. */
public final class StripeMount implements Mount {
    private static final String PATH = "/webhooks/stripe";
    private static final byte[] RECEIVED = "{\"received\":true}".getBytes(StandardCharsets.UTF_8);
    private static final long TOLERANCE_SECONDS = 300;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Secret secret;
    private final StripeEvents events;
    private final BodyReader bodies;
    private final ExchangeLog log;
    private final Clock clock;

    /**
     * The endpoint.
     *
     * @param secret what Stripe signs with
     * @param payments where payments are kept
     * @param options how failed top-ups are gone about
     * @param bodies reads bodies
     * @param log told of each exchange
     * @param clock tells how old a signature is
     */
    public StripeMount(
            Secret secret, Payments payments, TopupOptions options, BodyReader bodies, ExchangeLog log, Clock clock) {
        this.secret = secret;
        this.events = new StripeEvents(payments, options);
        this.bodies = bodies;
        this.log = log;
        this.clock = clock;
    }

    @Override
    public void mount(Router router) {
        router.post(PATH).handler(context -> {
            Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, PATH, log);
            bodies.read(context.request())
                    .map(body -> verified(body, context.request().getHeader("Stripe-Signature")))
                    .compose(events::apply)
                    .onSuccess(applied -> exchange.json(200, RECEIVED))
                    .onFailure(exchange::fail);
        });
    }

    /** The event, once its signature is known to be Stripe's; compared in constant time by Stripe's own library. */
    private JsonNode verified(Buffer body, @Nullable String signature) {
        String text = body.toString(StandardCharsets.UTF_8);
        try {
            if (signature != null
                    && Webhook.Signature.verifyHeader(text, signature, secret.value(), TOLERANCE_SECONDS, clock)) {
                JsonNode event = JSON.readTree(text);
                if (event.path("id").isTextual() && event.path("type").isTextual()) {
                    return event;
                }
            }
        } catch (SignatureVerificationException | NumberFormatException | JsonProcessingException e) {
            // The second is what the library makes of a header that has no number for its time.
            throw refused();
        }
        throw refused();
    }

    private static ApiException refused() {
        return ApiError.badRequest("invalid_request", "The signature is missing, too old or not Stripe's.", null)
                .exception();
    }
}
