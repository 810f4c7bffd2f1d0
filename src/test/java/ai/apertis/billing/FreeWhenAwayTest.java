package ai.apertis.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway;
import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.TestDatabase;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Free requests go on by flag while PostgreSQL is out of reach or only reads; paid ones are told to come back. */
class FreeWhenAwayTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final long DOLLAR = 1_000_000_000L;

    private Vertx vertx;
    private DatabaseUrl database;
    private Cut cut;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        database = TestDatabase.fresh();
        cut = new Cut(vertx, database);
    }

    @AfterEach
    void close() {
        cut.close();
        vertx.close().await();
    }

    @Test
    void freeRequestsGoOnWhileTheLedgerIsAwayAndLeaveTheirRowsAfterwards() {
        try (RunningGateway gateway = gateway(true)) {
            Wallet wallet = gateway.wallet(DOLLAR);
            Wallet switchedOff = gateway.wallet(0);
            assertThat(ask(gateway, wallet, "free").statusCode()).isEqualTo(200);
            assertThat(ask(gateway, switchedOff, "free").statusCode()).isEqualTo(200);
            Wallet unseen = gateway.wallet(DOLLAR);

            cut.cut();
            HttpResponse<String> paid = ask(gateway, wallet, "paid");
            assertThat(paid.statusCode()).isEqualTo(503);
            assertThat(paid.headers().firstValue("Retry-After")).isPresent();
            for (int i = 0; i < 3; i++) {
                assertThat(ask(gateway, wallet, "free").statusCode()).isEqualTo(200);
            }
            assertThat(ask(gateway, switchedOff, "free").statusCode()).isEqualTo(200);
            assertThat(ask(gateway, unseen, "free").statusCode()).isEqualTo(503);
            assertThat(free(wallet)).isEqualTo(1);
            await().atMost(LONG).until(() -> queued(gateway, 4));
            TestDatabase.execute(database, "UPDATE api_key SET status = 'revoked' WHERE id = " + switchedOff.keyId());
            cut.mend();

            await().atMost(LONG).until(() -> free(wallet) == 4);
            assertThat(free(switchedOff))
                    .as("what a key did after it was revoked")
                    .isEqualTo(1);
            assertThat(ask(gateway, wallet, "paid").statusCode()).isEqualTo(200);
            assertThat(TestDatabase.number(database, "SELECT count(*) FROM hold"))
                    .isZero();
            await().atMost(LONG).until(() -> queued(gateway, 0));
        }
    }

    @Test
    void withoutTheFlagNothingGoesOn() {
        try (RunningGateway gateway = gateway(false)) {
            Wallet wallet = gateway.wallet(DOLLAR);
            assertThat(ask(gateway, wallet, "free").statusCode()).isEqualTo(200);
            cut.cut();
            HttpResponse<String> refused = ask(gateway, wallet, "free");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            cut.mend();
            await().atMost(LONG).until(() -> ask(gateway, wallet, "free").statusCode() == 200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /v1/token/keys", "POST /api/admin/accounts"})
    void aServerThatOnlyReadsIsAwayForWritesAndFreeRequestsGoOn(String write) {
        try (RunningGateway gateway = gateway(true)) {
            Wallet wallet = gateway.wallet(DOLLAR);
            readOnly(true);
            await().atMost(LONG).until(() -> ask(gateway, wallet, "paid").statusCode() == 503);
            assertThat(ask(gateway, wallet, "free").statusCode()).isEqualTo(200);
            HttpResponse<String> refused = write(gateway, wallet, write);
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            readOnly(false);
            await().atMost(LONG).until(() -> ask(gateway, wallet, "paid").statusCode() == 200);
            await().atMost(LONG).until(() -> free(wallet) == 1);
        }
    }

    private RunningGateway gateway(boolean freeGoesOn) {
        return RunningGateway.configured("""
            limits: {free_requests_per_key_per_minute: 0}
            billing: {free_when_ledger_is_away: %s}
            providers: [{name: sim, dialect: openai, base_url: builtin, keys: [sim]}]
            models:
              - {id: free, price: {input: 0, output: 0}, endpoints: [{provider: sim, model: sim/echo}]}
              - {id: paid, price: {input: 1, output: 1}, endpoints: [{provider: sim, model: sim/echo}]}
            """.formatted(freeGoesOn), cut.url(), Map.of());
    }

    /** As an operator does it, or a disk that has failed: every session from now on. */
    private void readOnly(boolean on) {
        TestDatabase.execute(
                database,
                "SET TRANSACTION READ WRITE; ALTER DATABASE " + database.database()
                        + " SET default_transaction_read_only = " + on);
        TestDatabase.execute(
                database,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }

    private long free(Wallet wallet) {
        return TestDatabase.number(
                database,
                "SELECT count(*) FROM charge WHERE requested_model = 'free' AND account_id = " + wallet.account());
    }

    private static boolean queued(RunningGateway gateway, int settlements) {
        return gateway.metrics().lines().anyMatch(("apertis_settlements_queued " + settlements + ".0")::equals);
    }

    private static HttpResponse<String> ask(RunningGateway gateway, Wallet wallet, String model) {
        return gateway.chat(
                wallet.key(),
                "{\"model\":\"" + model + "\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    }

    private static HttpResponse<String> write(RunningGateway gateway, Wallet wallet, String write) {
        String path = write.substring(write.indexOf(' ') + 1);
        String bearer = path.startsWith("/api/admin") ? RunningGateway.ADMIN_TOKEN : wallet.key();
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl().replace("/v1", "") + path))
                .header("Authorization", "Bearer " + bearer)
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"x\"}"))
                .build());
    }
}
