package ai.apertis.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway;
import ai.apertis.catalog.CatalogLoader;
import ai.apertis.catalog.Endpoint;
import ai.apertis.config.ConfigLoader;
import ai.apertis.dialect.ApiError;
import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.dispatch.AttemptFailure.Kind;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.FirstTokens;
import ai.apertis.ledger.ProviderDays;
import ai.apertis.ledger.ProviderDays.First;
import ai.apertis.ledger.ProviderDays.Report;
import ai.apertis.ledger.ProviderDays.Span;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.routing.health.Health;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is counted reaches the rows once, whatever happens to a report, and in the span that it belongs to. */
class OutcomeKeeperTest {
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    private static Path directory;

    private static DatabaseUrl url;
    private static Database database;
    private static ProviderDays rows;

    @BeforeAll
    static void start() {
        url = TestDatabase.migrated();
        database = Database.open(VERTX, url, 2);
        rows = new ProviderDays(database);
    }

    @AfterAll
    static void stop() {
        RunningGateway.await(database.close());
        RunningGateway.await(VERTX.close());
    }

    private static Endpoint endpoint(String provider) throws Exception {
        Path file = Files.writeString(directory.resolve("apertis.yaml"), """
            providers:
              - {name: %s, dialect: openai, base_url: "http://127.0.0.1:1", keys: [k]}
            models:
              - {id: m, price: {input: 1, output: 1}, endpoints: [{provider: %s}]}
            """.formatted(provider, provider));
        return new CatalogLoader(URI.create("http://127.0.0.1:1"))
                .load(new ConfigLoader(Map.of("APERTIS_CONFIG", file.toString()), directory).load())
                .models()
                .getFirst()
                .endpoints()
                .getFirst();
    }

    private static void attempt(Health health, Endpoint at, boolean well) {
        var visit = health.visit(at, "k", true);
        if (well) {
            visit.failed(new AttemptFailure(Kind.STATUS, ApiError.server(400, "invalid_request", "no"), 400));
        } else {
            visit.failed(new AttemptFailure(Kind.TIMEOUT, ApiError.server(504, "gateway_timeout", "no")));
        }
    }

    private static long number(String column, String provider) {
        return TestDatabase.number(
                url, "SELECT sum(" + column + ") FROM provider_span WHERE provider = '" + provider + "'");
    }

    @Test
    void whatCouldNotBeAddedIsAddedOnceTheDatabaseIsBack() throws Exception {
        Health health = new Health(1, System::nanoTime, new Random(1), made -> {});
        Endpoint at = endpoint("late");
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-28T23:59:30Z"));
        String id = RunningGateway.await(VERTX.deployVerticle(new OutcomeKeeper(health, rows, now::get, 20)));
        attempt(health, at, true);
        await().until(() -> number("attempts", "late") == 1);
        TestDatabase.execute(url, "ALTER TABLE provider_day RENAME TO provider_day_away");
        attempt(health, at, false);
        attempt(health, at, true);
        now.set(Instant.parse("2026-11-29T00:03:00Z"));
        attempt(health, at, true);
        TestDatabase.execute(url, "ALTER TABLE provider_day_away RENAME TO provider_day");
        await().until(() -> number("attempts", "late") == 4);
        attempt(health, at, false);
        RunningGateway.await(VERTX.undeploy(id));
        assertThat(number("attempts", "late")).isEqualTo(5);
        assertThat(number("failures", "late")).isEqualTo(2);
        assertThat(TestDatabase.number(
                        url, "SELECT sum(attempts) FROM provider_day WHERE provider = 'late' AND day = '2026-11-28'"))
                .isBetween(1L, 4L);
        assertThat(TestDatabase.number(
                        url, "SELECT sum(attempts) FROM provider_day WHERE provider = 'late' AND day > '2026-11-28'"))
                .isBetween(1L, 4L);
    }

    @Test
    void aReportThatIsSentTwiceIsAddedOnce() {
        Instant first = Instant.parse("2026-11-27T23:50:00Z");
        Instant second = Instant.parse("2026-11-28T00:00:00Z");
        List<Span> spans = List.of(new Span("twice", first, 20, 3), new Span("twice", second, 5, 0));
        Report report = new Report(UUID.randomUUID(), 1, spans, List.of(new First("twice", first, 30, 9)));
        RunningGateway.await(rows.add(report));
        RunningGateway.await(rows.add(report));
        assertThat(number("attempts", "twice")).isEqualTo(25);
        RunningGateway.await(rows.add(new Report(report.run(), 2, spans, List.of())));
        RunningGateway.await(rows.add(new Report(UUID.randomUUID(), 1, spans, report.firsts())));
        assertThat(number("attempts", "twice")).isEqualTo(75);
        assertThat(TestDatabase.number(url, "SELECT sum(answers) FROM provider_first_token WHERE provider = 'twice'"))
                .isEqualTo(18);
        assertThat(RunningGateway.await(rows.days(LocalDate.parse("2026-11-27"))).stream()
                        .filter(day -> day.provider().equals("twice"))
                        .map(ProviderDays.Day::attempts))
                .containsExactly(60L, 15L);
        assertThat(RunningGateway.await(rows.failing(first, second.plusSeconds(86_400), 20, 5)).stream()
                        .filter(span -> span.provider().equals("twice")))
                .containsExactly(new Span("twice", first, 60, 9));
        RunningGateway.await(rows.forget());
        assertThat(number("attempts", "twice")).isEqualTo(75);
    }

    @Test
    void aMedianIsOffByAnEighthAtMost() {
        int before = 0;
        for (long millis = 0; millis < 200_000; millis += 1 + millis / 50) {
            int slot = FirstTokens.slot(millis);
            assertThat(slot).isBetween(before, FirstTokens.SLOTS - 1);
            before = slot;
            if (millis < 114_000) {
                assertThat((double) FirstTokens.medianMillis(Map.of(slot, 3L, 63, 2L)))
                        .isCloseTo((double) millis, within(millis / 8.0 + 0.5));
            }
        }
        assertThat(FirstTokens.medianMillis(Map.of())).isEqualTo(-1);
    }
}
