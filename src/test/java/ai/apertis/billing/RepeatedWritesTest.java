package ai.apertis.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.TestDatabase;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each write under an {@code Idempotency-Key} is done once: by many at once, and when its first answer was lost. */
class RepeatedWritesTest {
    private static final int AT_ONCE = 8;
    private static final Duration LONG = Duration.ofSeconds(20);

    private static Vertx vertx;
    private static DatabaseUrl database;
    private static Cut cut;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        database = TestDatabase.fresh();
        cut = new Cut(vertx, database);
        gateway = RunningGateway.configured("""
            limits: {bad_keys_per_address_per_minute: 0}
            providers: []
            models: []
            """, cut.url(), Map.of());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        cut.close();
        vertx.close().await();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | /accounts                    | {\"name\":\"x\"}",
                "PATCH  | /accounts/{a}                | {\"monthly_limit_usd\":7}",
                "POST   | /accounts/{a}/credits        | {\"amount_usd\":1,\"reference\":\"r\"}",
                "POST   | /accounts/{a}/keys           | {\"name\":\"x\"}",
                "PATCH  | /keys/{k}                    | {\"name\":\"y\"}",
                "DELETE | /keys/{k}                    | ''",
                "POST   | /accounts/{a}/subscription   | {\"plan\":\"pro\"}",
                "PATCH  | /accounts/{s}/subscription   | {\"plan\":\"max\"}",
                "DELETE | /accounts/{s}/subscription?at=now | ''",
                "POST   | /v1/token/keys               | {\"name\":\"x\"}"
            })
    void manyAtOnceAreOneWriteAndGetOneAnswer(String method, String path, String body) throws Exception {
        RunningGateway.Wallet wallet = gateway.wallet(0);
        RunningGateway.Wallet subscribed = gateway.wallet(0);
        call("POST", "/accounts/" + subscribed.account() + "/subscription", "{\"plan\":\"pro\"}", "", "none");
        String there = path.replace("{a}", Long.toString(wallet.account()))
                .replace("{k}", Long.toString(wallet.keyId()))
                .replace("{s}", Long.toString(subscribed.account()));
        long before = written();
        Set<String> answers = new HashSet<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> calls = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                calls.add(clients.submit(() -> call(method, there, body, method + path, wallet.key())));
            }
            for (Future<HttpResponse<String>> call : calls) {
                assertThat(call.get().statusCode()).as(call.get().body()).isBetween(200, 201);
                answers.add(call.get().body());
            }
        }
        assertThat(answers).hasSize(1);
        assertThat(written() - before).as("rows made").isBetween(0L, path.endsWith("subscription") ? 2L : 1L);
    }

    @Test
    void aWriteWhoseAnswerWasLostBetweenItsCommitAndTheClientIsToldAgain() throws Exception {
        long before = TestDatabase.number(database, "SELECT count(*) FROM account");
        cut.loseAnswersFrom("COMMIT");
        HttpResponse<String> lost;
        try (ExecutorService client = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<String>> first =
                    client.submit(() -> call("POST", "/accounts", "{\"name\":\"once\"}", "lost", ""));
            await().atMost(LONG)
                    .until(() ->
                            TestDatabase.number(database, "SELECT count(*) FROM idempotency WHERE key LIKE '% lost'")
                                    == 1);
            cut.cut();
            cut.mend();
            lost = first.get();
        }
        assertThat(lost.statusCode()).isEqualTo(503);
        await().atMost(LONG)
                .until(() -> call("POST", "/accounts", "{\"name\":\"once\"}", "lost", "")
                                .statusCode()
                        == 201);
        assertThat(TestDatabase.number(database, "SELECT count(*) FROM account"))
                .isEqualTo(before + 1);
    }

    private static long written() {
        return TestDatabase.number(
                database,
                "SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM api_key)"
                        + " + (SELECT count(*) FROM subscription) + (SELECT count(*) FROM credit)");
    }

    private static HttpResponse<String> call(String method, String path, String body, String name, String key) {
        boolean ofKey = path.startsWith("/v1");
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(gateway.baseUrl().replace("/v1", ofKey ? "" : "/api/admin") + path))
                .header("Authorization", "Bearer " + (ofKey ? key : RunningGateway.ADMIN_TOKEN))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!name.isEmpty()) {
            request.header("Idempotency-Key", name);
        }
        return gateway.send(request.build());
    }
}
