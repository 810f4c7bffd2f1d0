package ai.apertis.telemetry;

import ai.apertis.money.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The meters of the process, for Prometheus. Safe for any thread and cheap: every meter is made once and found again by one
 * look-up. The number of series is bounded, whatever clients send: endpoints, statuses and providers are few, and beyond
 * {@value #MAX_MODELS} models the rest is counted as {@code other}.
 */
public final class Metrics {
    private static final int MAX_MODELS = 1_000;
    private static final String NONE = "none";
    private static final String OTHER = "other";

    private static final Duration[] ANSWER_BUCKETS =
            millis(5, 10, 25, 50, 100, 200, 350, 500, 750, 1_000, 1_500, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000);
    private static final Duration[] HOLD_BUCKETS = millis(1, 2, 3, 5, 10, 20, 50, 100, 250, 500, 1_000, 2_000);
    private static final Duration[] LAG_BUCKETS = millis(1, 2, 5, 10, 25, 50, 100, 250, 1_000);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ConcurrentHashMap<Outcome, Counter> requests = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, ModelMeters> models = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Timer> durations = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Timer> upstreams = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Counter> refusals = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Counter> routingCounters = new ConcurrentHashMap<>();
    private final AtomicLong openHolds = new AtomicLong();
    private final AtomicLong openStreams = new AtomicLong();
    private final AtomicLong queuedSettlements = new AtomicLong();
    private final Timer holds;
    private final Timer lag;
    private final Counter shortfall;
    private final Counter lateSettlements;
    private final Counter lostResponses;

    /** Makes the meters that are always there, and those of the JVM's memory and processors. */
    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        gauge("apertis.open.holds", "Holds taken and not yet settled", openHolds);
        gauge("apertis.open.streams", "Streamed answers under way", openStreams);
        gauge("apertis.settlements.queued", "Settlements waiting for the ledger", queuedSettlements);
        holds = timer("apertis.hold", "Time until a hold was durable", HOLD_BUCKETS);
        lag = timer("apertis.event.loop.lag", "How late timers fire on the event loops", LAG_BUCKETS);
        shortfall = Counter.builder("apertis.shortfall.nano.usd")
                .description("Cost above the hold, borne by the operator, nano-USD")
                .register(registry);
        lateSettlements = Counter.builder("apertis.settlements.late")
                .description("Last events sent before their settlement was durable")
                .register(registry);
        lostResponses = Counter.builder("apertis.responses.lost")
                .description("Responses that were to be stored and were not, because the database was slow or away")
                .register(registry);
    }

    /**
     * Counts a finished request.
     *
     * @param line what happened
     */
    public void requestEnded(RequestLine line) {
        ModelMeters model = model(line.model());
        requests.computeIfAbsent(new Outcome(line.endpoint(), model.name, line.status()), this::requestCounter)
                .increment();
        durations
                .computeIfAbsent(
                        line.endpoint(),
                        endpoint -> timer(
                                "apertis.request.duration",
                                "Time from arrival to the end",
                                ANSWER_BUCKETS,
                                "endpoint",
                                endpoint))
                .record(line.durationMillis(), TimeUnit.MILLISECONDS);
        String provider = line.provider();
        if (provider != null && line.upstreamMillis() >= 0) {
            upstreams
                    .computeIfAbsent(
                            provider,
                            name -> timer(
                                    "apertis.upstream", "Time spent with providers", ANSWER_BUCKETS, "provider", name))
                    .record(line.upstreamMillis(), TimeUnit.MILLISECONDS);
        }
        if (line.model() != null) {
            model.count(line);
        }
    }

    /**
     * Counts a hold that became durable; {@link #holdEnded} counts its end.
     *
     * @param nanos nanoseconds from asking to the ledger's answer
     */
    public void holdTaken(long nanos) {
        holds.record(nanos, TimeUnit.NANOSECONDS);
        openHolds.incrementAndGet();
    }

    /** Counts the settlement of a hold that was taken. */
    public void holdEnded() {
        openHolds.decrementAndGet();
    }

    /**
     * Counts a request that another's answer could serve.
     *
     * @param result what became of it: {@code hit}, {@code miss} or {@code coalesced}
     */
    public void cache(String result) {
        Counter.builder("apertis.cache.requests")
                .description("Requests that an earlier answer could serve")
                .tag("result", result)
                .register(registry)
                .increment();
    }

    /**
     * Counts a request for which the web was to be searched.
     *
     * @param status what came of it, as its client is told
     */
    public void webSearch(String status) {
        Counter.builder("apertis.web.searches")
                .description("Requests that the web was to be searched for")
                .tag("status", status)
                .register(registry)
                .increment();
    }

    /**
     * Counts a request whose older turns were to be summarised.
     *
     * @param result {@code applied}, {@code left} or {@code failed}
     */
    public void compression(String result) {
        Counter.builder("apertis.compressions")
                .description("Requests whose older turns were to be summarised")
                .tag("result", result)
                .register(registry)
                .increment();
    }

    /**
     * Counts a request that was refused because the process has too much to do.
     *
     * @param why {@code requests}, {@code body_bytes} or {@code lag}
     */
    public void shed(String why) {
        refusals.computeIfAbsent(
                        "shed " + why,
                        made -> Counter.builder("apertis.requests.shed")
                                .description("Requests refused because the process has too much to do")
                                .tag("why", why)
                                .register(registry))
                .increment();
    }

    /**
     * Counts a hold that the ledger refused.
     *
     * @param reason why: one of a fixed set
     */
    public void holdRefused(String reason) {
        refusals.computeIfAbsent(
                        reason,
                        name -> Counter.builder("apertis.holds.refused")
                                .description("Holds that the ledger refused")
                                .tag("reason", name)
                                .register(registry))
                .increment();
    }

    /** Counts a streamed answer that begins. */
    public void streamOpened() {
        openStreams.incrementAndGet();
    }

    /** Counts a streamed answer that ended, however it did. */
    public void streamClosed() {
        openStreams.decrementAndGet();
    }

    /**
     * Tells how many settlements wait for the ledger now.
     *
     * @param waiting their number
     */
    public void settlementsQueued(int waiting) {
        queuedSettlements.set(waiting);
    }

    /** Counts a last event that was sent before its settlement was durable, because the ledger did not answer in time. */
    public void settlementLate() {
        lateSettlements.increment();
    }

    /** Counts a response that was to be stored and was not. */
    public void responseLost() {
        lostResponses.increment();
    }

    /**
     * Counts cost that was above the hold.
     *
     * @param nanoUsd nano-USD
     */
    public void shortfall(long nanoUsd) {
        shortfall.increment((double) nanoUsd);
    }

    /**
     * Counts an attempt at a provider of which nothing reached the client.
     *
     * @param provider the provider's name
     * @param why one of a fixed set
     */
    public void attemptFailed(String provider, String why) {
        routingCounters
                .computeIfAbsent(
                        "failed " + provider + " " + why,
                        made -> Counter.builder("apertis.attempts.failed")
                                .description("Attempts at providers of which nothing reached a client")
                                .tag("provider", provider)
                                .tag("why", why)
                                .register(registry))
                .increment();
    }

    /**
     * Counts a stream whose first content was held back because its endpoint had lately cut others early.
     *
     * @param provider the provider's name
     * @param outcome {@code passed}, {@code cut} while nothing had reached the client, or {@code left} by the client or for
     *     another attempt
     */
    public void heldBack(String provider, String outcome) {
        routingCounters
                .computeIfAbsent(
                        "held back " + provider + " " + outcome,
                        made -> Counter.builder("apertis.streams.held.back")
                                .description("Streams whose first content was held back for fear of an early cut")
                                .tag("provider", provider)
                                .tag("outcome", outcome)
                                .register(registry))
                .increment();
    }

    /**
     * Counts a stream with which another provider went on, or was to.
     *
     * @param outcome {@code whole}, {@code cut} again, or {@code failed} when nobody could
     */
    public void continued(String outcome) {
        routingCounters
                .computeIfAbsent(
                        "continued " + outcome,
                        made -> Counter.builder("apertis.streams.continued")
                                .description("Streams that broke off and with which another provider was to go on")
                                .tag("outcome", outcome)
                                .register(registry))
                .increment();
    }

    /**
     * Counts a further call for a request that had one already.
     *
     * @param kind one of a fixed set, for instance {@code endpoint} or {@code fallback}
     */
    public void retried(String kind) {
        routingCounters
                .computeIfAbsent(
                        "extra " + kind,
                        made -> Counter.builder("apertis.extra.calls")
                                .description("Calls to providers beyond the first one of a request")
                                .tag("kind", kind)
                                .register(registry))
                .increment();
    }

    /**
     * Shows a number that somebody else keeps.
     *
     * @param name dotted
     * @param description for people
     * @param value read at every scrape
     * @param tags names and values in turn, few in number
     */
    public void show(String name, String description, DoubleSupplier value, String... tags) {
        Gauge.builder(name, value::getAsDouble)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /**
     * Counts an attempt to tell an account something.
     *
     * @param channel {@code webhook} or {@code email}
     * @param outcome {@code delivered}, {@code failed} or {@code given_up}
     */
    public void deliveryTried(String channel, String outcome) {
        Counter.builder("apertis.deliveries")
                .description("Attempts to tell an account something")
                .tag("channel", channel)
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }

    /**
     * Counts an answer of a payment provider to a top-up.
     *
     * @param outcome {@code paid}, {@code declined}, {@code processing} or {@code unknown}
     */
    public void topupAsked(String outcome) {
        Counter.builder("apertis.topups")
                .description("Answers of the payment provider to top-ups")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }

    /**
     * Counts a reading of the configuration while the process runs.
     *
     * @param outcome {@code applied}, {@code unchanged} or {@code refused}
     */
    public void reloaded(String outcome) {
        Counter.builder("apertis.reloads")
                .description("Readings of the configuration while the process runs")
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }

    /** Records how late a timer fired. */
    void eventLoopLag(long nanos) {
        lag.record(nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Everything in the text form of Prometheus. Takes milliseconds: not for an event loop.
     *
     * @return the body of {@code /metrics}
     */
    public String scrape() {
        return registry.scrape();
    }

    private ModelMeters model(@Nullable String id) {
        String name = id == null ? NONE : id;
        ModelMeters known = models.get(name);
        if (known != null) {
            return known;
        }
        return models.computeIfAbsent(models.size() < MAX_MODELS ? name : OTHER, ModelMeters::new);
    }

    private Counter requestCounter(Outcome outcome) {
        return Counter.builder("apertis.requests")
                .description("Finished requests")
                .tag("endpoint", outcome.endpoint)
                .tag("model", outcome.model)
                .tag("status", Integer.toString(outcome.status))
                .register(registry);
    }

    private void gauge(String name, String description, AtomicLong value) {
        Gauge.builder(name, value, AtomicLong::doubleValue)
                .description(description)
                .register(registry);
    }

    private Timer timer(String name, String description, Duration[] buckets, String... tags) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(buckets)
                .register(registry);
    }

    private static Duration[] millis(int... values) {
        Duration[] durations = new Duration[values.length];
        for (int i = 0; i < values.length; i++) {
            durations[i] = Duration.ofMillis(values[i]);
        }
        return durations;
    }

    private record Outcome(String endpoint, String model, int status) {}

    /** The meters of one model. */
    private final class ModelMeters {
        private final String name;
        private final Timer ttft;
        private final Counter cost;
        private final Counter input;
        private final Counter output;
        private final Counter cacheRead;
        private final Counter cacheWrite;
        private final Counter reasoning;

        ModelMeters(String name) {
            this.name = name;
            ttft = timer("apertis.ttft", "Time from arrival to the first byte", ANSWER_BUCKETS, "model", name);
            cost = Counter.builder("apertis.cost.nano.usd")
                    .description("What was charged, nano-USD")
                    .tag("model", name)
                    .register(registry);
            input = tokens("input");
            output = tokens("output");
            cacheRead = tokens("cache_read");
            cacheWrite = tokens("cache_write");
            reasoning = tokens("reasoning");
        }

        void count(RequestLine line) {
            Usage usage = line.usage();
            if (line.ttftMillis() >= 0) {
                ttft.record(line.ttftMillis(), TimeUnit.MILLISECONDS);
            }
            cost.increment((double) line.costNano());
            input.increment((double) usage.inputTokens());
            output.increment((double) usage.outputTokens());
            cacheRead.increment((double) usage.cacheReadTokens());
            cacheWrite.increment((double) usage.cacheWriteTokens());
            reasoning.increment((double) usage.reasoningTokens());
        }

        private Counter tokens(String tokenClass) {
            return Counter.builder("apertis.tokens")
                    .description("Tokens consumed; reasoning is part of output")
                    .tag("model", name)
                    .tag("class", tokenClass)
                    .register(registry);
        }
    }
}
