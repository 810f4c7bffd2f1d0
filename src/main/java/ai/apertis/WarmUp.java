package ai.apertis;

import ai.apertis.billing.Billing;
import ai.apertis.billing.HoldRequest;
import ai.apertis.billing.NobodysBilling;
import ai.apertis.cache.ProcessAnswerStore;
import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.Provider;
import ai.apertis.catalog.Snapshot;
import ai.apertis.catalog.Tier;
import ai.apertis.config.Config;
import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.config.Quirks;
import ai.apertis.config.RefusedSampling;
import ai.apertis.dialect.TokenCounter;
import ai.apertis.dispatch.Dispatch;
import ai.apertis.http.ClientAddress;
import ai.apertis.ingress.Abridger;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.Capacity;
import ai.apertis.ingress.ChatOnBehalf;
import ai.apertis.ingress.ConversationParts;
import ai.apertis.ingress.Departure;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Grounder;
import ai.apertis.ingress.Pace;
import ai.apertis.ingress.Repeats;
import ai.apertis.ledger.KeyHash;
import ai.apertis.ledger.Keys;
import ai.apertis.limits.ProcessRateLimiter;
import ai.apertis.limits.ProcessStreamLimiter;
import ai.apertis.limits.RateLimiter;
import ai.apertis.money.Prices;
import ai.apertis.routing.Quotes;
import ai.apertis.search.SimulatedWebSearch;
import ai.apertis.telemetry.AccessLog;
import ai.apertis.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before the gateway wants requests it makes some to itself, on every event loop, so that the first client does not pay for
 * what the JVM does when it comes somewhere for the first time. They go the whole way of a conversation to the simulated provider and
 * back, through parts of their own: a catalogue of two models, billing without a ledger, meters that nobody reads, a log that
 * goes nowhere. The ledger is asked only for a key and for a hold that cannot be had. So nothing is left of them.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final String FREE = "free";
    private static final String PRICED = "priced";
    private static final String UPSTREAM_MODEL = "sim/echo";
    private static final int MOST_REQUESTS = 12;
    /** However slow the machine is. */
    private static final Duration LONGEST = Duration.ofMillis(300);

    private final Deployments parts;
    private final Config config;
    private final TokenCounter tokens;
    private final Dispatch dispatch;
    private final Quotes quotes;
    private final Keys keys;
    private final CompletableFuture<Void> warm = new CompletableFuture<>();
    private final AtomicInteger answered = new AtomicInteger();

    /** A warm-up with what can be shared of a gateway. */
    WarmUp(Deployments parts, Config config, TokenCounter tokens, Dispatch dispatch, Quotes quotes, Keys keys) {
        this.parts = parts;
        this.config = config;
        this.tokens = tokens;
        this.dispatch = dispatch;
        this.quotes = quotes;
        this.keys = keys;
    }

    /** Begins, beside whatever else a start has to do. */
    void begin(URI simulator, Billing billing) {
        Future<?> ledger = Future.join(
                keys.find(KeyHash.generate(KeyHash.STANDARD)),
                billing.hold(new HoldRequest(0, 0, PRICED, 0, null, 0)).outcome());
        Thread.ofPlatform().name("warm-up").daemon().start(() -> {
            try (NobodysBilling nobodys = new NobodysBilling(parts.vertx())) {
                ask(simulator, nobodys.billing(), ledger);
            } catch (RuntimeException e) {
                // Only slower then; and a start that fails for a reason of its own tells that reason alone.
                LOG.debug("warming up", e);
            } finally {
                warm.complete(null);
            }
        });
    }

    /** Waits until it is over, but not for long. */
    void await() {
        warm.completeOnTimeout(null, 2 * LONGEST.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** How many of its requests were answered well. */
    int answered() {
        return answered.get();
    }

    private void ask(URI simulator, Billing billing, Future<?> ledger) {
        Provider provider = provider(simulator);
        long until = System.nanoTime() + LONGEST.toNanos();
        try (Workers workers = new Workers(parts, tokens, config.server().writeTimeoutMillis())) {
            workers.hire(List.of(provider));
            ChatOnBehalf chat = chat(catalog(provider), billing);
            ExchangeLog log = new ExchangeLog(new AccessLog(InstantSource.system(), line -> {}), new Metrics());
            List<String> askers = parts.spread(
                    () -> new SelfAsker(chat, log, List.of(FREE, PRICED), MOST_REQUESTS, until, answered),
                    SelfAsker::loop,
                    "the warm-up");
            Deployments.await(ledger.otherwiseEmpty(), "warming up the ledger");
            warm.complete(null);
            askers.forEach(id -> Deployments.await(parts.vertx().undeploy(id), "ending the warm-up"));
        }
    }

    private ChatOnBehalf chat(LiveCatalog catalog, Billing billing) {
        Vertx vertx = parts.vertx();
        Metrics metrics = new Metrics();
        RateLimiter limiter = new ProcessRateLimiter(InstantSource.system());
        Departure departure = new Departure();
        ProcessAnswerStore answers = new ProcessAnswerStore(
                Duration.ofMillis(config.cache().ttlMillis()), config.cache().maxBytes());
        ConversationParts conversations = new ConversationParts(
                catalog,
                billing,
                quotes,
                new Helm(config.routing(), metrics, parts.loops()).steering(dispatch),
                new Pace(limiter, new ProcessStreamLimiter(), catalog),
                metrics,
                new Repeats(config.cache(), answers, metrics),
                new Grounder(catalog, Optional.empty(), new SimulatedWebSearch(), 0, metrics),
                new Abridger(vertx, tokens),
                departure);
        Door door = new Door(keys, catalog, new ClientAddress(List.of()), limiter, departure);
        return new ChatOnBehalf(
                door, new BodyReader(vertx, config.server(), new Capacity(config.server(), metrics)), conversations);
    }

    private static Provider provider(URI simulator) {
        return new Provider(
                "warm-up",
                DialectName.OPENAI,
                simulator,
                List.of("none"),
                Map.of(),
                Quirks.NONE,
                false,
                LONGEST.toMillis(),
                LONGEST.toMillis(),
                LONGEST.toMillis(),
                4,
                null,
                false,
                0);
    }

    private LiveCatalog catalog(Provider provider) {
        List<Model> models =
                List.of(model(FREE, Prices.FREE, provider), model(PRICED, Prices.ofTokens(1, 2), provider));
        Catalog catalog = new Catalog(models, List.of(provider), List.of(), List.of());
        return new LiveCatalog(new Snapshot("warm-up", catalog, config.limits(), config.timeouts(), config.routing()));
    }

    private static Model model(String id, Prices prices, Provider provider) {
        return new Model(
                id,
                Set.of(),
                id,
                "",
                "",
                10_000,
                1_000,
                Set.of("text"),
                Set.of("text"),
                Set.of(),
                prices,
                "",
                Tier.FREE,
                Map.of(),
                null,
                "active",
                null,
                List.of(new Endpoint(provider, UPSTREAM_MODEL, prices, "", 1, 1)),
                Set.of(ModelKind.CHAT),
                new RefusedSampling(Set.of(), Set.of()));
    }
}
