package ai.apertis.bench;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The gateway's memory while streams come and go for long: what it keeps of each would show as growth. */
final class Soak {
    private static final int SAMPLE_SECONDS = 5;
    /** As many lines as are read at one sight. */
    private static final int LINES = 20;

    private Soak() {}

    /**
     * Runs.
     *
     * @param args {@code --streams 1000 --per-second 10 --chunks 100 --minutes 30 --target free --gateway-flags '' --name
     *     <date>-soak}
     * @throws Exception when something cannot be started or written
     */
    public static void main(String[] args) throws Exception {
        Flags flags = Flags.of(
                args,
                Map.of(
                        "streams", "1000",
                        "per-second", "10",
                        "chunks", "100",
                        "minutes", "30",
                        "target", "free",
                        "gateway-flags", "",
                        "name", LocalDate.now() + "-soak"));
        Plan plan = Plan.parse(
                new String[] {
                    "--targets", flags.get("target"),
                    "--streams", flags.get("streams"),
                    "--per-second", flags.get("per-second"),
                    "--chunks", flags.get("chunks"),
                    "--stream-seconds", Double.toString(60 * flags.number("minutes")),
                    "--request-seconds", "1",
                    "--gateway-flags", flags.get("gateway-flags")
                },
                flags.get("name"));
        List<Double> samples = new ArrayList<>();
        Measurement measured;
        try (Stage stage = new Stage(plan);
                Meter meter = new Meter(stage);
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            Child gateway = Objects.requireNonNull(stage.gateway()).process();
            clock.scheduleAtFixedRate(
                    () -> samples.add(gateway.residentMib()), SAMPLE_SECONDS, SAMPLE_SECONDS, TimeUnit.SECONDS);
            measured = meter.measure(stage.targets().getFirst(), plan);
            clock.shutdownNow();
        }
        report(flags, samples, measured).keep(flags.get("name"));
    }

    private static Paper report(Flags flags, List<Double> samples, Measurement measured) {
        Paper paper = new Paper();
        paper.say("# The gateway's memory over time, %s", LocalDate.now());
        paper.say("");
        paper.say("%d processors. `bench/soak %s`", Runtime.getRuntime().availableProcessors(), flags.spelled());
        paper.say("");
        paper.say("| minute | resident, MiB |");
        paper.say("| --- | --- |");
        int step = Math.max(1, samples.size() / LINES);
        for (int at = step - 1; at < samples.size(); at += step) {
            paper.say("| %.1f | %.0f |", (at + 1) * SAMPLE_SECONDS / 60.0, samples.get(at));
        }
        int quarter = samples.size() / 4;
        double second = mean(samples.subList(quarter, 2 * quarter));
        double last = mean(samples.subList(3 * quarter, samples.size()));
        paper.say("");
        paper.say(
                "%,d streams began and %,d chunks came; errors %s. Mean of the second quarter %.0f MiB, of the last %.0f MiB: %.3f times.",
                measured.streams().streams,
                measured.streams().chunk.getTotalCount(),
                measured.streams().errors,
                second,
                last,
                last / second);
        return paper;
    }

    private static double mean(List<Double> some) {
        return some.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }
}
