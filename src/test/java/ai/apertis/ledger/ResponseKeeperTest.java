package ai.apertis.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Responses on their way into the database when it is quick, slow and full. */
class ResponseKeeperTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final AtomicInteger LOST = new AtomicInteger();

    private static DatabaseUrl url;
    private static Database database;
    private static StoredResponses responses;
    private static ResponseKeeper keeper;

    @BeforeAll
    static void start() throws Exception {
        url = TestDatabase.migrated();
        database = Database.open(VERTX, url, 2);
        responses = new StoredResponses(database);
        keeper = new ResponseKeeper(responses, new ResponseKeeper.Bounds(7, 1 << 20), 0, LOST::incrementAndGet);
        done(VERTX.deployVerticle(keeper));
    }

    @AfterAll
    static void stop() throws Exception {
        done(VERTX.close());
    }

    @Test
    void whatIsKeptIsThereWhenTheKeeperSaysSo() throws Exception {
        List<StoredResponse> rows = new ArrayList<>();
        List<Future<Void>> kept = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            StoredResponse row = row(1, "text " + i);
            rows.add(row);
            kept.add(keeper.keep(row, false));
        }
        done(Future.all(kept));
        for (StoredResponse row : rows) {
            assertThat(done(responses.get(row.id(), 1))).contains(row);
            assertThat(done(responses.get(row.id(), 2))).isEmpty();
        }
    }

    @Test
    void onlyWhatIsOpenGoesFurther() throws Exception {
        StoredResponse row = row(3, "{}").with("queued", "{}", List.of());
        done(keeper.keep(row, false));
        assertThat(done(responses.stillOpen(List.of(row.id())))).containsExactly(row.id());
        done(keeper.keep(row.with("in_progress", "{}", List.of()), true));
        assertThat(done(responses.cancel(row.id(), 3, "{\"cancelled\":1}"))).isTrue();
        done(keeper.keep(row.with("completed", "{\"late\":1}", List.of("msg_1")), true));
        assertThat(done(responses.get(row.id(), 3)).orElseThrow().body()).isEqualTo("{\"cancelled\":1}");
        assertThat(done(responses.stillOpen(List.of(row.id())))).isEmpty();
    }

    @Test
    void aSlowDatabaseDelaysButLosesNothingUntilTooMuchWaits() throws Exception {
        String mebibyte = "x".repeat(1 << 20);
        List<Future<Void>> kept = new ArrayList<>();
        int before = LOST.get();
        StoredResponse first = row(4, "first");
        try (Connection connection = locked()) {
            Future<Void> waits = keeper.keep(first, false);
            assertThat(still(waits)).isTrue();
            for (int i = 0; i < 80; i++) {
                kept.add(keeper.keep(row(4, mebibyte), false));
            }
            assertThat(LOST.get() - before).isBetween(10, 20);
            assertThat(kept.getLast().failed()).isTrue();
            connection.rollback();
            done(waits);
        }
        done(Future.join(kept).otherwiseEmpty());
        assertThat(kept.stream().filter(Future::succeeded).count()).isEqualTo(80 - (LOST.get() - before));
        assertThat(done(responses.get(first.id(), 4))).isPresent();
    }

    @Test
    void whatTheDatabaseCannotTakeDoesNotTakeOthersWithIt() throws Exception {
        StoredResponse good = row(5, "good");
        StoredResponse bad = row(5, "a\u0000b");
        Future<Void> refused = keeper.keep(bad, false);
        done(keeper.keep(good, false));
        await().until(refused::isComplete);
        assertThat(refused.failed()).isTrue();
        assertThat(done(responses.get(good.id(), 5))).isPresent();
    }

    @Test
    void anAccountsOldestGoWhenItHasTooMuch() throws Exception {
        List<StoredResponse> rows = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            rows.add(row(6, "x".repeat(300 << 10)));
            done(keeper.keep(rows.getLast(), false));
        }
        assertThat(done(responses.trim(6, 1 << 20))).isEqualTo(2);
        assertThat(done(responses.get(rows.get(1).id(), 6))).isEmpty();
        assertThat(done(responses.get(rows.get(2).id(), 6))).isPresent();
        assertThat(done(responses.trim(6, 1 << 20))).isZero();
    }

    @Test
    void whatIsTooOldGoesByTheDay() throws Exception {
        StoredResponse today = row(7, "today");
        StoredResponse old = new StoredResponse(
                ResponseIds.next(Instant.parse("2020-01-01T12:00:00Z")),
                7,
                null,
                "completed",
                false,
                "[]",
                "{}",
                List.of());
        TestDatabase.execute(
                url,
                "CREATE TABLE response_20200102 PARTITION OF response"
                        + " FOR VALUES FROM ('2020-01-02') TO ('2020-01-03')");
        StoredResponse older = new StoredResponse(
                ResponseIds.next(Instant.parse("2020-01-02T12:00:00Z")),
                7,
                null,
                "completed",
                false,
                "[]",
                "{}",
                List.of());
        done(keeper.keep(today, false));
        done(keeper.keep(old, false));
        done(keeper.keep(older, false));
        assertThat(done(responses.get(old.id(), 7))).isPresent();
        done(responses.sweep(7));
        assertThat(done(responses.get(old.id(), 7))).isEmpty();
        assertThat(done(responses.get(older.id(), 7))).isEmpty();
        assertThat(done(responses.get(today.id(), 7))).isPresent();
        assertThat(TestDatabase.number(url, "SELECT count(*) FROM pg_class WHERE relname = 'response_20200102'"))
                .isZero();
        assertThat(TestDatabase.number(url, "SELECT count(*) FROM response_other"))
                .isZero();
    }

    @Test
    void whatIsNoIdIsNotFound() throws Exception {
        for (String id : List.of("", "resp_", "resp_" + "z".repeat(48), "resp_' OR 1=1 --", "x".repeat(10_000))) {
            assertThat(done(responses.get(id, 1))).isEmpty();
            assertThat(done(responses.chain(id, 1, 10, 10))).isEmpty();
            assertThat(done(responses.delete(id, 1))).isFalse();
        }
    }

    private static StoredResponse row(long account, String body) {
        return new StoredResponse(
                ResponseIds.next(Instant.now()),
                account,
                null,
                "completed",
                false,
                "[]",
                body,
                List.of("msg_a", "msg_b"));
    }

    private static Connection locked() throws SQLException {
        Connection connection = url.jdbc().getConnection();
        connection.setAutoCommit(false);
        connection.createStatement().execute("LOCK TABLE apertis.response IN ACCESS EXCLUSIVE MODE");
        return connection;
    }

    private static boolean still(Future<?> future) throws Exception {
        try {
            future.toCompletionStage().toCompletableFuture().get(150, TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException waiting) {
            return true;
        }
    }

    private static <T> T done(Future<T> future) throws Exception {
        CompletableFuture<T> stage = future.toCompletionStage().toCompletableFuture();
        return stage.get(20, TimeUnit.SECONDS);
    }
}
