package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Runs administrative writes, each in one transaction. A write that its client named by a key of its own is done once: its
 * answer is remembered in the same transaction for a day and given again to a retry. One that fails leaves nothing behind,
 * so that it can be tried again with the same key.
 */
public final class Writes {
    private final Pool pool;
    private final Keys keys;

    /**
     * Runs writes.
     *
     * @param database where
     * @param keys told to forget what it found once something was written
     */
    public Writes(Database database, Keys keys) {
        this.pool = database.pool();
        this.keys = keys;
    }

    /**
     * Runs a write.
     *
     * @param work what to do; its failure undoes it
     * @param <T> type of its outcome
     * @return the outcome, once durable
     */
    public <T> Future<T> run(Function<Tables, Future<T>> work) {
        return run((tables, transaction) -> work.apply(tables));
    }

    /**
     * Runs a write that also changes rows the ledger knows nothing of.
     *
     * @param work what to do, with the connection whose transaction it all happens in; its failure undoes it
     * @param <T> type of its outcome
     * @return the outcome, once durable
     */
    public <T> Future<T> run(BiFunction<Tables, SqlClient, Future<T>> work) {
        return pool.withTransaction(transaction -> work.apply(tables(transaction), transaction))
                .onSuccess(done -> keys.forget());
    }

    /**
     * Runs a write unless it was done before. One that is being done at this moment is waited for.
     *
     * @param key the client's name for the write
     * @param requestHash a hash of the whole request
     * @param secret known to the client and not in the rows: what the answer is encrypted under
     * @param work what to do; its failure undoes it
     * @return the answer, now or then; fails with {@link Conflict} when the key was used for another request
     */
    public Future<RememberedAnswer> once(
            String key, byte[] requestHash, byte[] secret, Function<Tables, Future<RememberedAnswer>> work) {
        AnswerSeal seal = new AnswerSeal(secret, key);
        Buffer hash = Buffer.buffer(requestHash);
        return pool.withTransaction(transaction -> clear(transaction)
                        .compose(cleared -> claim(transaction, key, hash))
                        .compose(claimed -> claimed
                                ? work.apply(tables(transaction))
                                        .compose(answer -> remember(transaction, key, answer, seal))
                                : recall(transaction, key, hash, seal)))
                .onSuccess(done -> keys.forget());
    }

    private Tables tables(SqlConnection transaction) {
        Statements statements = Statements.in(transaction);
        Keys itsKeys = keys.in(statements);
        return new Tables(
                new Accounts(statements),
                itsKeys,
                new Subscriptions(statements, itsKeys),
                new Alerts(statements, keys.hash()),
                new Topups(statements));
    }

    private static Future<RowSet<Row>> clear(SqlConnection transaction) {
        return transaction.query("""
            DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency
                WHERE at < now() - interval '1 day' FOR UPDATE SKIP LOCKED)\
            """).execute();
    }

    /** Waits while another transaction has inserted the same key and not ended. */
    private static Future<Boolean> claim(SqlConnection transaction, String key, Buffer hash) {
        return transaction
                .preparedQuery("INSERT INTO idempotency (key, request) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .execute(Tuple.of(key, hash))
                .map(made -> made.rowCount() == 1);
    }

    private static Future<RememberedAnswer> remember(
            SqlConnection transaction, String key, RememberedAnswer answer, AnswerSeal seal) {
        return transaction
                .preparedQuery("UPDATE idempotency SET status = $2, body = $3 WHERE key = $1")
                .execute(Tuple.of(key, answer.status(), seal.close(answer.body())))
                .map(answer);
    }

    private static Future<RememberedAnswer> recall(
            SqlConnection transaction, String key, Buffer hash, AnswerSeal seal) {
        return transaction
                .preparedQuery("SELECT request, status, body FROM idempotency WHERE key = $1")
                .execute(Tuple.of(key))
                .map(rows -> {
                    Row row = Rows.first(rows, Function.identity())
                            .orElseThrow(() -> new Conflict("This Idempotency-Key has just expired."));
                    if (!row.getBuffer("request").equals(hash)) {
                        throw new Conflict("This Idempotency-Key was used for another request.");
                    }
                    return new RememberedAnswer(row.getInteger("status"), seal.open(row.getString("body")));
                });
    }
}
