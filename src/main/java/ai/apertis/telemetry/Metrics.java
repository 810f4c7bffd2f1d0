package ai.apertis.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/**
 * The meters of the process, for Prometheus. Safe for any thread and cheap: every meter is made once and found again by one
 * look-up. The number of series is bounded, whatever clients send: endpoints, statuses, providers and outcomes are few, and
 * {@link RequestMeters} bounds the models. In the order of a request's way through the house, then what goes on beside it.
 */
public final class Metrics {
    private static final Duration[] HOLD_BUCKETS = Meters.millis(1, 2, 3, 5, 10, 20, 50, 100, 250, 500, 1_000, 2_000);
    private static final Duration[] LAG_BUCKETS = Meters.millis(1, 2, 5, 10, 25, 50, 100, 250, 1_000);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);
    private final RequestMeters requests = new RequestMeters(meters);
    private final AtomicLong openHolds = new AtomicLong();
    private final AtomicLong openStreams = new AtomicLong();
    private final Timer holds;
    private final Timer lag;
    private final Counter shortfall;
    private final Counter lateSettlements;
    private final Counter lostResponses;

    /** Makes the meters that are always there, and those of the JVM's memory and processors. */
    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        meters.gauge("apertis.open.holds", "Holds taken and not yet settled", openHolds::get);
        meters.gauge("apertis.open.streams", "Streamed answers under way", openStreams::get);
        holds = meters.timer("apertis.hold", "Time until a hold was durable", HOLD_BUCKETS);
        lag = meters.timer("apertis.event.loop.lag", "How late timers fire on the event loops", LAG_BUCKETS);
        shortfall =
                meters.counter("apertis.shortfall.nano.usd", "Cost above the hold, borne by the operator, nano-USD");
        lateSettlements =
                meters.counter("apertis.settlements.late", "Last events sent before their settlement was durable");
        lostResponses = meters.counter(
                "apertis.responses.lost",
                "Responses that were to be stored and were not, because the database was slow or away");
    }

    /**
     * Counts a request that was refused because the process has too much to do.
     *
     * @param why {@code requests}, {@code body_bytes} or {@code lag}
     */
    public void shed(String why) {
        meters.count("apertis.requests.shed", "Requests refused because the process has too much to do", "why", why);
    }

    /**
     * Counts a request that another's answer could serve.
     *
     * @param result what became of it: {@code hit}, {@code miss} or {@code coalesced}
     */
    public void cache(String result) {
        meters.count("apertis.cache.requests", "Requests that an earlier answer could serve", "result", result);
    }

    /**
     * Counts a request for which the web was to be searched.
     *
     * @param status what came of it, as its client is told
     */
    public void webSearch(String status) {
        meters.count("apertis.web.searches", "Requests that the web was to be searched for", "status", status);
    }

    /**
     * Counts a request whose older turns were to be summarised.
     *
     * @param result {@code applied}, {@code left} or {@code failed}
     */
    public void compression(String result) {
        meters.count("apertis.compressions", "Requests whose older turns were to be summarised", "result", result);
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
     * Counts a hold that the ledger refused.
     *
     * @param reason why: one of a fixed set
     */
    public void holdRefused(String reason) {
        meters.count("apertis.holds.refused", "Holds that the ledger refused", "reason", reason);
    }

    /**
     * Counts a further call for a request that had one already.
     *
     * @param kind one of a fixed set, for instance {@code endpoint} or {@code fallback}
     */
    public void retried(String kind) {
        meters.count("apertis.extra.calls", "Calls to providers beyond the first one of a request", "kind", kind);
    }

    /**
     * Counts an attempt at a provider of which nothing reached the client.
     *
     * @param provider the provider's name
     * @param why one of a fixed set
     */
    public void attemptFailed(String provider, String why) {
        meters.count(
                "apertis.attempts.failed",
                "Attempts at providers of which nothing reached a client",
                "provider",
                provider,
                "why",
                why);
    }

    /**
     * Counts a stream whose first content was held back because its endpoint had lately cut others early.
     *
     * @param provider the provider's name
     * @param outcome {@code passed}, {@code cut} while nothing had reached the client, or {@code left} by the client or for
     *     another attempt
     */
    public void heldBack(String provider, String outcome) {
        meters.count(
                "apertis.streams.held.back",
                "Streams whose first content was held back for fear of an early cut",
                "provider",
                provider,
                "outcome",
                outcome);
    }

    /**
     * Counts a stream with which another provider went on, or was to.
     *
     * @param outcome {@code whole}, {@code cut} again, or {@code failed} when nobody could
     */
    public void continued(String outcome) {
        meters.count(
                "apertis.streams.continued",
                "Streams that broke off and with which another provider was to go on",
                "outcome",
                outcome);
    }

    /** Counts a streamed answer that begins. */
    public void streamOpened() {
        openStreams.incrementAndGet();
    }

    /** Counts a streamed answer that ended, however it did. */
    public void streamClosed() {
        openStreams.decrementAndGet();
    }

    /** Counts a last event that was sent before its settlement was durable, because the ledger did not answer in time. */
    public void settlementLate() {
        lateSettlements.increment();
    }

    /**
     * Counts cost that was above the hold.
     *
     * @param nanoUsd nano-USD
     */
    public void shortfall(long nanoUsd) {
        shortfall.increment((double) nanoUsd);
    }

    /** Counts a response that was to be stored and was not. */
    public void responseLost() {
        lostResponses.increment();
    }

    /**
     * Counts a finished request.
     *
     * @param line what happened
     */
    public void requestEnded(RequestLine line) {
        requests.count(line);
    }

    /**
     * Counts an attempt to tell an account something.
     *
     * @param channel {@code webhook} or {@code email}
     * @param outcome {@code delivered}, {@code failed} or {@code given_up}
     */
    public void deliveryTried(String channel, String outcome) {
        meters.count(
                "apertis.deliveries", "Attempts to tell an account something", "channel", channel, "outcome", outcome);
    }

    /**
     * Counts an answer of a payment provider to a top-up.
     *
     * @param outcome {@code paid}, {@code declined}, {@code processing} or {@code unknown}
     */
    public void topupAsked(String outcome) {
        meters.count("apertis.topups", "Answers of the payment provider to top-ups", "outcome", outcome);
    }

    /**
     * Counts a reading of the configuration while the process runs.
     *
     * @param outcome {@code applied}, {@code unchanged} or {@code refused}
     */
    public void reloaded(String outcome) {
        meters.count("apertis.reloads", "Readings of the configuration while the process runs", "outcome", outcome);
    }

    /** Records how late a timer fired. */
    void eventLoopLag(long nanos) {
        lag.record(nanos, TimeUnit.NANOSECONDS);
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
        meters.gauge(name, description, value, tags);
    }

    /**
     * Everything in the text form of Prometheus. Takes milliseconds: not for an event loop.
     *
     * @return the body of {@code /metrics}
     */
    public String scrape() {
        return registry.scrape();
    }
}
