package ai.apertis.ledger;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * Gives each test class a database of its own on one server for the whole JVM: the server at {@code APERTIS_TEST_DATABASE_URL},
 * else one in Docker, else an embedded one.
 */
public final class TestDatabase {
    private TestDatabase() {}

    /**
     * Makes an empty database.
     *
     * @return its address; its user owns it
     */
    public static DatabaseUrl fresh() {
        String name = name();
        execute(Server.URL, "CREATE DATABASE " + name);
        return Server.URL.withDatabase(name);
    }

    /**
     * Makes a database whose schema is current, as a copy of one that was brought there: most of the time that a gateway takes to
     * start on an empty one goes into the migrations.
     *
     * @return its address; its user owns it
     */
    public static DatabaseUrl migrated() {
        String name = name();
        execute(Server.URL, "CREATE DATABASE " + name + " TEMPLATE " + Template.URL.database());
        return Server.URL.withDatabase(name);
    }

    private static String name() {
        return "t" + UUID.randomUUID().toString().replace("-", "");
    }

    /**
     * Runs statements as the database's owner, as no gateway can.
     *
     * @param url which database
     * @param sql one or more statements; the search path is the ledger's schema
     */
    public static void execute(DatabaseUrl url, String sql) {
        try (Connection connection = url.jdbc().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = apertis, public");
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /**
     * Reads one text as the database's owner.
     *
     * @param url which database
     * @param sql a query of one row and column
     * @return the text
     */
    public static String text(DatabaseUrl url, String sql) {
        try (Connection connection = url.jdbc().getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /**
     * Reads one number as the database's owner.
     *
     * @param url which database
     * @param sql a query of one row and column
     * @return the number, 0 for null
     */
    public static long number(DatabaseUrl url, String sql) {
        try (Connection connection = url.jdbc().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = apertis, public");
            try (var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /**
     * A connection as the database's owner, for holding locks.
     *
     * @param url which database
     * @return to be closed by the caller
     */
    public static Connection connect(DatabaseUrl url) throws SQLException {
        return url.jdbc().getConnection();
    }

    /** Lets every embedded server of the tests use one unpacked copy of the binaries. */
    public static void shareBinaries() {
        System.setProperty(
                "apertis.postgres.binaries",
                Path.of("target/postgres-binaries").toAbsolutePath().toString());
    }

    /** Migrated at first use, for copies only: nobody else has a connection to it. */
    private static final class Template {
        static final DatabaseUrl URL = make();

        private static DatabaseUrl make() {
            DatabaseUrl url = fresh();
            Vertx vertx = Vertx.vertx();
            try {
                Await.get(Database.open(vertx, url, 1).close());
            } finally {
                Await.get(vertx.close());
            }
            return url;
        }
    }

    /** Started at first use, stopped with the JVM. */
    private static final class Server {
        static final DatabaseUrl URL = start();

        private static DatabaseUrl start() {
            String given = System.getenv("APERTIS_TEST_DATABASE_URL");
            if (given != null && !given.isBlank()) {
                return DatabaseUrl.parse(given);
            }
            if (dockerAnswers()) {
                return container();
            }
            shareBinaries();
            EmbeddedDatabase embedded = EmbeddedDatabase.start(Path.of("target/test-postgres"));
            Runtime.getRuntime().addShutdownHook(new Thread(embedded::close));
            return embedded.url();
        }

        private static boolean dockerAnswers() {
            try {
                return DockerClientFactory.instance().isDockerAvailable();
            } catch (RuntimeException e) {
                return false;
            }
        }

        // Lives as long as the JVM: Testcontainers removes it afterwards.
        @SuppressWarnings("resource")
        private static DatabaseUrl container() {
            PostgreSQLContainer container = new PostgreSQLContainer("postgres:18").withUsername("postgres");
            container.start();
            return new DatabaseUrl(
                    container.getHost(),
                    container.getMappedPort(5432),
                    "postgres",
                    container.getUsername(),
                    container.getPassword(),
                    "disable");
        }
    }
}
