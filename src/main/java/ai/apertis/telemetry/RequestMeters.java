package ai.apertis.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The meters of finished requests: by endpoint, status, provider and model. Clients name models, so beyond
 * {@value #MAX_MODELS} of them the rest is counted as {@code other}.
 */
final class RequestMeters {
    private static final int MAX_MODELS = 1_000;
    private static final String NONE = "none";
    private static final String OTHER = "other";

    private static final Duration[] BUCKETS = Meters.millis(
            5, 10, 25, 50, 100, 200, 350, 500, 750, 1_000, 1_500, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000);

    private final Meters meters;
    private final ConcurrentHashMap<Outcome, Counter> requests = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, ModelMeters> models = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Timer> durations = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Timer> upstreams = new ConcurrentHashMap<>();

    private record Outcome(String endpoint, String model, int status) {}

    RequestMeters(Meters meters) {
        this.meters = meters;
    }

    void count(RequestLine line) {
        ModelMeters model = model(line.model());
        requests.computeIfAbsent(new Outcome(line.endpoint(), model.name(), line.status()), this::counter)
                .increment();
        durations.computeIfAbsent(line.endpoint(), this::duration).record(line.durationMillis(), TimeUnit.MILLISECONDS);
        String provider = line.provider();
        if (provider != null && line.upstreamMillis() >= 0) {
            upstreams.computeIfAbsent(provider, this::upstream).record(line.upstreamMillis(), TimeUnit.MILLISECONDS);
        }
        if (line.model() != null) {
            model.count(line);
        }
    }

    private ModelMeters model(@Nullable String id) {
        String name = id == null ? NONE : id;
        ModelMeters known = models.get(name);
        if (known != null) {
            return known;
        }
        return models.computeIfAbsent(
                models.size() < MAX_MODELS ? name : OTHER, made -> new ModelMeters(meters, made, BUCKETS));
    }

    private Counter counter(Outcome outcome) {
        return meters.counter(
                "apertis.requests",
                "Finished requests",
                "endpoint",
                outcome.endpoint,
                "model",
                outcome.model,
                "status",
                Integer.toString(outcome.status));
    }

    private Timer duration(String endpoint) {
        return meters.timer("apertis.request.duration", "Time from arrival to the end", BUCKETS, "endpoint", endpoint);
    }

    private Timer upstream(String provider) {
        return meters.timer("apertis.upstream", "Time spent with providers", BUCKETS, "provider", provider);
    }
}
