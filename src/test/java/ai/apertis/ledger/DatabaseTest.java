package ai.apertis.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseTest {
    private Vertx vertx;
    private DatabaseUrl url;
    private Database database;

    @BeforeAll
    void open() {
        vertx = Vertx.vertx();
        url = TestDatabase.fresh();
        database = Database.open(vertx, url, 4);
    }

    @AfterAll
    void close() throws Exception {
        database.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void opensAgainWhatItMigratedBefore() throws Exception {
        Database again = Database.open(vertx, url, 1);
        assertThat(query(again, "SELECT count(*) FROM account").getLong(0)).isZero();
        again.close();
    }

    @Test
    void theShippedMigrationsAreTheOnesThatFlywayDid() {
        assertThat(isCurrent()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE flyway_schema_history SET checksum = checksum + 1 WHERE version = '3'",
                "UPDATE flyway_schema_history SET success = false WHERE version = '3'",
                "DELETE FROM flyway_schema_history WHERE version = '3'",
                "UPDATE flyway_schema_history SET version = '9999' WHERE version = '3'"
            })
    void aHistoryThatIsNotExactlyTheShippedOneIsLeftToFlyway(String sql) {
        TestDatabase.execute(url, "CREATE TABLE kept AS SELECT * FROM flyway_schema_history; " + sql);
        try {
            assertThat(isCurrent()).isFalse();
        } finally {
            TestDatabase.execute(
                    url,
                    "DELETE FROM flyway_schema_history; INSERT INTO flyway_schema_history SELECT * FROM kept;"
                            + " DROP TABLE kept");
        }
    }

    @Test
    void aMigrationThatWasChangedAfterwardsKeepsTheGatewayFromStarting() {
        TestDatabase.execute(url, "UPDATE flyway_schema_history SET checksum = checksum + 1 WHERE version = '3'");
        try {
            assertThatThrownBy(() -> Database.open(vertx, url, 1))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("cannot be brought up to date");
        } finally {
            TestDatabase.execute(url, "UPDATE flyway_schema_history SET checksum = checksum - 1 WHERE version = '3'");
        }
    }

    private boolean isCurrent() {
        return new ServerCheck(url).isCurrent(vertx, url.reactive());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE charge SET cost_nano = 0",
                "DELETE FROM charge",
                "TRUNCATE charge",
                "UPDATE credit SET amount_nano = 1",
                "DELETE FROM credit",
                "UPDATE bucket SET used = 0",
                "DELETE FROM hold"
            })
    void itsConnectionsCannotRewriteWhatWasCharged(String sql) {
        assertThatThrownBy(() -> query(database, sql)).hasMessageContaining("permission denied");
    }

    @Test
    void refusesAServerThatMayLoseCommits() {
        TestDatabase.execute(
                url,
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END"
                        + " $$");
        try {
            assertThatThrownBy(() -> Database.open(vertx, url, 1))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("synchronous_commit is off");
        } finally {
            TestDatabase.execute(
                    url,
                    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET synchronous_commit', current_database()); END"
                            + " $$");
        }
    }

    @Test
    void anUnreachableServerIsOneClearLine() {
        DatabaseUrl nobody = DatabaseUrl.parse("postgresql://me:secret@127.0.0.1:1/none");
        assertThatThrownBy(() -> Database.open(vertx, nobody, 1))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageNotContaining("secret")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mysql://u:hunter2@h/db",
                "postgresql://u:hunter2@h",
                "postgresql://h/db",
                "postgresql://u:hunter2@h:port/db",
                "postgresql://u:hunter2 x@h/db",
                "postgresql://u:hunter2@h/db?connect=fast"
            })
    void anAddressThatIsNoneIsRefusedWithoutRepeatingItsPassword(String text) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("database URL: ")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void readsAnAddress() throws SQLException {
        DatabaseUrl read = DatabaseUrl.parse("postgres://us%40er:p%3Aa+ss@[::1]:6543/da-ta?sslmode=require");
        assertThat(read).isEqualTo(new DatabaseUrl("::1", 6543, "da-ta", "us@er", "p:a+ss", "require"));
        assertThat(read.toString()).doesNotContain("p:a");
    }

    private static Row query(Database database, String sql) throws Exception {
        try {
            return database.pool()
                    .query(sql)
                    .execute()
                    .map(rows -> rows.iterator().next())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
