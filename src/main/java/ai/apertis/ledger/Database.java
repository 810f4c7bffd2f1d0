package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfoService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The opened ledger: its schema is current, its server keeps what it commits, and its connections have the least rights. */
public final class Database {
    /** The schema that holds everything. */
    static final String SCHEMA = "apertis";

    /** The role that connections work as: it cannot change or delete a charge or a credit (money.md rule 12). */
    static final String ROLE = "apertis_app";

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final Vertx vertx;
    private final PgConnectOptions options;
    private final Pool pool;

    private Database(Vertx vertx, PgConnectOptions options, int poolSize) {
        this.vertx = vertx;
        this.options = options;
        this.pool = PgBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(poolSize)
                        .setConnectionTimeout(5)
                        .setShared(false))
                .connectingTo(options)
                .withConnectHandler(connection -> restrict(connection).onComplete(done -> connection.close()))
                .using(vertx)
                .build();
    }

    /**
     * Opens a database: checks that it keeps what it commits, brings its schema up to date, makes a pool. Blocks; call
     * it at start-up, not on an event loop.
     *
     * @param vertx runs the connections
     * @param url where it is
     * @param poolSize the most connections for everything but billing
     * @return the opened ledger
     * @throws StartupException when it cannot be reached, is too old, may lose commits, or its schema cannot be migrated
     */
    public static Database open(Vertx vertx, DatabaseUrl url, int poolSize) {
        PgConnectOptions options = options(url);
        if (!new ServerCheck(url).isCurrent(vertx, options)) {
            migrate(url);
        }
        return new Database(vertx, options, poolSize);
    }

    /**
     * Opens a database to look into it: like {@link #open}, but a schema that is not current is left as it is, since
     * gateways of an older version may be at work on it.
     *
     * @param vertx runs the connections
     * @param url where it is
     * @param poolSize the most connections
     * @return the opened ledger
     * @throws StartupException when it cannot be reached, is too old, may lose commits, or its schema is not current
     */
    public static Database look(Vertx vertx, DatabaseUrl url, int poolSize) {
        PgConnectOptions options = options(url);
        if (!new ServerCheck(url).isCurrent(vertx, options)
                && !isUsable(schema(url).info())) {
            throw new StartupException("database " + url
                    + ": it holds no ledger of this version; a gateway that starts there makes or updates one");
        }
        return new Database(vertx, options, poolSize);
    }

    /** Also when a newer version has migrated it further. */
    private static boolean isUsable(MigrationInfoService info) {
        return info.current() != null && info.pending().length == 0;
    }

    private static void migrate(DatabaseUrl url) {
        try {
            schema(url).migrate();
        } catch (FlywayException e) {
            throw new StartupException("database " + url + ": the schema cannot be brought up to date: "
                    + String.valueOf(e.getMessage()).strip());
        }
    }

    private static Flyway schema(DatabaseUrl url) {
        return Flyway.configure()
                .dataSource(url.jdbc())
                .schemas(SCHEMA)
                .connectRetries(0)
                .load();
    }

    private static PgConnectOptions options(DatabaseUrl url) {
        PgConnectOptions options = url.reactive();
        options.setProperties(Map.of("search_path", SCHEMA, "application_name", "apertis", "jit", "off"));
        return options;
    }

    /**
     * The connections for everything but billing's batches.
     *
     * @return lives until {@link #close}
     */
    public Pool pool() {
        return pool;
    }

    /**
     * A connection of one's own, outside the pool.
     *
     * @return fails when the server cannot be reached
     */
    public Future<PgConnection> connect() {
        return PgConnection.connect(vertx, options)
                .compose(connection -> restrict(connection).map(connection).onFailure(e -> connection.close()));
    }

    /** Takes the role of the least rights. Fails where the role could not be made; the rights are then the owner's own. */
    private static Future<Void> restrict(SqlConnection connection) {
        return connection
                .query("SELECT set_config('role', rolname, false) FROM pg_roles WHERE rolname = '" + ROLE
                        + "' AND pg_has_role(current_user, oid, 'MEMBER')")
                .execute()
                .mapEmpty();
    }

    /**
     * Closes all pooled connections.
     *
     * @return when they are closed
     */
    public Future<Void> close() {
        return pool.close().onFailure(e -> LOG.warn("closing the database: {}", e.getMessage()));
    }
}
