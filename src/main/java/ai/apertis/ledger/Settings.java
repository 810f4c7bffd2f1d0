package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** The few facts of an installation that are kept in the database. */
public final class Settings {
    private final Pool pool;

    /**
     * Reads and writes settings.
     *
     * @param database where they are
     */
    public Settings(Database database) {
        this.pool = database.pool();
    }

    /**
     * Reads one.
     *
     * @param name its name
     * @return its value, empty when it was never set
     */
    public Future<Optional<String>> get(String name) {
        return pool.preparedQuery("SELECT value FROM setting WHERE name = $1")
                .execute(Tuple.of(name))
                .map(rows -> Rows.first(rows, row -> row.getString("value")));
    }

    /**
     * Sets one.
     *
     * @param name its name
     * @param value its value
     * @return when it is durable
     */
    public Future<Void> put(String name, String value) {
        return pool.preparedQuery("""
            INSERT INTO setting (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value\
            """).execute(Tuple.of(name, value)).mapEmpty();
    }
}
