package ai.apertis;

import ai.apertis.admin.AdminMount;
import ai.apertis.admin.TokenMount;
import ai.apertis.billing.Billing;
import ai.apertis.billing.BillingOptions;
import ai.apertis.billing.BillingVerticle;
import ai.apertis.cache.AnswerStore;
import ai.apertis.cache.ProcessAnswerStore;
import ai.apertis.cache.RedisAnswerStore;
import ai.apertis.catalog.CatalogLoader;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Provider;
import ai.apertis.config.Config;
import ai.apertis.config.Environment;
import ai.apertis.config.RoutingConfig;
import ai.apertis.config.Secret;
import ai.apertis.dialect.TokenCounter;
import ai.apertis.dispatch.Dispatch;
import ai.apertis.dispatch.ProviderVerticle;
import ai.apertis.http.AddressRange;
import ai.apertis.http.ClientAddress;
import ai.apertis.ingress.ApiMount;
import ai.apertis.ingress.BillingMount;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.CatalogMount;
import ai.apertis.ingress.ConversationParts;
import ai.apertis.ingress.CountMount;
import ai.apertis.ingress.CreditsHandler;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.IngressVerticle;
import ai.apertis.ingress.ModelsMount;
import ai.apertis.ingress.Mount;
import ai.apertis.ingress.Pace;
import ai.apertis.ingress.RecommendMount;
import ai.apertis.ingress.Repeats;
import ai.apertis.ingress.ResponsesLookup;
import ai.apertis.ingress.ResponsesMount;
import ai.apertis.ingress.TaskMount;
import ai.apertis.ingress.UploadReader;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.Bootstrap;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.EmbeddedDatabase;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.LedgerProbe;
import ai.apertis.ledger.PromptDensities;
import ai.apertis.ledger.ResponseKeeper;
import ai.apertis.ledger.StartupException;
import ai.apertis.ledger.StoredResponses;
import ai.apertis.ledger.UsageSums;
import ai.apertis.limits.ProcessRateLimiter;
import ai.apertis.limits.ProcessStreamLimiter;
import ai.apertis.limits.RateLimiter;
import ai.apertis.limits.RedisRateLimiter;
import ai.apertis.limits.RedisStreamLimiter;
import ai.apertis.limits.StreamLimiter;
import ai.apertis.money.NanoUsd;
import ai.apertis.redis.SharedStore;
import ai.apertis.routing.Affinity;
import ai.apertis.routing.Hedging;
import ai.apertis.routing.InputBounds;
import ai.apertis.routing.PromptLearner;
import ai.apertis.routing.Quotes;
import ai.apertis.routing.Steering;
import ai.apertis.routing.health.Allowance;
import ai.apertis.routing.health.EndpointHealth;
import ai.apertis.routing.health.Health;
import ai.apertis.sim.SimulatedProvider;
import ai.apertis.telemetry.AccessLog;
import ai.apertis.telemetry.EventLoopLag;
import ai.apertis.telemetry.ManagementVerticle;
import ai.apertis.telemetry.Metrics;
import ai.apertis.telemetry.Readiness;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: every part built by constructor, in the order in which they need one another, and taken down in the
 * reverse of it.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int DATABASE_CONNECTIONS = 8;
    private static final int MOST_TURNS = 20;
    private static final int MOST_SAVED_RETRIES = 20;
    private static final int MOST_SAVED_HEDGES = 10;

    private final Config config;
    private final PrintStream out;
    private final Vertx vertx;
    private final int loops = Runtime.getRuntime().availableProcessors();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicInteger port = new AtomicInteger();
    private final Deque<Runnable> undo = new ArrayDeque<>();

    private Gateway(Config config, PrintStream out) {
        this.config = config;
        this.out = out;
        this.vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
        undo.push(() -> await(vertx.close(), "closing"));
    }

    /**
     * Starts a gateway and waits until it serves.
     *
     * @param config a checked configuration
     * @param out where a person is told what was made at the first start, and how to begin
     * @return the running gateway
     * @throws StartupException with one line that says what keeps it from starting
     */
    public static Gateway start(Config config, PrintStream out) {
        Gateway gateway = new Gateway(config, out);
        try {
            gateway.build();
            return gateway;
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private void build() {
        Environment environment = config.environment();
        Database database = database(environment);
        Bootstrap.Ready ready = await(bootstrap(database, environment), "preparing the database");
        Metrics metrics = new Metrics();
        Readiness readiness = new Readiness();
        readiness.require("not draining", () -> !draining.get());
        readiness.require("serving", () -> port.get() > 0);
        LedgerProbe ledger = new LedgerProbe(database);
        readiness.require("ledger", ledger::answers);
        deploy(() -> ledger, 1, "the ledger's probe");

        deploy(
                () -> new ManagementVerticle(
                        environment.managementHost(), environment.managementPort(), metrics, readiness),
                1,
                address(environment.managementHost(), environment.managementPort()));

        SimulatedProvider simulator = await(SimulatedProvider.start(vertx, 1), "starting the simulated provider");
        LiveCatalog catalog = new LiveCatalog(new CatalogLoader(simulator.baseUrl()).load(config));
        Billing billing = billing(database);
        TokenCounter tokens = new TokenCounter();
        for (Provider provider : catalog.current().providers()) {
            onEveryLoop(
                    () -> new ProviderVerticle(provider, tokens),
                    ProviderVerticle::loop,
                    "provider " + provider.name());
        }

        Keys keys = new Keys(database, ready.hash(), ready.imported());
        Optional<SharedStore> redis = redis(environment);
        RateLimiter limiter = limiter(redis);
        Correspondence correspondence = new Correspondence(vertx, config, metrics);
        deploy(() -> correspondence.teller(database, ready.hash()), 1, "telling accounts");
        correspondence.topups(database).ifPresent(topups -> deploy(() -> topups, 1, "topping up balances"));
        Door door = new Door(keys, catalog, addresses(), limiter, config.limits());
        ExchangeLog log = new ExchangeLog(new AccessLog(InstantSource.system()), metrics);
        BodyReader bodies = new BodyReader(vertx, config.server());
        RandomGenerator chance = () -> ThreadLocalRandom.current().nextLong();
        Health health = new Health(loops, System::nanoTime, chance, endpoint -> show(endpoint, metrics));
        Steering steering = new Steering(
                new Dispatch(vertx.eventBus()),
                health,
                retries(config.routing(), metrics),
                hedging(config.routing(), metrics),
                new Affinity(System::nanoTime),
                chance,
                metrics);
        Pace pace = new Pace(limiter, streams(redis), catalog, config.limits());
        InputBounds bounds = new InputBounds();
        deploy(() -> new PromptLearner(new PromptDensities(database), bounds), 1, "learning how dense prompts are");
        Quotes quotes = new Quotes(vertx, tokens, bounds, config.billing().outputStepTokens());
        Repeats repeats = new Repeats(config.cache(), answers(redis), metrics);
        ConversationParts parts = new ConversationParts(
                catalog, billing, quotes, steering, config.routing(), pace, metrics, repeats, config.timeouts());
        StoredResponses responses = new StoredResponses(database);
        ResponseKeeper keeper = new ResponseKeeper(
                responses,
                new ResponseKeeper.Bounds(
                        config.responses().retentionDays(), config.responses().maxBytesPerAccount()),
                config.server().drainTimeoutMillis(),
                metrics::responseLost);
        deploy(() -> keeper, 1, "the keeper of responses");
        ResponsesLookup lookup = new ResponsesLookup(responses, config.server().maxBodyBytes());
        List<Mount> mounts = new ArrayList<>(List.of(
                new ApiMount(door, bodies, parts, new CreditsHandler(new Balances(database)), log),
                new ResponsesMount(
                        door,
                        bodies,
                        parts,
                        responses,
                        lookup,
                        keeper,
                        config.server().maxBodyBytes(),
                        log),
                new CountMount(door, bodies, parts, lookup, tokens, log),
                new ModelsMount(door, catalog, log),
                new RecommendMount(door, catalog, log),
                new CatalogMount(door, catalog, log),
                new BillingMount(door, new Balances(database), new UsageSums(database), log),
                new TokenMount(door, database, keys, bodies, log),
                new TaskMount(door, bodies, new UploadReader(vertx, config.server()), parts, log),
                new AdminMount(
                        ready.adminToken(), database, keys, catalog, health, correspondence.urls(), bodies, log)));
        correspondence.paymentEvents(database, bodies, log).ifPresent(mounts::add);
        deploy(() -> new EventLoopLag(metrics), loops, "the event loops' probe");
        ConcurrentHashMap<String, Integer> connectionsPerAddress = new ConcurrentHashMap<>();
        onEveryLoop(
                () -> new IngressVerticle(environment, config.server(), mounts, log, port, connectionsPerAddress),
                IngressVerticle::loop,
                address(environment.host(), environment.port()));
        undo.push(() -> draining.set(true));
        new Greeting(out, environment, port.get(), catalog.current(), correspondence.off()).print(ready);
    }

    private Database database(Environment environment) {
        DatabaseUrl url = environment
                .databaseUrl()
                .map(given -> DatabaseUrl.parse(given.value()))
                .orElseGet(() -> {
                    EmbeddedDatabase embedded = EmbeddedDatabase.start(environment.dataDir());
                    undo.push(embedded::close);
                    return embedded.url();
                });
        Database database = Database.open(vertx, url, DATABASE_CONNECTIONS);
        undo.push(() -> await(database.close(), "closing the database"));
        return database;
    }

    /** What nodes share; a Redis that is not there yet does not keep a node from starting. */
    private Optional<SharedStore> redis(Environment environment) {
        return environment.redisUrl().map(url -> {
            SharedStore store = new SharedStore(vertx, url.value());
            undo.push(store::close);
            store.open()
                    .onFailure(e -> LOG.warn("Redis does not answer, this node shares nothing: {}", e.getMessage()));
            return store;
        });
    }

    private static RateLimiter limiter(Optional<SharedStore> redis) {
        RateLimiter alone = new ProcessRateLimiter(InstantSource.system());
        return redis.<RateLimiter>map(store -> new RedisRateLimiter(store, alone, InstantSource.system()))
                .orElse(alone);
    }

    private StreamLimiter streams(Optional<SharedStore> redis) {
        StreamLimiter alone = new ProcessStreamLimiter();
        return redis.<StreamLimiter>map(store -> new RedisStreamLimiter(vertx, store, alone))
                .orElse(alone);
    }

    private AnswerStore answers(Optional<SharedStore> redis) {
        Duration remembered = Duration.ofMillis(config.cache().ttlMillis());
        AnswerStore alone = new ProcessAnswerStore(remembered, config.cache().maxBytes());
        return redis.<AnswerStore>map(store -> new RedisAnswerStore(store, alone, remembered))
                .orElse(alone);
    }

    private Billing billing(Database database) {
        BillingVerticle verticle = new BillingVerticle(
                database,
                BillingOptions.standard(
                                ProcessHandle.current().pid() + "@"
                                        + System.getenv().getOrDefault("HOSTNAME", "local"),
                                NanoUsd.ofUsd(config.billing().toleranceUsd()),
                                config.billing().beatMillis(),
                                Math.toIntExact(config.billing().staleBeats()))
                        .freeWhenAway(config.billing().freeWhenLedgerIsAway()));
        // Undeployed before the database is closed, so that this run ends itself and needs no peer to reap it.
        deploy(() -> verticle, 1, "billing");
        return verticle.billing(vertx);
    }

    private static Allowance retries(RoutingConfig routing, Metrics metrics) {
        Allowance retries = new Allowance(
                routing.retryShare().doubleValue(), routing.retriesPerSecond(), MOST_SAVED_RETRIES, System::nanoTime);
        metrics.show("apertis.retries.left", "Retries that the retry budget grants now", retries::left);
        return retries;
    }

    private static Hedging hedging(RoutingConfig routing, Metrics metrics) {
        Allowance hedges = new Allowance(routing.hedgeShare().doubleValue(), 0, MOST_SAVED_HEDGES, System::nanoTime);
        metrics.show("apertis.hedges.left", "Second attempts that the hedging budget grants now", hedges::left);
        return new Hedging(hedges, routing.hedgePayer().equals("user"));
    }

    private static void show(EndpointHealth health, Metrics metrics) {
        String[] tags = {"provider", health.provider(), "model", health.model()};
        metrics.show(
                "apertis.endpoint.first.token.ms",
                "Mean time to the first token lately, milliseconds",
                health::firstTokenMillis,
                tags);
        metrics.show("apertis.endpoint.error.rate", "Share of failed attempts lately", health::errorRate, tags);
        metrics.show("apertis.endpoint.waiting", "Requests waiting for a first token", health::waiting, tags);
        metrics.show("apertis.endpoint.limit", "How many may wait for a first token", health::limit, tags);
        metrics.show(
                "apertis.endpoint.open",
                "1 while the breaker keeps requests away",
                () -> health.isOpen() ? 1 : 0,
                tags);
    }

    private Future<Bootstrap.Ready> bootstrap(Database database, Environment environment) {
        Map<Integer, byte[]> peppers = new HashMap<>();
        config.keyPeppers()
                .forEach((id, pepper) -> peppers.put(id, pepper.value().getBytes(StandardCharsets.UTF_8)));
        return new Bootstrap(database)
                .run(new Bootstrap.Wishes(
                        environment.adminToken().map(Secret::value).orElse(null),
                        environment.bootstrapKey().map(Secret::value).orElse(null),
                        NanoUsd.ofUsd(environment.bootstrapCreditUsd()),
                        peppers));
    }

    private ClientAddress addresses() {
        return new ClientAddress(config.server().trustedProxies().stream()
                .map(AddressRange::parse)
                .toList());
    }

    /**
     * Deploys until every event loop has one: a request is handed over on its own loop, so a loop without a worker would
     * leave it waiting. Which loop the next verticle gets is not promised, since whoever asks Vert.x for a context takes a
     * turn too.
     */
    private <V extends Deployable> void onEveryLoop(Supplier<V> verticles, Function<V, String> loop, String what) {
        Set<String> covered = new HashSet<>();
        for (int turn = 0; covered.size() < loops; turn++) {
            if (turn > MOST_TURNS) {
                throw new StartupException(what + " could not be put on every event loop");
            }
            Queue<V> made = new ConcurrentLinkedQueue<>();
            Supplier<V> remembered = () -> {
                V verticle = verticles.get();
                made.add(verticle);
                return verticle;
            };
            deploy(remembered, loops + turn, what);
            made.forEach(verticle -> covered.add(loop.apply(verticle)));
        }
    }

    private void deploy(Supplier<? extends Deployable> verticles, int instances, String what) {
        String id = await(vertx.deployVerticle(verticles, new DeploymentOptions().setInstances(instances)), what);
        undo.push(() -> await(vertx.undeploy(id), what));
    }

    /**
     * The port of the public API.
     *
     * @return as bound, which matters when 0 was asked for
     */
    public int port() {
        return port.get();
    }

    /** Drains and stops: not ready first, open streams finish within their limit, what is owed is settled. */
    @Override
    public void close() {
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (RuntimeException e) {
                LOG.warn("stopping: {}", e.getMessage());
            }
        }
    }

    private static String address(String host, int port) {
        return host + ":" + port;
    }

    /** Waits for a part to be there; only start-up and shutdown wait, and they have a thread of their own. */
    private static <T> T await(Future<T> part, String what) {
        try {
            return part.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw explained(e.getCause(), what);
        }
    }

    private static StartupException explained(@Nullable Throwable cause, String what) {
        return switch (cause) {
            case StartupException known -> known;
            case BindException taken ->
                new StartupException(what + " cannot be listened on: " + taken.getMessage()
                        + " (set APERTIS_PORT or APERTIS_MANAGEMENT_PORT)");
            case null -> new StartupException(what + " failed");
            default -> new StartupException(what + ": " + cause);
        };
    }
}
