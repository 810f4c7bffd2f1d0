package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;

/**
 * Remembers the answers of administrative writes by the key that the client chose, so that a retry gets the same answer
 * and nothing is done twice. Kept for a day.
 */
public final class Idempotency {
    private final Pool pool;

    /**
     * Reads and writes remembered answers.
     *
     * @param database where they are
     */
    public Idempotency(Database database) {
        this.pool = database.pool();
    }

    /** What is known about a key. */
    public sealed interface Claim {
        /** Nothing: do it, then {@link #complete} or {@link #release}. */
        record Fresh() implements Claim {}

        /**
         * It was done before.
         *
         * @param status the status answered then
         * @param body the body answered then
         */
        record Done(int status, String body) implements Claim {}

        /** It is being done now, by somebody else. */
        record Running() implements Claim {}

        /** The key was used for another request. */
        record Different() implements Claim {}
    }

    /**
     * Claims a key for a request. A claim that was neither completed nor released for a minute, because its process died,
     * may be claimed again.
     *
     * @param key the client's key, made unique by who sent it and to which address
     * @param requestHash a hash of the request
     * @return what is known about it
     */
    public Future<Claim> claim(String key, byte[] requestHash) {
        Buffer hash = Buffer.buffer(requestHash);
        return pool.withTransaction(connection -> connection
                .preparedQuery("""
                    DELETE FROM idempotency
                    WHERE key = $1 AND (at < now() - interval '1 day'
                        OR status IS NULL AND at < now() - interval '1 minute')\
                    """)
                .execute(Tuple.of(key))
                .compose(cleared -> connection
                        .preparedQuery("INSERT INTO idempotency (key, request) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                        .execute(Tuple.of(key, hash)))
                .compose(made -> made.rowCount() == 1
                        ? Future.succeededFuture(new Claim.Fresh())
                        : connection
                                .preparedQuery("SELECT request, status, body FROM idempotency WHERE key = $1")
                                .execute(Tuple.of(key))
                                .map(rows -> rows.size() == 0
                                        ? new Claim.Running()
                                        : known(rows.iterator().next(), hash))));
    }

    private static Claim known(Row row, Buffer hash) {
        if (!row.getBuffer("request").equals(hash)) {
            return new Claim.Different();
        }
        Integer status = row.getInteger("status");
        return status == null ? new Claim.Running() : new Claim.Done(status, row.getString("body"));
    }

    /**
     * Remembers the answer.
     *
     * @param key the claimed key
     * @param status the status answered
     * @param body the body answered
     * @return when it is durable
     */
    public Future<Void> complete(String key, int status, String body) {
        return pool.preparedQuery("UPDATE idempotency SET status = $2, body = $3 WHERE key = $1")
                .execute(Tuple.of(key, status, body))
                .mapEmpty();
    }

    /**
     * Gives a claim back: nothing was done.
     *
     * @param key the claimed key
     * @return when it is durable
     */
    public Future<Void> release(String key) {
        return pool.preparedQuery("DELETE FROM idempotency WHERE key = $1 AND status IS NULL")
                .execute(Tuple.of(key))
                .mapEmpty();
    }
}
