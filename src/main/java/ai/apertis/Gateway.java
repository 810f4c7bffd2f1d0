package ai.apertis;

import ai.apertis.admin.AdminMount;
import ai.apertis.admin.TokenMount;
import ai.apertis.billing.Billing;
import ai.apertis.billing.BillingOptions;
import ai.apertis.billing.BillingVerticle;
import ai.apertis.catalog.CatalogLoader;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.changelog.Changelog;
import ai.apertis.config.Config;
import ai.apertis.config.ConfigException;
import ai.apertis.config.ConfigLoader;
import ai.apertis.config.Environment;
import ai.apertis.config.Secret;
import ai.apertis.dialect.TokenCounter;
import ai.apertis.dispatch.Dispatch;
import ai.apertis.http.AddressRange;
import ai.apertis.http.ClientAddress;
import ai.apertis.ingress.Abridger;
import ai.apertis.ingress.ApiMount;
import ai.apertis.ingress.BillingMount;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.Capacity;
import ai.apertis.ingress.CatalogMount;
import ai.apertis.ingress.ChangelogMount;
import ai.apertis.ingress.ChatOnBehalf;
import ai.apertis.ingress.ConversationParts;
import ai.apertis.ingress.CountMount;
import ai.apertis.ingress.CreditsHandler;
import ai.apertis.ingress.Departure;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Grounder;
import ai.apertis.ingress.IngressVerticle;
import ai.apertis.ingress.ModelsMount;
import ai.apertis.ingress.Mount;
import ai.apertis.ingress.OnFirstUse;
import ai.apertis.ingress.OpenApi;
import ai.apertis.ingress.OpenApiMount;
import ai.apertis.ingress.Pace;
import ai.apertis.ingress.RecommendMount;
import ai.apertis.ingress.Repeats;
import ai.apertis.ingress.ResponsesLookup;
import ai.apertis.ingress.ResponsesMount;
import ai.apertis.ingress.TaskMount;
import ai.apertis.ingress.UploadReader;
import ai.apertis.ingress.VideoInquirer;
import ai.apertis.ingress.VideoMount;
import ai.apertis.ingress.VideoWatch;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.Bootstrap;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.EmbeddedDatabase;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.LedgerProbe;
import ai.apertis.ledger.PromptDensities;
import ai.apertis.ledger.ProviderDays;
import ai.apertis.ledger.Renewals;
import ai.apertis.ledger.ResponseKeeper;
import ai.apertis.ledger.StartupException;
import ai.apertis.ledger.StoredResponses;
import ai.apertis.ledger.UsageSums;
import ai.apertis.ledger.Videos;
import ai.apertis.limits.RateLimiter;
import ai.apertis.money.NanoUsd;
import ai.apertis.routing.InputBounds;
import ai.apertis.routing.OutcomeKeeper;
import ai.apertis.routing.PromptLearner;
import ai.apertis.routing.Quotes;
import ai.apertis.routing.Steering;
import ai.apertis.search.HttpWebSearch;
import ai.apertis.search.SimulatedWebSearch;
import ai.apertis.sim.SimulatedProvider;
import ai.apertis.telemetry.AccessLog;
import ai.apertis.telemetry.EventLoopLag;
import ai.apertis.telemetry.ManagementVerticle;
import ai.apertis.telemetry.Metrics;
import ai.apertis.telemetry.Readiness;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A running gateway: every part built by constructor, in the order in which they need one another, and taken down in the
 * reverse of it.
 */
public final class Gateway implements AutoCloseable {
    private static final int DATABASE_CONNECTIONS = 8;
    /** A little longer than a connection stays that was used just now. */
    private static final long TURNING_AWAY_MILLIS = 1_500;

    private static final long BEAT_MILLIS = 20;
    private static final long VIDEO_WATCH_MILLIS = 15_000;
    private static final long RENEWAL_MILLIS = 30_000;
    private static final long OUTCOMES_MILLIS = 60_000;

    private final ConfigLoader source;
    private final Config config;
    private final PrintStream out;
    private final Vertx vertx;
    private final Departure departure = new Departure();
    private final Readiness readiness = new Readiness();
    private final ConcurrentHashMap<String, Integer> connectionsPerAddress = new ConcurrentHashMap<>();
    private final AtomicInteger port = new AtomicInteger();
    private final AtomicInteger managementPort = new AtomicInteger();
    private final Deployments parts;
    private final List<Mount> mounts = new ArrayList<>();

    private final boolean warms;
    private int warmedBy;

    private Gateway(ConfigLoader source, PrintStream out, boolean warms) throws ConfigException {
        this.source = source;
        this.config = source.load();
        this.out = out;
        this.warms = warms;
        this.parts = new Deployments();
        this.vertx = parts.vertx();
    }

    /**
     * Starts a gateway and waits until it serves, its first request being as slow as first ones are.
     *
     * @param source reads the configuration, now and whenever it is reloaded
     * @param out where a person is told what was made at the first start, and how to begin
     * @return the running gateway
     * @throws ConfigException when the configuration is not valid
     * @throws StartupException with one line that says what keeps it from starting
     */
    public static Gateway start(ConfigLoader source, PrintStream out) throws ConfigException {
        return start(source, out, false);
    }

    /**
     * Starts a gateway and waits until it serves.
     *
     * @param source reads the configuration, now and whenever it is reloaded
     * @param out where a person is told what was made at the first start, and how to begin
     * @param warms whether it makes requests to itself before, so that the first client's is fast
     * @return the running gateway
     * @throws ConfigException when the configuration is not valid
     * @throws StartupException with one line that says what keeps it from starting
     */
    static Gateway start(ConfigLoader source, PrintStream out, boolean warms) throws ConfigException {
        Gateway gateway = new Gateway(source, out, warms);
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
        Bootstrap.Ready ready = Deployments.await(bootstrap(database, environment), "preparing the database");
        Metrics metrics = new Metrics();
        readiness.require("not draining", () -> !departure.isTold());
        readiness.require("serving", () -> port.get() > 0);
        LedgerProbe ledger = new LedgerProbe(database);
        readiness.require("ledger", ledger::answers);
        parts.deploy(() -> ledger, 1, "the ledger's probe");

        ManagementVerticle management =
                new ManagementVerticle(environment.managementHost(), environment.managementPort(), metrics, readiness);
        parts.deploy(() -> management, 1, address(environment.managementHost(), environment.managementPort()));
        managementPort.set(management.actualPort());

        SimulatedProvider simulator =
                Deployments.await(SimulatedProvider.start(vertx, 1), "starting the simulated provider");
        CatalogLoader loader = new CatalogLoader(simulator.baseUrl());
        LiveCatalog catalog = new LiveCatalog(loader.first(config));
        Billing billing = billing(database, metrics);
        TokenCounter tokens = new TokenCounter();
        Workers workers = new Workers(parts, tokens, config.server().writeTimeoutMillis());
        parts.lastly(workers::close);
        workers.hire(catalog.current().providers());

        Keys keys = new Keys(database, ready.hash(), ready.imported());
        Sharing sharing = Sharing.of(parts, environment);
        RateLimiter limiter = sharing.limiter();
        Correspondence correspondence = new Correspondence(vertx, config, metrics);
        parts.deploy(() -> correspondence.teller(database, ready.hash()), 1, "telling accounts");
        correspondence.topups(database).ifPresent(topups -> parts.deploy(() -> topups, 1, "topping up balances"));
        Door door = new Door(keys, catalog, addresses(), limiter, departure);
        ExchangeLog log = new ExchangeLog(new AccessLog(InstantSource.system()), metrics);
        Capacity capacity = new Capacity(config.server(), metrics);
        BodyReader bodies = new BodyReader(vertx, config.server(), capacity);
        Helm helm = new Helm(config.routing(), metrics, parts.loops());
        Dispatch dispatch = new Dispatch(vertx.eventBus());
        Steering steering = helm.steering(dispatch);
        Reloader reloader = new Reloader(source, config, loader, catalog, workers, helm, metrics);
        parts.lastly(reloader::close);
        parts.deploy(
                () -> new OutcomeKeeper(
                        helm.health(), new ProviderDays(database), InstantSource.system(), OUTCOMES_MILLIS),
                1,
                "counting how providers do");
        Pace pace = new Pace(limiter, sharing.streams(), catalog);
        InputBounds bounds = new InputBounds();
        parts.deploy(
                () -> new PromptLearner(new PromptDensities(database), bounds), 1, "learning how dense prompts are");
        Quotes quotes = new Quotes(vertx, tokens, bounds, config.billing().outputStepTokens());
        WarmUp warmUp = new WarmUp(parts, config, tokens, dispatch, quotes, keys);
        if (warms) {
            warmUp.begin(simulator.baseUrl(), billing);
        }
        Repeats repeats = new Repeats(config.cache(), sharing.answers(config.cache()), metrics);
        ConversationParts conversations = new ConversationParts(
                catalog,
                billing,
                quotes,
                steering,
                pace,
                metrics,
                repeats,
                grounder(catalog, metrics),
                new Abridger(vertx, tokens),
                departure);
        StoredResponses responses = new StoredResponses(database);
        ResponseKeeper keeper = new ResponseKeeper(
                responses,
                new ResponseKeeper.Bounds(
                        config.responses().retentionDays(), config.responses().maxBytesPerAccount()),
                config.server().drainTimeoutMillis(),
                metrics::responseLost);
        parts.deploy(() -> keeper, 1, "the keeper of responses");
        ResponsesLookup lookup = new ResponsesLookup(responses, config.server().maxBodyBytes());
        Videos videos = new Videos(database);
        VideoInquirer inquirer = new VideoInquirer(videos, catalog, dispatch);
        parts.deploy(() -> new VideoWatch(videos, inquirer, VIDEO_WATCH_MILLIS), 1, "the watch over videos");
        Changelog changelog = Changelog.shipped();
        OnFirstUse<OpenApi> api = new OnFirstUse<>(vertx, () -> OpenApi.shipped(Main.VERSION));
        mounts.addAll(List.of(
                new ApiMount(door, bodies, conversations, new CreditsHandler(new Balances(database)), log),
                new ResponsesMount(
                        door,
                        bodies,
                        conversations,
                        responses,
                        lookup,
                        keeper,
                        config.server().maxBodyBytes(),
                        log),
                new CountMount(door, bodies, conversations, lookup, tokens, log),
                new ModelsMount(door, catalog, log),
                new RecommendMount(door, catalog, log),
                new CatalogMount(door, catalog, log),
                new ChangelogMount(door, changelog, log),
                new OpenApiMount(door, api, log),
                new BillingMount(door, new Balances(database), new UsageSums(database), log),
                new TokenMount(door, database, keys, bodies, log),
                new TaskMount(door, bodies, new UploadReader(vertx, config.server()), conversations, log),
                new VideoMount(door, bodies, conversations, videos, inquirer, log),
                new AdminMount(
                        ready.adminToken(),
                        database,
                        keys,
                        catalog,
                        helm.health(),
                        reloader,
                        correspondence.urls(),
                        bodies,
                        log)));
        correspondence.paymentEvents(database, bodies, log).ifPresent(mounts::add);
        mounts.addAll(new Face(
                        vertx,
                        config.console(),
                        config.smtp(),
                        database,
                        keys,
                        catalog,
                        changelog,
                        api,
                        door,
                        bodies,
                        log,
                        ready.adminToken(),
                        limiter,
                        addresses(),
                        correspondence.urls(),
                        helm.health(),
                        reloader,
                        ledger::answers,
                        new ChatOnBehalf(door, bodies, conversations),
                        correspondence.checkout())
                .mounts());
        parts.deploy(() -> new Renewals(database, RENEWAL_MILLIS), 1, "renewing subscriptions");
        parts.deploy(() -> new EventLoopLag(metrics), parts.loops(), "the event loops' probe");
        if (warms) {
            warmUp.await();
            warmedBy = warmUp.answered();
        }
        parts.onEveryLoop(
                () -> new IngressVerticle(
                        environment, config.server(), mounts, log, port, connectionsPerAddress, capacity, departure),
                IngressVerticle::loop,
                address(environment.host(), environment.port()));
        parts.lastly(departure::refuse);
        reloader.watch(config.reload());
        new Greeting(out, environment, port.get(), catalog.current(), off(correspondence)).print(ready);
    }

    private List<String> off(Correspondence correspondence) {
        List<String> off = correspondence.off();
        if (config.webSearch().engine().isEmpty()) {
            off.add("web search (web_search.key)");
        }
        return off;
    }

    private Grounder grounder(LiveCatalog catalog, Metrics metrics) {
        return new Grounder(
                catalog,
                config.webSearch().engine().map(engine -> new HttpWebSearch(vertx, engine)),
                new SimulatedWebSearch(),
                NanoUsd.ofUsd(config.webSearch().priceUsd()),
                metrics);
    }

    private Database database(Environment environment) {
        DatabaseUrl url = environment
                .databaseUrl()
                .map(given -> DatabaseUrl.parse(given.value()))
                .orElseGet(() -> {
                    EmbeddedDatabase embedded = EmbeddedDatabase.start(environment.dataDir());
                    embedded.keepUp();
                    parts.lastly(embedded::close);
                    return embedded.url();
                });
        Database database = Database.open(vertx, url, DATABASE_CONNECTIONS);
        parts.lastly(() -> Deployments.await(database.close(), "closing the database"));
        return database;
    }

    private Billing billing(Database database, Metrics metrics) {
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
        parts.deploy(() -> verticle, 1, "billing");
        metrics.show(
                "apertis.settlements.queued",
                "Settlements waiting for the ledger",
                () -> verticle.counters().counts().waitingSettlements());
        return verticle.billing(vertx);
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
     * The port of the public API.
     *
     * @return as bound, which matters when 0 was asked for
     */
    public int port() {
        return port.get();
    }

    /** How many requests to itself were answered before it served. */
    int warmedBy() {
        return warmedBy;
    }

    /** The port of readiness and metrics, as bound. */
    int managementPort() {
        return managementPort.get();
    }

    /**
     * What answers below the public port.
     *
     * @return a copy
     */
    List<Mount> mounts() {
        return List.copyOf(mounts);
    }

    /**
     * Gets ready to be closed without anybody noticing: says that it is not ready while it still serves, for as long as who asks
     * needs to notice; then sends those elsewhere who come all the same, until their connections have ended.
     */
    public void drain() {
        departure.tell();
        if (readiness.isWatched()) {
            pause(config.server().drainLeadMillis());
        }
        departure.refuse();
        for (long waited = 0; waited < TURNING_AWAY_MILLIS && !connectionsPerAddress.isEmpty(); waited += BEAT_MILLIS) {
            pause(BEAT_MILLIS);
        }
    }

    private void pause(long millis) {
        if (millis > 0) {
            Deployments.await(vertx.timer(millis, TimeUnit.MILLISECONDS), "waiting");
        }
    }

    /** Stops: takes nothing more on, open streams finish within their limit or are cut, what is owed is settled. */
    @Override
    public void close() {
        parts.close();
    }

    private static String address(String host, int port) {
        return host + ":" + port;
    }
}
