package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** How attempts at providers ended, of all nodes together: by day, and lately by ten minutes. */
public final class ProviderDays {
    /** How long a span is. */
    public static final Duration SPAN = Duration.ofMinutes(10);

    /** For how many days there are spans. */
    public static final int SPAN_DAYS = 14;

    /** For how many days days are kept. */
    public static final int DAYS = 100;

    // One statement, so that a report is in all tables or in none. Sorted, so that nodes cannot wait for each other.
    private static final String ADD = """
        WITH told AS (
            INSERT INTO provider_report (run, seq) VALUES ($1, $2)
            ON CONFLICT (run) DO UPDATE SET seq = excluded.seq, at = now() WHERE provider_report.seq < excluded.seq
            RETURNING run
        ), sent AS (
            SELECT s.* FROM told
            CROSS JOIN json_to_recordset($3) AS s(provider text, since timestamptz, attempts bigint, failures bigint)
        ), spans AS (
            INSERT INTO provider_span AS p (provider, since, attempts, failures)
            SELECT provider, since, attempts, failures FROM sent ORDER BY provider, since
            ON CONFLICT (provider, since) DO UPDATE
                SET attempts = p.attempts + excluded.attempts, failures = p.failures + excluded.failures
        ), days AS (
            INSERT INTO provider_day AS p (provider, day, attempts, failures)
            SELECT provider, (since AT TIME ZONE 'UTC')::date AS day, sum(attempts), sum(failures)
            FROM sent GROUP BY 1, 2 ORDER BY 1, 2
            ON CONFLICT (provider, day) DO UPDATE
                SET attempts = p.attempts + excluded.attempts, failures = p.failures + excluded.failures
        )
        INSERT INTO provider_first_token AS p (provider, day, slot, answers)
        SELECT s.provider, (s.since AT TIME ZONE 'UTC')::date AS day, s.slot, sum(s.answers)
        FROM told CROSS JOIN json_to_recordset($4) AS s(provider text, since timestamptz, slot smallint, answers bigint)
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (provider, day, slot) DO UPDATE SET answers = p.answers + excluded.answers\
        """;

    private static final List<String> FORGET = List.of(
            "DELETE FROM provider_day WHERE day < (now() AT TIME ZONE 'UTC')::date - " + DAYS,
            "DELETE FROM provider_first_token WHERE day < (now() AT TIME ZONE 'UTC')::date - " + DAYS,
            "DELETE FROM provider_span WHERE since < now() - interval '" + (SPAN_DAYS + 1) + " days'",
            "DELETE FROM provider_report WHERE at < now() - interval '7 days'");

    private final Pool pool;

    /**
     * Reads and writes counts.
     *
     * @param database where they are
     */
    public ProviderDays(Database database) {
        this.pool = database.pool();
    }

    /**
     * What was counted of a provider in a span.
     *
     * @param provider its name
     * @param since the span's first moment
     * @param attempts how many attempts ended that say something about the provider
     * @param failures how many of them failed
     */
    public record Span(String provider, Instant since, long attempts, long failures) {}

    /**
     * What was counted of a provider on a day.
     *
     * @param provider its name
     * @param day UTC
     * @param attempts how many attempts ended that say something about the provider
     * @param failures how many of them failed
     */
    public record Day(String provider, LocalDate day, long attempts, long failures) {}

    /**
     * First tokens of a provider.
     *
     * @param provider its name
     * @param since the first moment of the span in which they were counted
     * @param slot one of {@link FirstTokens}
     * @param answers how many came within the slot
     */
    public record First(String provider, Instant since, int slot, long answers) {}

    /**
     * What a process counted since its last report.
     *
     * @param run the process
     * @param seq higher than that of its report before
     * @param spans what ended
     * @param firsts what was answered
     */
    public record Report(UUID run, long seq, List<Span> spans, List<First> firsts) {
        /** Copies the lists. */
        public Report {
            spans = List.copyOf(spans);
            firsts = List.copyOf(firsts);
        }
    }

    /**
     * The first moment of the span that a moment is in.
     *
     * @param at the moment
     * @return not after it
     */
    public static Instant spanOf(Instant at) {
        return Instant.ofEpochSecond(at.getEpochSecond() - Math.floorMod(at.getEpochSecond(), SPAN.toSeconds()));
    }

    /**
     * Adds a report, once: one that was added already adds nothing, as long as no later one of its process was.
     *
     * @param report what was counted
     * @return when it is durable
     */
    public Future<Void> add(Report report) {
        JsonArray spans = new JsonArray();
        report.spans()
                .forEach(span -> spans.add(new JsonObject()
                        .put("provider", span.provider())
                        .put("since", span.since().toString())
                        .put("attempts", span.attempts())
                        .put("failures", span.failures())));
        JsonArray firsts = new JsonArray();
        report.firsts()
                .forEach(first -> firsts.add(new JsonObject()
                        .put("provider", first.provider())
                        .put("since", first.since().toString())
                        .put("slot", first.slot())
                        .put("answers", first.answers())));
        return pool.preparedQuery(ADD)
                .execute(Tuple.of(report.run(), report.seq(), spans, firsts))
                .mapEmpty();
    }

    /**
     * Days of all providers.
     *
     * @param from the first one
     * @return by provider and day; days without an attempt are missing
     */
    public Future<List<Day>> days(LocalDate from) {
        return pool.preparedQuery("SELECT * FROM provider_day WHERE day >= $1 ORDER BY provider, day")
                .execute(Tuple.of(from))
                .map(rows -> Rows.list(rows, ProviderDays::day));
    }

    /**
     * Spans in which a provider failed more often than it may, or that are recent.
     *
     * @param from the first moment
     * @param recent spans from then on are there in any case
     * @param fewest the least attempts that say anything
     * @param percent the share of failures above which a span is told
     * @return by provider and time
     */
    public Future<List<Span>> failing(Instant from, Instant recent, int fewest, int percent) {
        return pool.preparedQuery("""
                SELECT * FROM provider_span
                WHERE since >= $1 AND (since >= $2 OR attempts >= $3 AND failures * 100 > attempts * $4)
                ORDER BY provider, since\
                """)
                .execute(Tuple.of(
                        from.atOffset(ZoneOffset.UTC), recent.atOffset(ZoneOffset.UTC), (long) fewest, (long) percent))
                .map(rows -> Rows.list(rows, ProviderDays::span));
    }

    /**
     * The median time to the first token of each provider.
     *
     * @param from the first day
     * @return milliseconds by provider; providers without a stream are missing
     */
    public Future<Map<String, Long>> firstTokenMillis(LocalDate from) {
        return pool.preparedQuery("""
                SELECT provider, slot, sum(answers)::bigint AS answers FROM provider_first_token
                WHERE day >= $1 GROUP BY provider, slot\
                """).execute(Tuple.of(from)).map(rows -> {
            Map<String, Map<Integer, Long>> slots = new HashMap<>();
            rows.forEach(row -> slots.computeIfAbsent(row.getString("provider"), made -> new HashMap<>())
                    .put(row.getInteger("slot"), row.getLong("answers")));
            Map<String, Long> medians = new HashMap<>();
            slots.forEach((provider, answers) -> medians.put(provider, FirstTokens.medianMillis(answers)));
            return medians;
        });
    }

    /**
     * Deletes what is older than is kept.
     *
     * @return when it is gone
     */
    public Future<Void> forget() {
        Future<Void> done = Future.succeededFuture();
        for (String delete : FORGET) {
            done = done.compose(before -> pool.query(delete).execute().mapEmpty());
        }
        return done;
    }

    private static Day day(Row row) {
        return new Day(
                row.getString("provider"), row.getLocalDate("day"), row.getLong("attempts"), row.getLong("failures"));
    }

    private static Span span(Row row) {
        return new Span(
                row.getString("provider"),
                Rows.instant(row, "since"),
                row.getLong("attempts"),
                row.getLong("failures"));
    }
}
