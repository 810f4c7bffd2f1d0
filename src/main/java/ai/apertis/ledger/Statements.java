package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.Function;

/** Where statements run: each by itself on a pool's connections, or all in a transaction that somebody else ends. */
interface Statements {
    /** For a single statement. */
    SqlClient client();

    /** For statements that take effect together or not at all. */
    <T> Future<T> together(Function<SqlClient, Future<T>> work);

    static Statements on(Pool pool) {
        return new Statements() {
            @Override
            public SqlClient client() {
                return pool;
            }

            @Override
            public <T> Future<T> together(Function<SqlClient, Future<T>> work) {
                return pool.withTransaction(work::apply);
            }
        };
    }

    static Statements in(SqlConnection transaction) {
        return within(transaction);
    }

    /** In a transaction that is known only by its client. */
    static Statements within(SqlClient transaction) {
        return new Statements() {
            @Override
            public SqlClient client() {
                return transaction;
            }

            @Override
            public <T> Future<T> together(Function<SqlClient, Future<T>> work) {
                return work.apply(transaction);
            }
        };
    }
}
