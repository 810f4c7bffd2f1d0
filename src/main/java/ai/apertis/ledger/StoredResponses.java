package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The stored answers of the Responses API. Every look-up is by the account, so that no other account's is ever found. */
public final class StoredResponses {
    /** A process that makes one in the background and gives no sign for this long is taken for dead. */
    public static final Duration SILENCE = Duration.ofSeconds(60);

    private static final String COLUMNS = "id, account_id, previous_id, status, background, input, body, item_ids";
    private static final String OPEN = "status IN ('queued', 'in_progress')";

    private static final String INSERT = """
        INSERT INTO response (id, day, account_id, previous_id, previous_day, status, background, input, body, item_ids,
            bytes)
        SELECT u.id, u.day, u.account_id, u.previous_id, u.previous_day, u.status, u.background, u.input, u.body,
            string_to_array(u.items, ','), u.bytes
        FROM unnest($1::text[], $2::date[], $3::bigint[], $4::text[], $5::date[], $6::text[], $7::boolean[], $8::text[],
            $9::text[], $10::text[], $11::bigint[])
            AS u(id, day, account_id, previous_id, previous_day, status, background, input, body, items, bytes)
        ON CONFLICT DO NOTHING\
        """;

    /** Only what is still open changes: one that was cancelled or deleted meanwhile stays so. */
    private static final String UPDATE = """
        UPDATE response SET status = $3, body = $4, item_ids = $5, bytes = $6, alive_at = now()
        WHERE day = $1 AND id = $2 AND status IN ('queued', 'in_progress')\
        """;

    private static final String CHAIN = """
        WITH RECURSIVE chain AS (
            SELECT r.day, r.id, r.previous_day, r.previous_id, r.bytes AS total, 1 AS depth
            FROM response r WHERE r.day = $1 AND r.id = $2 AND r.account_id = $3
            UNION ALL
            SELECT r.day, r.id, r.previous_day, r.previous_id, c.total + r.bytes, c.depth + 1
            FROM chain c JOIN response r ON r.day = c.previous_day AND r.id = c.previous_id AND r.account_id = $3
            WHERE c.depth < $4 AND c.total < $5
        )
        SELECT r.id, r.account_id, r.previous_id, r.status, r.background, r.input, r.body, r.item_ids
        FROM chain c JOIN response r ON r.day = c.day AND r.id = c.id ORDER BY c.depth DESC\
        """;

    private final Pool pool;

    /**
     * Reads and writes stored responses.
     *
     * @param database where they are
     */
    public StoredResponses(Database database) {
        this.pool = database.pool();
    }

    /**
     * Stores new ones and carries on with those that were stored as not finished, in one transaction. Doing it twice
     * changes nothing.
     *
     * @param fresh not stored before
     * @param further stored before, now further on
     * @return when they are durable
     */
    public Future<Void> keep(List<StoredResponse> fresh, List<StoredResponse> further) {
        return pool.withTransaction(
                transaction -> insert(transaction, fresh).compose(done -> update(transaction, further)));
    }

    private static Future<Void> insert(SqlConnection transaction, List<StoredResponse> rows) {
        if (rows.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple columns = Tuple.tuple()
                .addValue(strings(rows, StoredResponse::id))
                .addValue(days(rows, StoredResponse::id))
                .addValue(rows.stream().map(StoredResponse::accountId).toArray(Long[]::new))
                .addValue(strings(rows, StoredResponse::previousId))
                .addValue(days(rows, StoredResponse::previousId))
                .addValue(strings(rows, StoredResponse::status))
                .addValue(rows.stream().map(StoredResponse::background).toArray(Boolean[]::new))
                .addValue(strings(rows, StoredResponse::input))
                .addValue(strings(rows, StoredResponse::body))
                .addValue(strings(rows, row -> String.join(",", row.itemIds())))
                .addValue(rows.stream().map(StoredResponse::bytes).toArray(Long[]::new));
        return transaction.preparedQuery(INSERT).execute(columns).mapEmpty();
    }

    private static Future<Void> update(SqlConnection transaction, List<StoredResponse> rows) {
        if (rows.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Tuple> batch = rows.stream()
                .map(row -> Tuple.of(
                        day(row.id()),
                        row.id(),
                        row.status(),
                        row.body(),
                        row.itemIds().toArray(String[]::new),
                        row.bytes()))
                .toList();
        return transaction.preparedQuery(UPDATE).executeBatch(batch).mapEmpty();
    }

    /**
     * Finds one.
     *
     * @param id as the client wrote it
     * @param account who asks
     * @return empty when there is none of this account; one whose process died in the background has failed
     */
    public Future<Optional<StoredResponse>> get(String id, long account) {
        return ResponseIds.day(id)
                .map(day -> pool.preparedQuery(
                                "SELECT " + COLUMNS + ", alive_at < now() - make_interval(secs => $4) AS silent"
                                        + " FROM response WHERE day = $1 AND id = $2 AND account_id = $3")
                        .execute(Tuple.of(day, id, account, (double) SILENCE.toSeconds()))
                        .map(rows -> Rows.first(rows, StoredResponses::readLiving)))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    /**
     * One and those that it continues.
     *
     * @param id as the client wrote it
     * @param account who asks
     * @param mostLinks how many are read at most
     * @param mostBytes beyond how many bytes no more are read
     * @return oldest first; the first has a previous one when that is gone or was too much; empty when there is none of
     *     this account
     */
    public Future<List<StoredResponse>> chain(String id, long account, int mostLinks, long mostBytes) {
        return ResponseIds.day(id)
                .map(day -> pool.preparedQuery(CHAIN)
                        .execute(Tuple.of(day, id, account, mostLinks, mostBytes))
                        .map(rows -> Rows.list(rows, StoredResponses::read)))
                .orElseGet(() -> Future.succeededFuture(List.of()));
    }

    /**
     * Finds those that hold items.
     *
     * @param itemIds as the client wrote them
     * @param account who asks
     * @return newest first
     */
    public Future<List<StoredResponse>> holding(Collection<String> itemIds, long account) {
        return pool.preparedQuery("SELECT " + COLUMNS
                        + " FROM response WHERE account_id = $1 AND item_ids && $2 ORDER BY at DESC LIMIT 1000")
                .execute(Tuple.of(account, (Object) itemIds.toArray(String[]::new)))
                .map(rows -> Rows.list(rows, StoredResponses::read));
    }

    /**
     * Deletes one.
     *
     * @param id as the client wrote it
     * @param account who asks
     * @return false when there was none of this account
     */
    public Future<Boolean> delete(String id, long account) {
        return ResponseIds.day(id)
                .map(day -> pool.preparedQuery("DELETE FROM response WHERE day = $1 AND id = $2 AND account_id = $3")
                        .execute(Tuple.of(day, id, account))
                        .map(rows -> rows.rowCount() > 0))
                .orElseGet(() -> Future.succeededFuture(false));
    }

    /**
     * Cancels one that is still being made. Its process learns of it by {@link #stillOpen}.
     *
     * @param id of the response
     * @param account who asks
     * @param body the response object as cancelled, JSON
     * @return false when it was finished before
     */
    public Future<Boolean> cancel(String id, long account, String body) {
        return pool.preparedQuery("UPDATE response SET status = 'cancelled', body = $4"
                        + " WHERE day = $1 AND id = $2 AND account_id = $3 AND " + OPEN)
                .execute(Tuple.of(day(id), id, account, body))
                .map(rows -> rows.rowCount() > 0);
    }

    /**
     * Gives a sign that these are still being made, and asks which of them still should be.
     *
     * @param ids of responses that this process makes
     * @return those that were neither cancelled nor deleted
     */
    public Future<Set<String>> stillOpen(Collection<String> ids) {
        LocalDate[] days = ids.stream().map(StoredResponses::day).distinct().toArray(LocalDate[]::new);
        return pool.preparedQuery("UPDATE response SET alive_at = now() WHERE day = ANY($1) AND id = ANY($2) AND "
                        + OPEN + " RETURNING id")
                .execute(Tuple.of(days, (Object) ids.toArray(String[]::new)))
                .map(rows -> new HashSet<>(Rows.list(rows, row -> row.getString("id"))));
    }

    /**
     * Deletes an account's oldest until the rest fits.
     *
     * @param account whose
     * @param mostBytes how much it may keep, bytes
     * @return how many were deleted
     */
    public Future<Long> trim(long account, long mostBytes) {
        return pool.preparedQuery("SELECT trim_responses($1, $2)")
                .execute(Tuple.of(account, mostBytes))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /**
     * Makes room for the coming days and drops what is too old.
     *
     * @param days how long responses are kept
     * @return when it is done
     */
    public Future<Void> sweep(int days) {
        return pool.preparedQuery("SELECT sweep_responses($1)")
                .execute(Tuple.of(days))
                .mapEmpty();
    }

    private static StoredResponse readLiving(Row row) {
        StoredResponse found = read(row);
        boolean dead = !found.finished() && row.getBoolean("silent");
        return dead ? found.with("failed", found.body(), found.itemIds()) : found;
    }

    private static StoredResponse read(Row row) {
        return new StoredResponse(
                row.getString("id"),
                row.getLong("account_id"),
                row.getString("previous_id"),
                row.getString("status"),
                row.getBoolean("background"),
                row.getString("input"),
                row.getString("body"),
                Rows.strings(row, "item_ids"));
    }

    private static LocalDate day(String id) {
        return ResponseIds.day(id).orElseThrow(() -> new IllegalArgumentException("not made here: " + id));
    }

    private static String[] strings(List<StoredResponse> rows, Function<StoredResponse, @Nullable String> of) {
        return rows.stream().map(of).toArray(String[]::new);
    }

    private static LocalDate[] days(List<StoredResponse> rows, Function<StoredResponse, @Nullable String> of) {
        return rows.stream().map(of).map(id -> id == null ? null : day(id)).toArray(LocalDate[]::new);
    }
}
