package ai.apertis.ledger;

import ai.apertis.money.Usage;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows that settled requests left, newest first, in pages. */
public final class UsageRows {
    private static final int LARGEST_PAGE = 1_000;
    /** What was charged and not given back since. */
    static final String COST = "cost_nano - coalesce(refunded_nano, 0)";

    /** The quota that was taken and not given back since. */
    static final String QUOTA = "quota_milli - coalesce(refunded_milli, 0)";

    static final String WHERE = """
         FROM charge LEFT JOIN refund USING (request_id) WHERE ($1::bigint IS NULL OR account_id = $1) AND ($2::bigint IS NULL OR key_id = $2)
            AND ($3::text IS NULL OR model = $3) AND at >= $4 AND at < $5
        """;
    private static final Instant FIRST = Instant.EPOCH;
    private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");

    private final Pool pool;

    /**
     * Reads usage.
     *
     * @param database where it is
     */
    public UsageRows(Database database) {
        this.pool = database.pool();
    }

    /**
     * Some rows, and where the next begin.
     *
     * @param rows newest first
     * @param next the cursor of the next page, null on the last
     */
    public record Page(List<UsageRow> rows, @Nullable String next) {
        /** Copies the rows. */
        public Page {
            rows = List.copyOf(rows);
        }
    }

    /**
     * Sums over rows.
     *
     * @param requests how many
     * @param costNano what they cost, nano-USD
     * @param quotaMilli what quota they took, in thousandths
     * @param promptTokens prompt tokens of every class
     * @param completionTokens generated tokens of every class
     */
    public record Totals(long requests, long costNano, long quotaMilli, long promptTokens, long completionTokens) {}

    /** How requests ended. */
    public enum Outcome {
        /** However. */
        ANY("true"),
        /** With an answer. */
        ANSWERED("status < 400"),
        /** With an error. */
        FAILED("status >= 400");

        private final String condition;

        Outcome(String condition) {
            this.condition = condition;
        }
    }

    /** A place in the order of rows. */
    private record Cursor(Instant at, long requestId) {
        static Optional<Cursor> parse(String text) {
            try {
                String[] parts =
                        new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII).split(":", 2);
                long micros = Long.parseLong(parts[0]);
                return Optional.of(new Cursor(FIRST.plus(micros, ChronoUnit.MICROS), Long.parseLong(parts[1])));
            } catch (RuntimeException e) {
                return Optional.empty();
            }
        }

        String format() {
            String plain = ChronoUnit.MICROS.between(FIRST, at) + ":" + requestId;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /**
     * One page of rows.
     *
     * @param filter which rows
     * @param cursor where the page before ended, null for the first
     * @param size the most rows, 1 to 1,000
     * @return the page; fails with {@link Conflict} when the cursor is not one of ours
     */
    public Future<Page> page(UsageFilter filter, @Nullable String cursor, int size) {
        return page(filter, Outcome.ANY, cursor, size);
    }

    /**
     * One page of rows that ended in a way.
     *
     * @param filter which rows
     * @param outcome how they ended
     * @param cursor where the page before ended, null for the first
     * @param size the most rows, 1 to 1,000
     * @return the page; fails with {@link Conflict} when the cursor is not one of ours
     */
    public Future<Page> page(UsageFilter filter, Outcome outcome, @Nullable String cursor, int size) {
        Cursor after = new Cursor(LAST, 0);
        if (cursor != null) {
            Optional<Cursor> parsed = Cursor.parse(cursor);
            if (parsed.isEmpty()) {
                return Future.failedFuture(new Conflict("The cursor is not one that was given out."));
            }
            after = parsed.get();
        }
        int limit = Math.clamp(size, 1, LARGEST_PAGE);
        return pool.preparedQuery(
                        "SELECT *, " + COST + " AS cost, " + QUOTA + " AS quota" + WHERE + "AND " + outcome.condition
                                + " AND (at, request_id) < ($6, $7) ORDER BY at DESC, request_id DESC LIMIT $8")
                .execute(arguments(filter)
                        .addValue(Rows.timestamp(after.at()))
                        .addLong(after.requestId())
                        .addInteger(limit + 1))
                .map(rows -> page(Rows.list(rows, UsageRows::read), limit));
    }

    private static Page page(List<UsageRow> rows, int limit) {
        if (rows.size() <= limit) {
            return new Page(rows, null);
        }
        UsageRow last = rows.get(limit - 1);
        return new Page(rows.subList(0, limit), new Cursor(last.at(), last.requestId()).format());
    }

    /**
     * The newest rows since some time before another, for who looks on. They begin before it, since a row may be committed
     * after one with a later time: who looks on knows which of them were there before.
     *
     * @param filter which rows
     * @param outcome how they ended
     * @param since a cursor of {@link #cursor}
     * @param before how long before it they begin
     * @param size the most rows
     * @return newest first; fails with {@link Conflict} when the cursor is not one of ours
     */
    public Future<List<UsageRow>> newer(UsageFilter filter, Outcome outcome, String since, Duration before, int size) {
        Optional<Cursor> parsed = Cursor.parse(since);
        if (parsed.isEmpty()) {
            return Future.failedFuture(new Conflict("The cursor is not one that was given out."));
        }
        return pool.preparedQuery("SELECT *, " + COST + " AS cost, " + QUOTA + " AS quota" + WHERE + "AND "
                        + outcome.condition + " AND at >= $6 ORDER BY at DESC, request_id DESC LIMIT $7")
                .execute(arguments(filter)
                        .addValue(Rows.timestamp(parsed.get().at().minus(before)))
                        .addInteger(size))
                .map(rows -> Rows.list(rows, UsageRows::read));
    }

    /**
     * The place of a row, to go on from.
     *
     * @param row null for the place of a row settled at this moment
     * @return a cursor for {@link #page} and {@link #newer}
     */
    public static String cursor(@Nullable UsageRow row) {
        return row == null ? new Cursor(Instant.now(), 0).format() : new Cursor(row.at(), row.requestId()).format();
    }

    /**
     * One row.
     *
     * @param accountId who must have paid
     * @param requestId its billing id
     * @return empty when there is none of that account
     */
    public Future<Optional<UsageRow>> get(long accountId, long requestId) {
        return pool.preparedQuery("SELECT *, " + COST + " AS cost, " + QUOTA + " AS quota"
                        + " FROM charge LEFT JOIN refund USING (request_id) WHERE account_id = $1 AND request_id = $2")
                .execute(Tuple.of(accountId, requestId))
                .map(rows -> Rows.first(rows, UsageRows::read));
    }

    /**
     * Sums over rows.
     *
     * @param filter which rows
     * @return the sums, zero when there are none
     */
    public Future<Totals> totals(UsageFilter filter) {
        return pool.preparedQuery("""
                            SELECT count(*) AS requests, coalesce(sum(%s), 0) AS cost,
                                coalesce(sum(%s), 0) AS quota,
                                coalesce(sum(input_tokens + cache_read_tokens + cache_write_tokens + audio_input_tokens), 0)
                                    AS prompt,
                                coalesce(sum(output_tokens + audio_output_tokens), 0) AS completion\
                            """.formatted(COST, QUOTA) + WHERE)
                .execute(arguments(filter))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new Totals(
                            row.getLong("requests"),
                            sum(row, "cost"),
                            sum(row, "quota"),
                            sum(row, "prompt"),
                            sum(row, "completion"));
                });
    }

    /** An exact sum, which PostgreSQL tells as a numeric. */
    static long sum(Row row, String column) {
        BigInteger exact = row.getNumeric(column).bigIntegerValue();
        return exact.longValueExact();
    }

    /** The first five parameters, those of {@link #WHERE}. */
    static Tuple arguments(UsageFilter filter) {
        Instant from = filter.from();
        Instant to = filter.to();
        return Tuple.tuple()
                .addValue(filter.accountId())
                .addValue(filter.keyId())
                .addValue(filter.model())
                .addValue(Rows.timestamp(from == null ? FIRST : from))
                .addValue(Rows.timestamp(to == null ? LAST : to));
    }

    private static UsageRow read(Row row) {
        return new UsageRow(
                row.getLong("request_id"),
                Rows.instant(row, "at"),
                Rows.instant(row, "authorised_at"),
                row.getLong("account_id"),
                row.getLong("key_id"),
                row.getString("requested_model"),
                row.getString("model"),
                row.getString("provider"),
                row.getString("price_version"),
                new Usage(
                        row.getLong("input_tokens"),
                        row.getLong("cache_read_tokens"),
                        row.getLong("cache_write_tokens"),
                        row.getLong("output_tokens"),
                        row.getLong("reasoning_tokens"),
                        row.getLong("audio_input_tokens"),
                        row.getLong("audio_output_tokens"),
                        row.getLong("images"),
                        row.getLong("media_ms"),
                        row.getBoolean("estimated")),
                row.getLong("priced_nano"),
                row.getLong("cost"),
                row.getLong("quota"),
                row.getLong("shortfall_nano"),
                row.getInteger("status"),
                row.getString("ending"),
                row.getBoolean("streamed"),
                row.getLong("ttft_ms"),
                row.getLong("duration_ms"));
    }
}
