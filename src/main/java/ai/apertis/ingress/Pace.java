package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.ModelRef;
import ai.apertis.catalog.Snapshot;
import ai.apertis.config.LimitsConfig;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.limits.RateLimit;
import ai.apertis.limits.RateLimiter;
import ai.apertis.limits.StreamLimiter;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * How fast a key may ask for answers, beyond the mere number of its requests: of free models, in tokens a minute, in streams
 * at once. Tokens are taken by estimate when a request comes and set right by its usage when it is over.
 */
public final class Pace {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final RateLimiter limiter;
    private final StreamLimiter streams;
    private final LiveCatalog catalog;

    /**
     * A pace.
     *
     * @param limiter counts requests and tokens
     * @param streams counts open streams
     * @param catalog tells how many, and the plans' multiples of that
     */
    public Pace(RateLimiter limiter, StreamLimiter streams, LiveCatalog catalog) {
        this.limiter = limiter;
        this.streams = streams;
        this.catalog = catalog;
    }

    /**
     * Lets a request in, until its exchange is over.
     *
     * @param exchange the client's
     * @param key its key
     * @param asked the model
     * @param request what is asked of it
     * @return when it may go on; fails with a 429
     */
    Future<Void> enter(Exchange exchange, KeyRecord key, ModelRef asked, ClientRequest request) {
        String subject = Long.toString(key.id());
        Snapshot now = catalog.snapshot();
        return free(exchange, subject, asked, now.limits())
                .compose(allowed -> tokens(exchange, subject, key, request, now))
                .compose(allowed -> stream(exchange, subject, request, now.limits()));
    }

    private Future<Void> free(Exchange exchange, String subject, ModelRef asked, LimitsConfig limits) {
        if (!asked.freeTier() && !asked.model().isFree()) {
            return Future.succeededFuture();
        }
        RateLimit free = new RateLimit("free", limits.freeRequestsPerKeyPerMinute(), MINUTE);
        return limiter.take(free, subject, 1).map(verdict -> {
            Verdicts.show(verdict, exchange.response());
            if (!verdict.allowed()) {
                throw Verdicts.tooMany("requests to free models", verdict);
            }
            return null;
        });
    }

    private Future<Void> tokens(Exchange exchange, String subject, KeyRecord key, ClientRequest request, Snapshot now) {
        RateLimit tokens = new RateLimit("tokens", now.limits().tokensPerKeyPerMinute(), MINUTE);
        if (tokens.isOff()) {
            return Future.succeededFuture();
        }
        RateLimit ofKey = Verdicts.forPlan(tokens, key, now.catalog());
        long estimate = request.input().tokensFromAbove() + Math.max(0, request.maxOutputTokens());
        return limiter.take(ofKey, subject, estimate).map(verdict -> {
            if (!verdict.allowed()) {
                Verdicts.show(verdict, exchange.response());
                throw Verdicts.tooMany("tokens", verdict);
            }
            exchange.whenOver(() -> limiter.add(ofKey, subject, used(exchange) - estimate));
            return null;
        });
    }

    private static long used(Exchange exchange) {
        Charge charge = exchange.charge();
        return charge == null
                ? 0
                : charge.usage().promptTokens() + charge.usage().completionTokens();
    }

    private Future<Void> stream(Exchange exchange, String subject, ClientRequest request, LimitsConfig limits) {
        int mostStreams = Math.toIntExact(limits.streamsPerKey());
        if (mostStreams == 0 || !request.stream()) {
            return Future.succeededFuture();
        }
        return streams.enter(subject, mostStreams).map(entered -> {
            StreamLimiter.Place place = entered.orElseThrow(() ->
                    Verdicts.tooMany("Too many streams at once: " + mostStreams + " may be open with one key.", 1));
            exchange.whenOver(place::leave);
            return null;
        });
    }
}
