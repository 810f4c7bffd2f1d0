package ai.apertis.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Starts everything, measures every target in turn, round by round, writes the report, and stops everything. */
final class Bench {
    private static final Path RESULTS = Path.of("results");
    private static final long SETTLE_SECONDS = 2;
    private static final int STARTS = 5;

    private Bench() {}

    /**
     * Runs.
     *
     * @param args flags, see {@link Plan}
     * @throws Exception when something cannot be started, measured in time, or written
     */
    public static void main(String[] args) throws Exception {
        Plan plan;
        try {
            plan = Plan.parse(args, LocalDate.now().toString());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Thread.ofPlatform().daemon().start(() -> endAfter(plan.mostSeconds()));
        run(plan);
    }

    /** Exiting stops the children too, by their shutdown hooks. */
    private static void endAfter(long seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            return;
        }
        System.err.println("took longer than " + seconds + " s; ending");
        System.exit(1);
    }

    private static void run(Plan plan) throws Exception {
        Facts facts = new Facts();
        List<Measurement> measurements = new ArrayList<>();
        try (Stage stage = new Stage(plan);
                Meter meter = new Meter(stage)) {
            facts.ofStart(stage);
            meter.warmUp(stage.provider(), plan);
            begin(stage, meter, plan, facts);
            for (Target target : stage.targets()) {
                say("warming up: %s", target.name());
                facts.firstRequest(target, meter.firstRequestMicros(target, plan));
                meter.measure(target, plan.warmUp());
            }
            for (int round = 1; round <= plan.rounds(); round++) {
                for (Target target : stage.targets()) {
                    Measurement measured = meter.measure(target, plan);
                    for (int repeat = 0; repeat < plan.repeats() && measured.isNoisy(); repeat++) {
                        say("again, for there was noise: %s", line(measured));
                        measured = meter.measure(target, plan);
                    }
                    measurements.add(measured);
                    say("round %d of %d: %s", round, plan.rounds(), line(measured));
                }
            }
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            facts.ofEnd(stage);
        }
        Files.createDirectories(RESULTS);
        Files.writeString(RESULTS.resolve(plan.name() + ".svg"), new Plot(measurements).svg());
        Path report = RESULTS.resolve(plan.name() + ".md");
        Files.writeString(report, new Report(plan, facts, measurements).markdown());
        say("written: %s", report.toAbsolutePath());
    }

    /** How a start goes, and the first request right after it, on a database that is there. */
    private static void begin(Stage stage, Meter meter, Plan plan, Facts facts) throws Exception {
        Gateway running = stage.gateway();
        for (int start = 0; running != null && start < STARTS; start++) {
            try (Gateway node = running.furtherNode(plan.gatewayFlags())) {
                Target target = Target.local("further node", node.port(), Gateway.KEY, Gateway.FREE, node.process());
                facts.start(node.ready(), meter.firstRequestMicros(target, plan));
            }
        }
    }

    private static String line(Measurement measured) {
        Histogram first = measured.streams().firstChunk;
        Histogram chunk = measured.streams().chunk;
        return "%-14s first chunk p50 %s µs; chunk p50 %s, p99 %s µs; %s answers/s; errors %s %s"
                .formatted(
                        measured.target(),
                        Spread.number(first.getValueAtPercentile(50) / 1e3),
                        Spread.number(chunk.getValueAtPercentile(50) / 1e3),
                        Spread.number(chunk.getValueAtPercentile(99) / 1e3),
                        Spread.number(measured.saturated().perSecond()),
                        measured.streams().errors,
                        measured.saturated().errors);
    }

    private static void say(String format, Object... values) {
        System.out.println(format.formatted(values));
    }
}
