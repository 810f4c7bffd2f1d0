package ai.apertis.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes a run as Markdown: every figure as the median of the rounds, with the least and the most. */
final class Report {
    private final Plan plan;
    private final Facts facts;
    private final Map<String, List<Measurement>> byTarget = new LinkedHashMap<>();
    private final StringBuilder out = new StringBuilder();

    Report(Plan plan, Facts facts, List<Measurement> measurements) {
        this.plan = plan;
        this.facts = facts;
        measurements.forEach(measured -> byTarget.computeIfAbsent(measured.target(), name -> new ArrayList<>())
                .add(measured));
    }

    String markdown() {
        line("# Bench run %s", plan.name());
        line("");
        line("%s", facts.where());
        line("Gateway, nginx, mock provider, load and database share these processors.");
        line(
                "%d alternating rounds; every figure is the median of the rounds, with the least and the most in"
                        + " brackets.",
                plan.rounds());
        if (plan.repeats() > 0) {
            line(
                    "A measurement during which other processes took over a tenth of a processor was made again, %d"
                            + " times at most.",
                    plan.repeats());
        }
        if (!plan.gatewayFlags().isEmpty()) {
            line("The gateway's JVM had `%s` in addition.", String.join(" ", plan.gatewayFlags()));
        }
        streams();
        requests();
        costs();
        process();
        errors();
        return out.toString();
    }

    private void streams() {
        line("");
        line("## Streams");
        line("");
        line(
                "%d open streams, %s chunks/s each, %d chunks long, first chunk after %s ms, measured for %s s."
                        + " Microseconds.",
                plan.streams(),
                Spread.number(plan.pace().chunksPerSecond()),
                plan.chunks(),
                Spread.number(plan.pace().firstMicros() / 1e3),
                Spread.number(plan.streamSeconds()));
        line(
                "*First chunk* is from when the request was due to its first chunk, less those %s ms; *chunk* is from"
                        + " when a chunk was sent to when it was received; *gap* is between two chunks as received.",
                Spread.number(plan.pace().firstMicros() / 1e3));
        table("", Figure.STREAMS);
        added(Figure.STREAMS);
        timesNginx(Figure.STREAMS);
        addedTimesNginx(Figure.STREAMS.subList(0, 5));
        line("");
        line("![Latency percentiles](%s.svg)", plan.name());
    }

    private void requests() {
        line("");
        line("## Whole answers");
        line("");
        line("Answered at once by the provider; %d connections when saturated. Microseconds.", plan.connections());
        table("", Figure.REQUESTS);
        added(Figure.REQUESTS.subList(0, 2));
        timesNginx(Figure.REQUESTS);
        if (!plan.rates().isEmpty()) {
            rates();
        }
    }

    private void rates() {
        line("");
        line("At fixed rates, latency from when a request was due:");
        line("");
        line("| | answers/s wanted | answers/s | p50 | p99 |");
        line("| --- | --- | --- | --- | --- |");
        byTarget.forEach((target, rounds) -> plan.rates().forEach(rate -> {
            List<RequestFigures> at =
                    rounds.stream().map(measured -> measured.rates().get(rate)).toList();
            line(
                    "| %s | %d | %s | %s | %s |",
                    target,
                    rate,
                    Spread.of(at.stream().map(RequestFigures::perSecond).toList()),
                    percentile(at, 50),
                    percentile(at, 99));
        }));
    }

    private static Spread percentile(List<RequestFigures> figures, double percentile) {
        return Spread.of(figures.stream()
                .map(each -> each.latency.getValueAtPercentile(percentile) / 1e3)
                .toList());
    }

    private void costs() {
        line("");
        line("## Processor time");
        line("");
        line("Of the target's own processes; the load of streams includes beginning and ending them.");
        table("", Figure.COSTS);
        timesNginx(Figure.COSTS.subList(0, 2));
        table("Processors kept busy while streams ran:", Figure.BUSY);
    }

    private void process() {
        line("");
        line("## Memory and start");
        line("");
        line("| MiB resident | idle | peak | after |");
        line("| --- | --- | --- | --- |");
        Stream.of(facts.nginx(), facts.gateway())
                .filter(memory -> memory != null)
                .forEach(memory -> line(
                        "| %s | %s | %s | %s |",
                        memory.process(),
                        Spread.number(memory.idle()),
                        Spread.number(memory.peak()),
                        Spread.number(memory.after())));
        line("");
        if (!facts.starts().isEmpty()) {
            line(
                    "- A further node on the running database, %d times: ready after %s ms; first request right after it %s µs",
                    facts.starts().size(), Spread.of(facts.starts()), Spread.of(facts.firstsAfterStart()));
        }
        duration("Gateway ready after its JVM began, with the database already made but not running", facts.start());
        duration("Gateway ready on its first start, which makes the database", facts.firstStart());
        duration("Idle gateway stopped after SIGTERM", facts.stop());
        line(
                "- Very first request, on a new connection, in microseconds: %s",
                facts.firstRequests().entrySet().stream()
                        .map(each -> each.getKey() + " " + Spread.number(each.getValue()))
                        .collect(Collectors.joining(", ")));
    }

    private void duration(String what, @Nullable Duration duration) {
        if (duration != null) {
            line("- %s: %,d ms", what, duration.toMillis());
        }
    }

    private void errors() {
        line("");
        line("## Errors");
        line("");
        byTarget.forEach((target, rounds) -> {
            SortedMap<String, Integer> errors = new TreeMap<>();
            rounds.forEach(measured -> {
                measured.streams()
                        .errors
                        .forEach((error, count) -> errors.merge("stream: " + error, count, Integer::sum));
                Stream.concat(Stream.of(measured.single(), measured.saturated()), measured.rates().values().stream())
                        .forEach(figures -> figures.errors.forEach(
                                (error, count) -> errors.merge("answer: " + error, count, Integer::sum)));
            });
            int streams = rounds.stream()
                    .mapToInt(measured -> measured.streams().streams)
                    .sum();
            long answers = rounds.stream()
                    .mapToLong(measured -> measured.single().latency.getTotalCount()
                            + measured.saturated().latency.getTotalCount())
                    .sum();
            line(
                    "- %s: %s in %,d streams and %,d answers",
                    target, errors.isEmpty() ? "none" : errors, streams, answers);
        });
    }

    private void table(String lead, List<Figure> figures) {
        head(lead, figures);
        byTarget.forEach((target, rounds) -> row(
                target,
                figures.stream()
                        .map(figure -> Spread.of(rounds.stream()
                                .map(figure.of()::applyAsDouble)
                                .filter(value -> !value.isNaN())
                                .toList()))
                        .toList()));
    }

    private void added(List<Figure> figures) {
        against("direct", "Added to direct in the same round:", figures, (value, direct) -> value - direct);
    }

    private void timesNginx(List<Figure> figures) {
        against("nginx", "Times nginx in the same round:", figures, (value, nginx) -> value / nginx);
    }

    /** What the gateway adds beside what nginx adds; docs/performance.md puts its budget in these terms. */
    private void addedTimesNginx(List<Figure> figures) {
        List<Measurement> direct = byTarget.get("direct");
        if (direct == null) {
            return;
        }
        List<Figure> added = figures.stream()
                .map(figure -> new Figure(figure.title(), measured -> {
                    int round = byTarget.get(measured.target()).indexOf(measured);
                    return figure.of().applyAsDouble(measured) - figure.of().applyAsDouble(direct.get(round));
                }))
                .toList();
        against("nginx", "What is added, times what nginx adds:", added, (value, nginx) -> value / nginx);
    }

    private void against(String base, String lead, List<Figure> figures, DoubleBinaryOperator compare) {
        List<Measurement> baseRounds = byTarget.get(base);
        List<String> compared = byTarget.keySet().stream()
                .filter(target -> !target.equals(base) && !target.equals("direct"))
                .toList();
        if (baseRounds == null || compared.isEmpty()) {
            return;
        }
        head(lead, figures);
        for (String target : compared) {
            List<Measurement> rounds = byTarget.get(target);
            List<Spread> cells = new ArrayList<>();
            for (Figure figure : figures) {
                List<Double> values = new ArrayList<>();
                for (int round = 0; round < rounds.size(); round++) {
                    values.add(compare.applyAsDouble(
                            figure.of().applyAsDouble(rounds.get(round)),
                            figure.of().applyAsDouble(baseRounds.get(round))));
                }
                values.removeIf(value -> value.isNaN());
                cells.add(Spread.of(values));
            }
            row(target, cells);
        }
    }

    private void head(String lead, List<Figure> figures) {
        line("");
        if (!lead.isEmpty()) {
            line("%s", lead);
            line("");
        }
        line("| | %s |", figures.stream().map(Figure::title).collect(Collectors.joining(" | ")));
        line("| --- |%s", " --- |".repeat(figures.size()));
    }

    private void row(String name, List<Spread> cells) {
        line("| %s | %s |", name, cells.stream().map(Spread::toString).collect(Collectors.joining(" | ")));
    }

    private void line(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
