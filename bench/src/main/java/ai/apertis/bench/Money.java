package ai.apertis.bench;

import ai.apertis.ledger.Database;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.EmbeddedDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What exact billing costs: the time to the first token with and without it, how long a hold takes at fixed rates and how
 * many fit into a second, how many round trips of SQL that takes, and whether it matters how many accounts there are.
 */
final class Money {
    private static final int[] RATES = {100, 500, 1_000, 2_000};
    private static final int FIRST_MILLIS = 50;

    private final Flags flags;
    private final Paper paper = new Paper();

    private Money(Flags flags) {
        this.flags = flags;
    }

    /**
     * Runs.
     *
     * @param args {@code --accounts 10000,1000000 --seconds 10 --rounds 3 --ttft true --name <date>-money}
     * @throws Exception when something cannot be started or written
     */
    public static void main(String[] args) throws Exception {
        Flags flags = Flags.of(
                args,
                Map.of(
                        "accounts", "10000,1000000",
                        "seconds", "10",
                        "rounds", "3",
                        "ttft", "true",
                        "name", LocalDate.now() + "-money"));
        new Money(flags).run();
    }

    private void run() throws Exception {
        paper.say("# What exact billing costs, %s", LocalDate.now());
        paper.say("");
        paper.say("%d processors. Times in milliseconds. `bench/money %s`", processors(), flags.spelled());
        if (Boolean.parseBoolean(flags.get("ttft"))) {
            firstToken();
        }
        for (String accounts : flags.get("accounts").split(",")) {
            holds(Integer.parseInt(accounts));
        }
        paper.keep(flags.get("name"));
    }

    private static int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Through the whole gateway, over HTTP, at a provider that takes fifty milliseconds; rounds in turn. */
    private void firstToken() throws Exception {
        Plan plan = Plan.parse(
                new String[] {
                    "--targets", "direct,free,billed",
                    "--first-ms", Integer.toString(FIRST_MILLIS),
                    "--streams", "100",
                    "--chunks", "20",
                    "--stream-seconds", flags.get("seconds"),
                    "--request-seconds", "1"
                },
                flags.get("name"));
        Map<String, Histogram> waits = new TreeMap<>();
        try (Stage stage = new Stage(plan);
                Meter meter = new Meter(stage)) {
            for (Target target : stage.targets()) {
                meter.measure(target, plan.warmUp());
            }
            for (int round = 0; round < flags.whole("rounds"); round++) {
                for (Target target : stage.targets()) {
                    waits.computeIfAbsent(target.name(), name -> StreamFigures.histogram())
                            .add(meter.measure(target, plan).streams().firstChunk);
                }
            }
        }
        paper.say("");
        paper.say("## Time to the first token, the provider's being %d ms", FIRST_MILLIS);
        paper.say("");
        paper.say(
                "`direct` has no gateway and no billing. A free model takes a hold of zero: the same way through the ledger.");
        paper.say("");
        paper.say("| | streams | p50 | p99 | p50 to direct | p99 to direct | p50 to free | p99 to free |");
        paper.say("| --- | --- | --- | --- | --- | --- | --- | --- |");
        Histogram direct = waits.getOrDefault("direct", StreamFigures.histogram());
        Histogram free = waits.getOrDefault("gateway free", StreamFigures.histogram());
        waits.forEach((name, wait) -> paper.say(
                "| %s | %d | %.2f | %.2f | %.3f | %.3f | %.3f | %.3f |",
                name,
                wait.getTotalCount(),
                toFirst(wait, 50),
                toFirst(wait, 99),
                toFirst(wait, 50) / toFirst(direct, 50),
                toFirst(wait, 99) / toFirst(direct, 99),
                toFirst(wait, 50) / toFirst(free, 50),
                toFirst(wait, 99) / toFirst(free, 99)));
    }

    private static double toFirst(Histogram wait, double percentile) {
        return FIRST_MILLIS + wait.getValueAtPercentile(percentile) / 1e6;
    }

    /** Billing alone: one process's verticle and a PostgreSQL beside it. */
    private void holds(int accounts) throws IOException, SQLException {
        Path folder = Files.createTempDirectory("apertis-money");
        // Epoll's timers are exact to the microsecond; NIO's are late by up to a millisecond, which would count as
        // waiting.
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(2));
        try (EmbeddedDatabase postgres = EmbeddedDatabase.start(folder)) {
            DatabaseUrl url = postgres.url();
            Database database = Database.open(vertx, url, 2);
            Purses purses = Purses.fill(url, accounts);
            double seconds = flags.number("seconds");
            paper.say("");
            paper.say("## %,d accounts", accounts);
            paper.say("");
            paper.say(
                    "| asked in a second | answered | hold p50 | hold p99 | settlement p50 | settlement p99 | round trips a request | refused |");
            paper.say("| --- | --- | --- | --- | --- | --- | --- | --- |");
            try (HoldLoad load = new HoldLoad(vertx, database, purses)) {
                load.atRate(RATES[0], 2);
                load.saturated(3);
                for (int rate : RATES) {
                    line(Integer.toString(rate), load.atRate(rate, seconds));
                }
                line("as many as go", load.saturated(seconds));
            }
            database.close().await();
        } finally {
            vertx.close().await();
            Stage.delete(folder);
        }
    }

    private void line(String asked, HoldLoad.Figures figures) {
        paper.say(
                "| %s | %.0f | %.2f | %.2f | %.2f | %.2f | %.3f | %d |",
                asked,
                figures.perSecond(),
                figures.hold().getValueAtPercentile(50) / 1e6,
                figures.hold().getValueAtPercentile(99) / 1e6,
                figures.settlement().getValueAtPercentile(50) / 1e6,
                figures.settlement().getValueAtPercentile(99) / 1e6,
                figures.roundTrips(),
                figures.refused());
    }
}
