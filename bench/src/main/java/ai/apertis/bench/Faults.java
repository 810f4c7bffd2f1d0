package ai.apertis.bench;

import ai.apertis.bench.FaultLoad.Outcome;
import ai.apertis.bench.FaultyUpstream.Illness;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What clients notice of providers that fail: three endpoints of one model under load, of which one after the other is ill,
 * and first tokens with a tail, with and without a second attempt. Over real HTTP, through a gateway as shipped.
 */
final class Faults {
    private static final double SETTLING_SECONDS = 5;
    private static final double TAIL_SHARE = 0.05;
    private static final long TAIL_MILLIS = 2_000;

    private final Flags flags;
    private final Paper paper = new Paper();

    private Faults(Flags flags) {
        this.flags = flags;
    }

    /**
     * Runs.
     *
     * @param args {@code --rate 50 --seconds 20 --first-ms 100 --ill true --name <date>-faults}
     * @throws Exception when something cannot be started or written
     */
    public static void main(String[] args) throws Exception {
        Flags flags = Flags.of(
                args,
                Map.of(
                        "rate", "50",
                        "seconds", "20",
                        "first-ms", "100",
                        "ill", "true",
                        "name", LocalDate.now() + "-faults"));
        if (flags.number("seconds") <= SETTLING_SECONDS) {
            System.err.println("--seconds must be above " + SETTLING_SECONDS + ", which do not count for times");
            System.exit(2);
        }
        new Faults(flags).run();
    }

    private void run() throws Exception {
        Path folder = Files.createTempDirectory("apertis-faults");
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(true));
        List<FaultyUpstream> upstreams = new ArrayList<>();
        long firstMillis = Long.parseLong(flags.get("first-ms"));
        for (int i = 0; i < 3; i++) {
            upstreams.add(new FaultyUpstream(vertx, firstMillis, i));
        }
        try (Gateway gateway = Gateway.start(folder, configuration(upstreams), List.of());
                FaultLoad load = new FaultLoad(vertx, gateway.port(), Gateway.KEY)) {
            String where = new Facts().where();
            paper.say("# What clients notice of failing providers, %s", LocalDate.now());
            paper.say("");
            paper.say("%s `bench/faults %s`", where, flags.spelled());
            load.run("m", "", rate(), seconds(), 0);
            if (Boolean.parseBoolean(flags.get("ill"))) {
                failing(upstreams, load);
            }
            hedging(upstreams, load);
        } finally {
            upstreams.forEach(FaultyUpstream::close);
            vertx.close().await();
            Stage.delete(folder);
        }
        paper.keep(flags.get("name"));
    }

    private void failing(List<FaultyUpstream> upstreams, FaultLoad load) {
        paper.say("");
        paper.say("## One of three endpoints is ill, each in turn");
        paper.say("");
        paper.say(
                "%s streams a second, each endpoint ill for %s s; the first token of one that is well takes about %s ms. Times are those of streams due %.0f s after it fell ill or later. Goals: failures at most 0.1 %%, p99 at most 1.5 times the healthy one, calls at most 1.1 a request.",
                flags.get("rate"), flags.get("seconds"), flags.get("first-ms"), SETTLING_SECONDS);
        paper.say("");
        paper.say(
                "| illness | requests | clients that noticed | first content p50, ms | p99, ms | p99 to healthy | calls a request |");
        paper.say("| --- | --- | --- | --- | --- | --- | --- |");
        double healthy = 0;
        for (Illness illness : Illness.values()) {
            Outcome all = new Outcome();
            long before = calls(upstreams);
            for (FaultyUpstream each : upstreams) {
                each.is(illness);
                all.add(load.run("m", "", rate(), seconds(), SETTLING_SECONDS));
                each.is(Illness.WELL);
                load.pause(1);
            }
            if (illness == Illness.WELL) {
                healthy = all.millis(99);
            }
            paper.say(
                    "| %s | %d | %d (%.2f %%) | %.1f | %.1f | %.2f | %.3f |",
                    illness.name().toLowerCase(Locale.ROOT),
                    all.requests,
                    all.failures,
                    100.0 * all.failures / all.requests,
                    all.millis(50),
                    all.millis(99),
                    all.millis(99) / healthy,
                    (double) (calls(upstreams) - before) / all.requests);
        }
    }

    private void hedging(List<FaultyUpstream> upstreams, FaultLoad load) {
        upstreams.forEach(each -> each.hasTail(TAIL_SHARE, TAIL_MILLIS));
        paper.say("");
        paper.say("## A second attempt against a tail");
        paper.say("");
        paper.say(
                "%.0f %% of first tokens take %d ms. Goals: p99 at least 5 times lower, at most 7 %% more calls.",
                100 * TAIL_SHARE, TAIL_MILLIS);
        paper.say("");
        paper.say("| | requests | clients that noticed | first content p50, ms | p99, ms | calls a request |");
        paper.say("| --- | --- | --- | --- | --- | --- |");
        double alone = line("one attempt", "", upstreams, load);
        double hedged = line("`hedge`", "\"hedge\":true,", upstreams, load);
        paper.say("");
        paper.say("p99 is %.1f times lower.", alone / hedged);
    }

    private double line(String name, String more, List<FaultyUpstream> upstreams, FaultLoad load) {
        long before = calls(upstreams);
        Outcome outcome = load.run("hedged", more, rate(), 3 * seconds(), 0);
        paper.say(
                "| %s | %d | %d | %.1f | %.1f | %.3f |",
                name,
                outcome.requests,
                outcome.failures,
                outcome.millis(50),
                outcome.millis(99),
                (double) (calls(upstreams) - before) / outcome.requests);
        return outcome.millis(99);
    }

    private static long calls(List<FaultyUpstream> upstreams) {
        return upstreams.stream().mapToLong(FaultyUpstream::calls).sum();
    }

    private static String configuration(List<FaultyUpstream> upstreams) {
        StringBuilder yaml = new StringBuilder("""
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            providers:
            """);
        for (int i = 0; i < upstreams.size(); i++) {
            yaml.append(
                    "  - {name: p%d, dialect: openai, base_url: \"http://127.0.0.1:%d\", keys: [k], max_connections: 2000}%n"
                            .formatted(i, upstreams.get(i).port()));
        }
        yaml.append("models:\n");
        for (String model : List.of("m", "hedged")) {
            yaml.append("  - {id: %1$s, price: {input: 1, output: 2}, max_output: 1000, endpoints: [".formatted(model));
            for (int i = 0; i < upstreams.size(); i++) {
                yaml.append("%s{provider: p%d, model: %s, priority: 0}".formatted(i == 0 ? "" : ", ", i, model));
            }
            yaml.append("]}\n");
        }
        return yaml.toString();
    }

    private double rate() {
        return flags.number("rate");
    }

    private double seconds() {
        return flags.number("seconds");
    }
}
