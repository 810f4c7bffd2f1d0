package ai.apertis.routing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.CatalogLoader;
import ai.apertis.config.Config;
import ai.apertis.config.ConfigException;
import ai.apertis.config.ConfigLoader;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ProviderWishes;
import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.routing.Chooser.Choice;
import ai.apertis.routing.health.Allowance;
import ai.apertis.routing.health.Health;
import ai.apertis.routing.health.Visit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Three endpoints under load, one of them ill, in simulated time: the choice, the breakers and the retry budget as a journey
 * uses them, with latencies that the test draws. The same with real connections is in the load tests.
 */
class FailingEndpointTest {
    private static final int SECONDS = 60;
    private static final double USUAL_MILLIS = 200;

    @TempDir
    static Path directory;

    enum Illness {
        NONE,
        ERRORS,
        SLOW,
        HALF_ERRORS
    }

    @ParameterizedTest
    @CsvSource({
        "ERRORS, 100, 1",
        "ERRORS, 100, 2",
        "ERRORS, 20, 3",
        "SLOW, 20, 1",
        "SLOW, 50, 2",
        "SLOW, 100, 3",
        "SLOW, 500, 4",
        "HALF_ERRORS, 100, 1",
        "HALF_ERRORS, 20, 2"
    })
    void oneIllEndpointOfThreeIsHardlyNoticed(Illness illness, int perSecond, long seed) {
        Result healthy = new Simulation(Illness.NONE, perSecond, seed).run();
        Result ill = new Simulation(illness, perSecond, seed).run();

        assertThat(ill.failed).isLessThanOrEqualTo(ill.requests / 1_000);
        assertThat(ill.calls).isLessThanOrEqualTo((int) (1.1 * ill.requests));
        assertThat(ill.p99()).isLessThanOrEqualTo(1.5 * healthy.p99());
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void healthyEndpointsShareTheLoadByWeight(long seed) {
        Result healthy = new Simulation(Illness.NONE, 100, seed).run();

        assertThat(healthy.failed).isZero();
        assertThat(healthy.calls).isEqualTo(healthy.requests);
        // The weights are 1, 1 and 2.
        assertThat((double) healthy.perEndpoint[2] / healthy.requests).isBetween(0.4, 0.6);
        assertThat((double) healthy.perEndpoint[0] / healthy.requests).isBetween(0.2, 0.3);
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void aSlowEndpointThatRecoversGetsItsShareAgain(long seed) {
        Simulation simulation = new Simulation(Illness.SLOW, 100, seed);
        simulation.illUntilNanos = TimeUnit.SECONDS.toNanos(SECONDS / 6);
        assertThat(simulation.run().perEndpoint[0]).isGreaterThan(100 * SECONDS / 10);
    }

    private static final class Result {
        int requests;
        int calls;
        int failed;
        final int[] perEndpoint = new int[3];
        final List<Double> settled = new ArrayList<>();

        /** Of the first tokens after the first five seconds. */
        double p99() {
            List<Double> sorted = settled.stream().sorted().toList();
            return sorted.get((int) (0.99 * sorted.size()));
        }
    }

    /** Discrete events: arrivals and outcomes, in the order of their times. */
    private static final class Simulation {
        private record Event(long at, Runnable what) {}

        private final Illness illness;
        private final double perSecond;
        private final Random random;
        private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
        private final Result result = new Result();
        private final Health health;
        private final Allowance retries;
        private final Chooser chooser;
        private final List<Candidate> candidates;
        private long illUntilNanos = Long.MAX_VALUE;
        private long now;

        Simulation(Illness illness, double perSecond, long seed) {
            this.illness = illness;
            this.perSecond = perSecond;
            this.random = new Random(seed);
            this.health = new Health(2, () -> now, random, seen -> {});
            this.retries = new Allowance(0.1, 1, 20, () -> now);
            this.chooser = new Chooser(random);
            this.candidates = candidates();
        }

        Result run() {
            long arrival = 0;
            long end = TimeUnit.SECONDS.toNanos(SECONDS);
            while (arrival < end) {
                arrival += (long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9);
                events.add(new Event(arrival, this::arrive));
            }
            while (!events.isEmpty()) {
                Event next = events.poll();
                now = next.at;
                next.what.run();
            }
            return result;
        }

        private void arrive() {
            result.requests++;
            retries.earn();
            List<Option> options = new ArrayList<>();
            candidates.forEach(candidate -> options.add(new Option(candidate, health)));
            Choice first = chooser.next(options, null, true);
            if (first == null) {
                result.failed++;
            } else {
                attempt(first, options, now);
            }
        }

        private void attempt(Choice choice, List<Option> options, long arrived) {
            result.calls++;
            int place = candidates.indexOf(choice.option().candidate());
            result.perEndpoint[place]++;
            choice.option().tries(choice.key());
            Visit visit = health.visit(choice.option().candidate().endpoint(), choice.key(), true);
            boolean ill = place == 0 && now < illUntilNanos;
            boolean fails =
                    ill && (illness == Illness.ERRORS || (illness == Illness.HALF_ERRORS && random.nextBoolean()));
            double usual = USUAL_MILLIS * (0.5 + random.nextDouble());
            double millis = fails ? 20 : ill && illness == Illness.SLOW ? 10 * usual : usual;
            events.add(new Event(now + (long) (millis * 1e6), () -> {
                if (fails) {
                    visit.failed(new AttemptFailure(
                            AttemptFailure.Kind.STATUS, ApiError.server(502, "bad_gateway", "no"), 500));
                    options.remove(choice.option());
                    Choice next = chooser.next(options, null, true);
                    if (next != null && retries.take()) {
                        attempt(next, options, arrived);
                    } else {
                        result.failed++;
                    }
                } else {
                    visit.answered();
                    if (arrived > TimeUnit.SECONDS.toNanos(5)) {
                        result.settled.add((now - arrived) / 1e6);
                    }
                }
            }));
        }
    }

    private static List<Candidate> candidates() {
        try {
            Path file = Files.writeString(directory.resolve("apertis.yaml"), """
                providers:
                  - {name: a, dialect: openai, base_url: "http://127.0.0.1:1", keys: [k]}
                  - {name: b, dialect: openai, base_url: "http://127.0.0.1:1", keys: [k]}
                  - {name: c, dialect: openai, base_url: "http://127.0.0.1:1", keys: [k]}
                models:
                  - id: m
                    price: {input: 1, output: 1}
                    endpoints:
                      - {provider: a, priority: 0}
                      - {provider: b, priority: 0}
                      - {provider: c, priority: 0, weight: 2}
                """);
            Config config = new ConfigLoader(Map.of("APERTIS_CONFIG", file.toString()), directory).load();
            Catalog catalog = new CatalogLoader(URI.create("http://127.0.0.1:1")).load(config);
            Preferences any = new Preferences(
                    Set.of(), ProviderWishes.NONE, new Health(1, System::nanoTime, new Random(1), seen -> {}));
            return RoutePlanner.candidates(catalog, catalog.resolve("m").orElseThrow(), List.of(), any);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ConfigException e) {
            throw new IllegalStateException(e);
        }
    }
}
