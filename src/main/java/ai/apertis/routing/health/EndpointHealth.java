package ai.apertis.routing.health;

import ai.apertis.catalog.Endpoint;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** What has lately been seen of one endpoint, and so whether and how gladly it is asked next. Safe for any thread. */
public final class EndpointHealth {
    /** Short enough to notice within seconds that an endpoint became slow. */
    private static final long LATENCY_HALF_LIFE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long PACE_HALF_LIFE_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** What is assumed of an endpoint of which nothing is known: little, so that it is tried. */
    private static final double ASSUMED_MILLIS = 10;

    /** Nobody notices so much, so it is added to every latency before they are compared. */
    private static final double GRAIN_MILLIS = 50;

    /** A failed attempt is as bad as a first token that takes so long. */
    private static final double FAILURE_MILLIS = 5_000;

    private static final int SMALLEST_LIMIT = 100;

    final Breaker breaker = new Breaker();
    final AdaptiveLimit limit;
    final AtomicInteger waiting = new AtomicInteger();
    final DecayingMean firstTokenMillis = new DecayingMean(LATENCY_HALF_LIFE_NANOS);
    final DecayingMean wholeMillis = new DecayingMean(LATENCY_HALF_LIFE_NANOS);
    final DecayingMean tokensPerSecond = new DecayingMean(PACE_HALF_LIFE_NANOS);
    final DecayingMean cuts = new DecayingMean(PACE_HALF_LIFE_NANOS);
    final EarlyCuts earlyCuts = new EarlyCuts();
    final Tail firstTokenTail = new Tail();
    final KeyCoolDowns keys;
    final Tally tally;

    private final String provider;
    private final String model;
    private final LongSupplier clock;

    EndpointHealth(Endpoint endpoint, int loops, LongSupplier clock, RandomGenerator random, Tally tally) {
        this.provider = endpoint.provider().name();
        this.model = endpoint.upstreamModel();
        this.clock = clock;
        this.limit = new AdaptiveLimit(
                SMALLEST_LIMIT, Math.multiplyExact(endpoint.provider().maxConnections(), loops));
        this.keys = new KeyCoolDowns(clock, random);
        this.tally = tally;
    }

    /**
     * Whether the breaker lets a request through now.
     *
     * @return false while it is open, or while another request probes
     */
    public boolean isOpen() {
        return !breaker.allows(now());
    }

    /**
     * Whether as many requests wait for its first token as it bears.
     *
     * @return true when it should get no more now
     */
    public boolean isFull() {
        return !limit.allows(waiting.get());
    }

    /**
     * How dear it is to ask this endpoint next: its latency, worsened by its failures and by those who wait already. What was
     * seen long ago fades, so that an endpoint that was slow is tried again.
     *
     * <p>Those who wait count against the answers that came lately, not by their number alone as in Finagle's peak EWMA
     * balancer: there an idle endpoint of two seconds is as cheap as a busy one of two hundred milliseconds, and a share of
     * clients waits for it always. Here what waits as usual hardly counts, what waits and nothing comes back counts more and
     * more, and one request that tries again what has faded keeps others away until it is answered.
     *
     * @param stream whether a stream is asked for; whole answers take longer and are measured apart
     * @param share how much of the traffic is meant for it, 1 for as much as for any other
     * @return for comparing only
     */
    public double cost(boolean stream, double share) {
        long now = now();
        DecayingMean latency = stream ? firstTokenMillis : wholeMillis;
        double known = latency.weight(now);
        double millis = (latency.mean() * known + ASSUMED_MILLIS) / (known + 1);
        double outcomes = breaker.outcomes(now);
        double failing = breaker.errorRate() * outcomes / (outcomes + 1);
        double queue = waiting.get() / (share * (known + 1));
        return (GRAIN_MILLIS + millis + failing * FAILURE_MILLIS) * (1 + queue);
    }

    /**
     * The mean time to the first token.
     *
     * @return milliseconds, 0 when nothing was streamed yet
     */
    public double firstTokenMillis() {
        return firstTokenMillis.mean();
    }

    /**
     * The time in which 95 of 100 first tokens came.
     *
     * @return milliseconds, -1 when too few came yet
     */
    public long firstTokenP95Millis() {
        return firstTokenTail.p95();
    }

    /**
     * How long a first token is worth waiting for before a second attempt is made.
     *
     * @return milliseconds: just above the 95th percentile, or above twice the median when that is less; -1 when too few came yet
     */
    public long firstTokenPatienceMillis() {
        return firstTokenTail.patience();
    }

    /**
     * How fast it generates.
     *
     * @return the mean of tokens per second over answers, 0 when there was none yet
     */
    public double tokensPerSecond() {
        return tokensPerSecond.mean();
    }

    /**
     * The share of recent attempts that failed.
     *
     * @return 0 to 1
     */
    public double errorRate() {
        return breaker.errorRate();
    }

    /**
     * The share of recent streams that broke off after their first token.
     *
     * @return 0 to 1
     */
    public double cutRate() {
        return cuts.mean();
    }

    /**
     * The share of recent streams that broke off soon after their first content.
     *
     * @return 0 to 1
     */
    public double earlyCutRate() {
        return earlyCuts.share(now());
    }

    /**
     * How long the first content of a stream is held back, because streams here have lately been cut early.
     *
     * @return milliseconds, 0 while it is well
     */
    public long holdBackMillis() {
        return earlyCuts.holdBackMillis(now());
    }

    /**
     * Where its breaker stands.
     *
     * @return {@code closed}, {@code open} or {@code half_open}
     */
    public String breaker() {
        return switch (breaker.phase()) {
            case CLOSED -> "closed";
            case PROBED -> "half_open";
            case OPEN -> isOpen() ? "open" : "half_open";
        };
    }

    /**
     * How many requests wait for its first token.
     *
     * @return their number
     */
    public int waiting() {
        return waiting.get();
    }

    /**
     * How many may.
     *
     * @return the limit of now
     */
    public int limit() {
        return limit.current();
    }

    /**
     * The provider.
     *
     * @return its name
     */
    public String provider() {
        return provider;
    }

    /**
     * The model's name there.
     *
     * @return as the provider knows it
     */
    public String model() {
        return model;
    }

    /**
     * How long its provider's key is left alone here.
     *
     * @param key the key
     * @return milliseconds, 0 when it may be used
     */
    public long coolingMillis(String key) {
        return TimeUnit.NANOSECONDS.toMillis(keys.leftNanos(key));
    }

    long now() {
        return clock.getAsLong();
    }
}
