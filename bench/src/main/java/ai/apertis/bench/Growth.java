package ai.apertis.bench;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How what a request costs grows with what there is: open streams, the length of a prompt, models in the catalogue. How it grows
 * with accounts and keys is measured by {@link Money}.
 */
final class Growth {
    private final Flags flags;
    private final Paper paper = new Paper();

    private Growth(Flags flags) {
        this.flags = flags;
    }

    /**
     * Runs.
     *
     * @param args {@code --streams 100,500,1000 --prompts 4000,40000,400000,4000000 --models 0,1000,10000 --seconds 8}
     * @throws Exception when something cannot be started or written
     */
    public static void main(String[] args) throws Exception {
        Flags flags = Flags.of(
                args,
                Map.of(
                        "streams", "100,250,500,1000",
                        "prompts", "4000,40000,400000,4000000",
                        "models", "0,1000,10000",
                        "seconds", "8",
                        "name", LocalDate.now() + "-growth"));
        new Growth(flags).run();
    }

    private void run() throws Exception {
        paper.say("# How costs grow, %s", LocalDate.now());
        paper.say("");
        paper.say("%d processors. `bench/growth %s`", Runtime.getRuntime().availableProcessors(), flags.spelled());
        streams();
        prompts();
        models();
        paper.keep(flags.get("name"));
    }

    private void streams() throws Exception {
        paper.say("");
        paper.say("## Open streams, 20 chunks a second each");
        paper.say("");
        paper.say(
                "| target | streams | chunk p50, µs | chunk p99, µs | processor, s per million chunks | resident, MiB |");
        paper.say("| --- | --- | --- | --- | --- | --- |");
        for (int count : list("streams")) {
            Plan plan = plan("--streams", count, "--per-second", 20, "--chunks", 200, "--targets", "nginx,free");
            measure(
                    plan,
                    (stage, target, each) -> paper.say(
                            "| %s | %d | %.0f | %.0f | %.1f | %.0f |",
                            target.name(),
                            count,
                            each.streams().chunk.getValueAtPercentile(50) / 1e3,
                            each.streams().chunk.getValueAtPercentile(99) / 1e3,
                            each.streamCost().target()
                                    * 1e6
                                    / each.streams().chunk.getTotalCount(),
                            Objects.requireNonNull(target.process()).residentMib()));
        }
    }

    private void prompts() throws Exception {
        paper.say("");
        paper.say("## The length of the prompt, whole answers one after the other");
        paper.say("");
        paper.say("| target | bytes | p50, µs | p99, µs | processor, ms per answer |");
        paper.say("| --- | --- | --- | --- | --- |");
        for (int bytes : list("prompts")) {
            Plan plan = plan("--prompt-bytes", bytes, "--streams", 1, "--connections", 1);
            wholeAnswers(plan, Integer.toString(bytes));
        }
    }

    private void models() throws Exception {
        paper.say("");
        paper.say("## Models in the catalogue, whole answers one after the other");
        paper.say("");
        paper.say(
                "| target | further models | p50, µs | p99, µs | processor, ms per answer | ready after, ms | resident when ready, MiB |");
        paper.say("| --- | --- | --- | --- | --- | --- | --- |");
        for (int count : list("models")) {
            Plan plan = plan("--more-models", count, "--streams", 1, "--connections", 1, "--targets", "free,billed");
            wholeAnswers(plan, Integer.toString(count));
        }
    }

    private void wholeAnswers(Plan plan, String what) throws Exception {
        measure(plan, (stage, target, each) -> {
            Gateway gateway = stage.gateway();
            paper.say(
                    "| %s | %s | %.0f | %.0f | %.2f |%s",
                    target.name(),
                    what,
                    each.saturated().latency.getValueAtPercentile(50) / 1e3,
                    each.saturated().latency.getValueAtPercentile(99) / 1e3,
                    each.saturatedCost().target()
                            * 1e3
                            / each.saturated().latency.getTotalCount(),
                    plan.moreModels() < 0 || gateway == null
                            ? ""
                            : " %d | %.0f |".formatted(gateway.ready().toMillis(), stage.idleMib()));
        });
    }

    /** Each target by itself, warm. */
    private static void measure(Plan plan, Line line) throws Exception {
        try (Stage stage = new Stage(plan);
                Meter meter = new Meter(stage)) {
            for (Target target : stage.targets()) {
                meter.measure(target, plan.warmUp());
                line.say(stage, target, meter.measure(target, plan));
            }
        }
    }

    /** What is said of a target. */
    private interface Line {
        void say(Stage stage, Target target, Measurement measured);
    }

    private Plan plan(Object... more) {
        List<String> usual = List.of(
                "--targets", "nginx,free,billed",
                "--stream-seconds", flags.get("seconds"),
                "--request-seconds", flags.get("seconds"),
                "--warm-seconds", "10",
                "--aot", "false");
        List<String> all = new ArrayList<>(usual);
        for (Object each : more) {
            all.add(each.toString());
        }
        return Plan.parse(all.toArray(String[]::new), flags.get("name"));
    }

    private List<Integer> list(String flag) {
        return Arrays.stream(flags.get(flag).split(",")).map(Integer::valueOf).toList();
    }
}
