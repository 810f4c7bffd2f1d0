package ai.apertis;

import ai.apertis.config.RoutingConfig;
import ai.apertis.dispatch.Dispatch;
import ai.apertis.routing.Affinity;
import ai.apertis.routing.Hedging;
import ai.apertis.routing.Steering;
import ai.apertis.routing.health.Allowance;
import ai.apertis.routing.health.EndpointHealth;
import ai.apertis.routing.health.Health;
import ai.apertis.telemetry.Metrics;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Builds what steers requests among endpoints, and shows it in the metrics. */
record Helm(RoutingConfig routing, Metrics metrics) {
    private static final int MOST_SAVED_RETRIES = 20;
    private static final int MOST_SAVED_HEDGES = 10;
    private static final RandomGenerator CHANCE =
            () -> ThreadLocalRandom.current().nextLong();

    Health health(int loops) {
        return new Health(loops, System::nanoTime, CHANCE, this::show);
    }

    Steering steering(Dispatch dispatch, Health health) {
        return new Steering(dispatch, health, retries(), hedging(), new Affinity(System::nanoTime), CHANCE, metrics);
    }

    private Allowance retries() {
        Allowance retries = new Allowance(
                routing.retryShare().doubleValue(), routing.retriesPerSecond(), MOST_SAVED_RETRIES, System::nanoTime);
        metrics.show("apertis.retries.left", "Retries that the retry budget grants now", retries::left);
        return retries;
    }

    private Hedging hedging() {
        Allowance hedges = new Allowance(routing.hedgeShare().doubleValue(), 0, MOST_SAVED_HEDGES, System::nanoTime);
        metrics.show("apertis.hedges.left", "Second attempts that the hedging budget grants now", hedges::left);
        return new Hedging(hedges, routing.hedgePayer().equals("user"));
    }

    private void show(EndpointHealth health) {
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
                "apertis.endpoint.early.cut.rate",
                "Share of streams cut soon after their first content lately",
                health::earlyCutRate,
                tags);
        metrics.show(
                "apertis.endpoint.hold.back.ms",
                "How long the first content of streams is held back, milliseconds",
                health::holdBackMillis,
                tags);
        metrics.show(
                "apertis.endpoint.open",
                "1 while the breaker keeps requests away",
                () -> health.isOpen() ? 1 : 0,
                tags);
    }
}
