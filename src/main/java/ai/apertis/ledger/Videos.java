package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The tasks of making videos. Each was charged when its provider took it; ending one that failed gives its charge back in
 * the same transaction, so that this happens once whoever tries and whenever a process dies.
 */
public final class Videos {
    private static final String COLUMNS = "id, model, provider, upstream_id, status, body, created_at";
    private static final String PREFIX = "video_";
    private static final int RANDOM_BYTES = 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Pool pool;

    /**
     * Reads and writes tasks.
     *
     * @param database where they are
     */
    public Videos(Database database) {
        this.pool = database.pool();
    }

    /**
     * Makes an id that nobody can guess.
     *
     * @return never made before
     */
    public static String nextId() {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        return PREFIX + HexFormat.of().formatHex(random);
    }

    /**
     * Writes down a task before anybody is asked to do it.
     *
     * @param id made by {@link #nextId}
     * @param account whose
     * @param requestId the hold that pays for it
     * @param model the catalogue id of the model asked for
     * @return when it is durable
     */
    public Future<Void> begin(String id, long account, long requestId, String model) {
        return pool.preparedQuery("INSERT INTO video_task (id, account_id, request_id, model) VALUES ($1, $2, $3, $4)")
                .execute(Tuple.of(id, account, requestId, model))
                .mapEmpty();
    }

    /**
     * Forgets a task that nobody took, and that cost nothing.
     *
     * @param id of the task
     * @return when it is gone
     */
    public Future<Void> forget(String id) {
        return pool.preparedQuery("DELETE FROM video_task WHERE id = $1 AND upstream_id IS NULL AND ended_at IS NULL")
                .execute(Tuple.of(id))
                .mapEmpty();
    }

    /**
     * A provider has taken it.
     *
     * @param id of the task
     * @param model the catalogue id of the model that makes it
     * @param provider who makes it
     * @param upstreamId its id there
     * @param body what the client is told, JSON
     * @return false when it had been given up before
     */
    public Future<Boolean> taken(String id, String model, String provider, String upstreamId, String body) {
        return pool.preparedQuery("UPDATE video_task SET model = $2, provider = $3, upstream_id = $4, body = $5,"
                        + " asked_at = now() WHERE id = $1 AND coalesce(upstream_id, $4) = $4 AND ended_at IS NULL")
                .execute(Tuple.of(id, model, provider, upstreamId, body))
                .map(rows -> rows.rowCount() > 0);
    }

    /**
     * Finds one.
     *
     * @param id as the client wrote it
     * @param account who asks
     * @return empty when there is none of this account
     */
    public Future<Optional<VideoRow>> get(String id, long account) {
        return pool.preparedQuery("SELECT " + COLUMNS + " FROM video_task WHERE id = $1 AND account_id = $2")
                .execute(Tuple.of(id, account))
                .map(rows -> Rows.first(rows, Videos::read));
    }

    /**
     * Takes the turn to ask the provider about one, so that a client that asks often does not make the gateway do so.
     *
     * @param id of the task
     * @param pause how long ago anybody may have asked last
     * @return false when it is not open, or somebody asked just now
     */
    public Future<Boolean> mayAsk(String id, Duration pause) {
        return pool.preparedQuery("UPDATE video_task SET asked_at = now() WHERE id = $1 AND ended_at IS NULL"
                        + " AND upstream_id IS NOT NULL AND asked_at <= now() - make_interval(secs => $2)")
                .execute(Tuple.of(id, pause.toMillis() / 1_000.0))
                .map(rows -> rows.rowCount() > 0);
    }

    /**
     * Takes the turn to ask about open ones that nobody asked about for a while. Each is given to one process only.
     *
     * @param pause how long ago anybody may have asked last
     * @param most how many at most
     * @return those to ask about; those that no provider ever took are among them
     */
    public Future<List<VideoRow>> due(Duration pause, int most) {
        return pool.preparedQuery("UPDATE video_task SET asked_at = now() WHERE id IN (SELECT id FROM video_task"
                        + " WHERE ended_at IS NULL AND asked_at <= now() - make_interval(secs => $1)"
                        + " ORDER BY asked_at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING " + COLUMNS)
                .execute(Tuple.of(pause.toMillis() / 1_000.0, most))
                .map(rows -> Rows.list(rows, Videos::read));
    }

    /**
     * Tells how far one is, unless it has ended.
     *
     * @param id of the task
     * @param status {@code pending}, {@code processing} or {@code completed}
     * @param body what the client is told, JSON
     * @return when it is durable
     */
    public Future<Void> tell(String id, String status, String body) {
        return pool.preparedQuery("UPDATE video_task SET status = $2, body = $3,"
                        + " ended_at = CASE WHEN $2 = 'completed' THEN now() END WHERE id = $1 AND ended_at IS NULL")
                .execute(Tuple.of(id, status, body))
                .mapEmpty();
    }

    /**
     * Ends one that came to nothing and gives back what it cost.
     *
     * @param id of the task
     * @param body what the client is told, JSON
     * @return false when it had ended before, or when its charge is still on its way and this must be tried again
     */
    public Future<Boolean> fail(String id, String body) {
        return pool.preparedQuery("SELECT fail_video($1, $2)")
                .execute(Tuple.of(id, body))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /**
     * Deletes those that ended long ago.
     *
     * @param age how long ago
     * @return when they are gone
     */
    public Future<Void> sweep(Duration age) {
        return pool.preparedQuery("DELETE FROM video_task WHERE ended_at < now() - make_interval(secs => $1)")
                .execute(Tuple.of((double) age.toSeconds()))
                .mapEmpty();
    }

    private static VideoRow read(Row row) {
        return new VideoRow(
                row.getString("id"),
                row.getString("model"),
                row.getString("provider"),
                row.getString("upstream_id"),
                row.getString("status"),
                row.getString("body"),
                Rows.instant(row, "created_at"));
    }
}
