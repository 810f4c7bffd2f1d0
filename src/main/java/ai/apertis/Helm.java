package ai.apertis;

import ai.apertis.config.RoutingConfig;
import ai.apertis.dispatch.Dispatch;
import ai.apertis.routing.Affinity;
import ai.apertis.routing.Steering;
import ai.apertis.routing.health.Allowance;
import ai.apertis.routing.health.EndpointHealth;
import ai.apertis.routing.health.Health;
import ai.apertis.telemetry.Metrics;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/** Builds what steers requests among endpoints, shows it in the metrics, and sets it anew when the configuration changes. */
final class Helm {
    private static final int MOST_SAVED_RETRIES = 20;
    private static final int MOST_SAVED_HEDGES = 10;
    private static final RandomGenerator CHANCE =
            () -> ThreadLocalRandom.current().nextLong();

    private final Metrics metrics;
    private final Health health;
    private final Allowance retries;
    private final Allowance hedges;
    private final Set<String> shown = ConcurrentHashMap.newKeySet();

    Helm(RoutingConfig routing, Metrics metrics, int loops) {
        this.metrics = metrics;
        this.health = new Health(loops, System::nanoTime, CHANCE, this::show);
        this.retries = new Allowance(
                routing.retryShare().doubleValue(), routing.retriesPerSecond(), MOST_SAVED_RETRIES, System::nanoTime);
        this.hedges = new Allowance(routing.hedgeShare().doubleValue(), 0, MOST_SAVED_HEDGES, System::nanoTime);
        metrics.show("apertis.retries.left", "Retries that the retry budget grants now", retries::left);
        metrics.show("apertis.hedges.left", "Second attempts that the hedging budget grants now", hedges::left);
    }

    Health health() {
        return health;
    }

    Steering steering(Dispatch dispatch) {
        return new Steering(dispatch, health, retries, hedges, new Affinity(System::nanoTime), CHANCE, metrics);
    }

    /** Steers by other settings from now on. */
    void set(RoutingConfig routing) {
        retries.grant(routing.retryShare().doubleValue(), (double) routing.retriesPerSecond());
        hedges.grant(routing.hedgeShare().doubleValue(), 0);
    }

    /** The meters of an endpoint outlive what is known of it, which a reload may let begin anew. */
    private void show(EndpointHealth made) {
        if (!shown.add(made.provider() + " " + made.model())) {
            return;
        }
        show(
                made,
                "first.token.ms",
                "Mean time to the first token lately, milliseconds",
                EndpointHealth::firstTokenMillis);
        show(made, "error.rate", "Share of failed attempts lately", EndpointHealth::errorRate);
        show(made, "waiting", "Requests waiting for a first token", EndpointHealth::waiting);
        show(made, "limit", "How many may wait for a first token", EndpointHealth::limit);
        show(
                made,
                "early.cut.rate",
                "Share of streams cut soon after their first content lately",
                EndpointHealth::earlyCutRate);
        show(made, "hold.back.ms", "How long the first content of streams is held back, milliseconds", known ->
                (double) known.holdBackMillis());
        show(made, "open", "1 while the breaker keeps requests away", known -> known.isOpen() ? 1.0 : 0.0);
    }

    private void show(EndpointHealth of, String name, String description, ToDoubleFunction<EndpointHealth> value) {
        String provider = of.provider();
        String model = of.model();
        metrics.show(
                "apertis.endpoint." + name,
                description,
                () -> {
                    EndpointHealth known = health.known(provider, model);
                    return known == null ? Double.NaN : value.applyAsDouble(known);
                },
                "provider",
                provider,
                "model",
                model);
    }
}
