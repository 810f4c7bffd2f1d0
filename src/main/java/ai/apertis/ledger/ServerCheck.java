package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * What is asked of a server before it is trusted with money: whether it keeps what it commits, and whether the schema is the one
 * that this version brings. Flyway, which takes 0.15 s of a start to say so, is asked only when it is not.
 */
final class ServerCheck {
    private static final int OLDEST_SERVER = 140_000;
    private static final long PATIENCE_SECONDS = 10;
    private static final String SERVER = "SELECT current_setting('server_version_num')::int AS number,"
            + " current_setting('server_version') AS version, current_setting('fsync') AS fsync,"
            + " current_setting('synchronous_commit') AS synchronous_commit,"
            + " current_setting('full_page_writes') AS full_page_writes, to_regclass('" + Database.SCHEMA
            + ".flyway_schema_history') IS NOT NULL AS migrated";
    private static final String HISTORY = "SELECT version, type, checksum, success FROM " + Database.SCHEMA
            + ".flyway_schema_history WHERE version IS NOT NULL";

    private final DatabaseUrl url;

    /** A check of the server at an address. */
    ServerCheck(DatabaseUrl url) {
        this.url = url;
    }

    /**
     * Asks. Blocks; not for an event loop.
     *
     * @return whether every migration of this version, and no other, was done there
     * @throws StartupException when it cannot be reached, is too old or may lose commits
     */
    boolean isCurrent(Vertx vertx, PgConnectOptions options) {
        try {
            return PgConnection.connect(vertx, options)
                    .compose(connection -> ask(connection).eventually(connection::close))
                    .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof StartupException known
                    ? known
                    : new StartupException("database " + url + ": " + cause.getMessage());
        }
    }

    private Future<Boolean> ask(SqlConnection connection) {
        return connection
                .query(SERVER)
                .execute()
                .map(rows -> trusted(rows.iterator().next()))
                .compose(migrated -> migrated ? hasAll(connection) : Future.succeededFuture(false));
    }

    private boolean trusted(Row server) {
        if (server.getInteger("number") < OLDEST_SERVER) {
            throw new StartupException(
                    "database " + url + ": PostgreSQL " + server.getString("version") + " is older than 14");
        }
        for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
            if (server.getString(setting).equals("off")) {
                throw new StartupException("database " + url + ": " + setting
                        + " is off, so a crash could lose charges; switch it on in postgresql.conf");
            }
        }
        return server.getBoolean("migrated");
    }

    /** Whatever is out of the ordinary, a history that may not be read included, is for Flyway to judge. */
    private static Future<Boolean> hasAll(SqlConnection connection) {
        return connection
                .query(HISTORY)
                .execute()
                .map(rows -> {
                    Map<String, Integer> done = new TreeMap<>();
                    for (Row row : rows) {
                        if (!row.getBoolean("success") || !row.getString("type").equals("SQL")) {
                            return false;
                        }
                        done.put(row.getString("version"), row.getInteger("checksum"));
                    }
                    return !done.isEmpty() && done.equals(Migrations.shipped());
                })
                .otherwise(false);
    }
}
