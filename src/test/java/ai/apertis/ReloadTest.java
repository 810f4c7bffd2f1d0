package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.TricklingUpstream;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Another configuration holds while requests are under way, whole or not at all. */
@Timeout(60)
class ReloadTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final int RELOADS = Integer.getInteger("apertis.reload.turns", 20);
    private static final int CLIENTS = 6;
    /** One reading of the prompt and one word cost so much under the first price, and ten times that under the other. */
    private static final long COST = TricklingUpstream.PROMPT_TOKENS * 1_000 + TricklingUpstream.WORDS * 2_000L;

    private static TricklingUpstream one;
    private static TricklingUpstream two;
    private static RunningGateway gateway;
    private Wallet wallet;

    @BeforeAll
    static void start() {
        one = new TricklingUpstream(VERTX);
        two = new TricklingUpstream(VERTX);
        gateway = RunningGateway.configured(cheap());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        one.close();
        two.close();
        RunningGateway.await(VERTX.close());
    }

    @BeforeEach
    void asAtFirst() {
        gateway.rewrite(cheap());
        assertThat(gateway.reload().statusCode()).isEqualTo(200);
        wallet = gateway.wallet(1_000_000_000);
    }

    @Test
    void underLoadEveryRequestIsServedAndBilledByOneOfThePrices() throws InterruptedException, ExecutionException {
        gateway.rewrite(patient(cheap()));
        assertThat(gateway.reload().statusCode()).isEqualTo(200);
        Queue<HttpResponse<String>> answers = new ConcurrentLinkedQueue<>();
        List<Future<?>> clients = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            AtomicBoolean enough = new AtomicBoolean();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(() -> {
                    while (!enough.get()) {
                        answers.add(ask("changing", 2));
                    }
                }));
            }
            try {
                for (int turn = 0; turn < RELOADS; turn++) {
                    gateway.rewrite(patient(turn % 2 == 0 ? dear() : cheap()));
                    assertThat(gateway.reload().statusCode()).isEqualTo(200);
                    int before = answers.size();
                    await().pollInterval(Duration.ofMillis(2)).until(() -> answers.size() >= before + CLIENTS / 2);
                }
            } finally {
                enough.set(true);
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        });
        String ofWallet = " FROM charge WHERE account_id = " + wallet.account();
        assertThat(number("SELECT count(*)" + ofWallet)).isEqualTo(answers.size());
        assertThat(number("SELECT count(DISTINCT price_version)" + ofWallet)).isEqualTo(2);
        assertThat(number("SELECT count(*)" + ofWallet + " AND cost_nano NOT IN (" + COST + "," + 10 * COST + ")"))
                .isZero();
        assertThat(number("SELECT count(*) FROM (SELECT price_version" + ofWallet
                        + " GROUP BY price_version HAVING count(DISTINCT cost_nano) > 1) AS mixed"))
                .isZero();
        assertThat(one.asked()).isPositive();
        assertThat(two.asked()).isPositive();
    }

    @Test
    void aRunningStreamEndsAsItBeganThoughItsModelAndProviderAreGone() {
        CompletableFuture<HttpResponse<String>> asking = CompletableFuture.supplyAsync(() -> ask("leaving", 320));
        await().until(() -> one.asked("leaving") == 1);
        gateway.rewrite(cheap().replaceAll("(?s)  - name: leaving.*?\n(?=models)", "")
                .replaceAll("(?s)  - id: leaving.*?\n(?=  - id)", ""));
        JsonNode told = RunningGateway.json(gateway.reload().body());
        assertThat(told.at("/models/removed/0").textValue()).isEqualTo("leaving");
        assertThat(told.at("/providers/removed/0").textValue()).isEqualTo("leaving");
        assertThat(ask("leaving", 1).statusCode()).isEqualTo(404);

        HttpResponse<String> answer = asking.join();
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        assertThat(number("SELECT cost_nano FROM charge WHERE model = 'leaving' AND account_id = " + wallet.account()))
                .isEqualTo(COST);
        // Its workers go when nobody can ask them any more, and their connections with them.
        await().atMost(Duration.ofSeconds(10)).until(() -> one.connected("leaving") == 0);
    }

    @Test
    void whatIsNotValidChangesNothingAndIsToldByFieldAndLine() {
        String version = version();
        gateway.rewrite(cheap().replace("tier: lite", "teir: lite").replace("output: 2", "output: -2"));
        HttpResponse<String> response = gateway.reload();
        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode error = RunningGateway.json(response.body()).get("error");
        assertThat(error.get("type").textValue()).isEqualTo("invalid_request_error");
        assertThat(error.get("param").textValue()).isEqualTo("models[0].price.output");
        assertThat(error.get("message").textValue())
                .contains("nothing was changed")
                .containsPattern("apertis.yaml:\\d+:\\d+: models\\[0]\\.price\\.output: ")
                .containsPattern("apertis.yaml:\\d+:\\d+: models\\[0]\\.teir: unknown key");
        assertThat(ask("changing", 1).statusCode()).isEqualTo(200);
        gateway.rewrite(cheap());
        assertThat(RunningGateway.json(gateway.reload().body())
                        .get("previous_version")
                        .textValue())
                .isEqualTo(version);
    }

    @Test
    void tellsWhatIsDifferentAndWhatHasToWait() {
        String before = version();
        gateway.rewrite(dear().replace("drain_timeout_ms: 2000", "drain_timeout_ms: 3000")
                .replace("requests_per_key_per_minute: 100000", "requests_per_key_per_minute: 777"));
        JsonNode told = RunningGateway.json(gateway.reload().body());
        assertThat(told.get("previous_version").textValue()).isEqualTo(before);
        assertThat(told.get("version").textValue()).hasSize(12).isNotEqualTo(before);
        assertThat(told.get("changed").booleanValue()).isTrue();
        assertThat(told.get("models")).hasToString("{\"added\":[],\"removed\":[],\"changed\":[\"changing\"]}");
        assertThat(told.get("providers")).hasToString("{\"added\":[],\"removed\":[],\"changed\":[\"moving\"]}");
        assertThat(told.get("settings")).hasToString("[\"limits.requests_per_key_per_minute\"]");
        assertThat(told.get("restart_needed")).hasToString("[\"server.drain_timeout_ms\"]");
        assertThat(ask("changing", 1).headers().firstValue("X-RateLimit-Limit")).hasValue("777");
        JsonNode again = RunningGateway.json(gateway.reload().body());
        assertThat(again.get("changed").booleanValue()).isFalse();
        assertThat(again.get("restart_needed")).hasSize(1);
    }

    @Test
    void whatIsKnownOfAnEndpointStaysUnlessItsProviderMoved() {
        for (int i = 0; i < 6; i++) {
            ask("broken", 1);
            ask("broken-moving", 1);
        }
        assertThat(breaker("broken")).isEqualTo("open");
        assertThat(breaker("broken-moving")).isEqualTo("open");
        gateway.rewrite(dear().replace("/v1/fail-here", "/v1/fail-there"));
        gateway.reload();
        assertThat(breaker("broken")).isEqualTo("open");
        assertThat(breaker("broken-moving")).isEqualTo("closed");
    }

    @Test
    void needsTheAdminToken() {
        assertThat(gateway.send(HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + gateway.port() + "/api/admin/reload"))
                                .header("Authorization", "Bearer " + wallet.key())
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build())
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aFileThatChangesIsReadByItselfAndABadOneIsPassedOver() {
        String watched = cheap().replace("watch: false", "watch: true");
        try (RunningGateway other = RunningGateway.configured(watched)) {
            Wallet customer = other.wallet(1_000_000_000);
            other.rewrite("models: []\n");
            other.rewrite(watched.replace("id: changing", "id: changed"));
            await().atMost(Duration.ofSeconds(10)).until(() -> ask(other, customer, "changed", 1) == 200);
            other.rewrite("providers: [{}]\n");
            await().during(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> ask(other, customer, "changed", 1) == 200);
            other.rewrite(watched);
            await().atMost(Duration.ofSeconds(10)).until(() -> ask(other, customer, "changing", 1) == 200);
        }
    }

    private static int ask(RunningGateway at, Wallet customer, String model, int gap) {
        return at.chat(customer.key(), body(model, gap)).statusCode();
    }

    private HttpResponse<String> ask(String model, int gap) {
        return gateway.chat(wallet.key(), body(model, gap));
    }

    private static String body(String model, int gap) {
        return """
            {"model": "%s", "stream": true, "messages": [{"role": "user", "content": "gap %d"}]}
            """.formatted(model, gap);
    }

    private static String version() {
        return RunningGateway.json(gateway.reload().body()).get("version").textValue();
    }

    private static String breaker(String model) {
        JsonNode providers = RunningGateway.json(gateway.send(HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + gateway.port() + "/api/admin/providers"))
                        .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                        .build())
                .body());
        for (JsonNode provider : providers.get("data")) {
            for (JsonNode endpoint : provider.get("endpoints")) {
                if (endpoint.get("model").textValue().equals(model)) {
                    return endpoint.get("breaker").textValue();
                }
            }
        }
        throw new AssertionError("no endpoint of " + model);
    }

    private static long number(String sql) {
        return TestDatabase.number(gateway.database(), sql);
    }

    private static String cheap() {
        return yaml(one.baseUrl() + "/v1", 1, 2);
    }

    /** Ten times the price, and the provider is elsewhere. */
    private static String dear() {
        return yaml(two.baseUrl() + "/v1", 10, 20);
    }

    /** The short time of the others is for seeing workers go; under load nobody's is to run out. */
    private static String patient(String yaml) {
        return yaml.replace("default_ms: 1000, max_ms: 1000", "default_ms: 20000, max_ms: 20000");
    }

    private static String yaml(String moving, int input, int output) {
        return """
            reload: {watch: false, interval_ms: 50}
            server: {max_lag_ms: 0, drain_timeout_ms: 2000}
            limits: {requests_per_address: 0, requests_per_key_per_minute: 100000}
            timeouts: {min_ms: 100, default_ms: 1000, max_ms: 1000}
            providers:
              - {name: moving, dialect: openai, base_url: "%1$s", keys: [key-1]}
              - {name: broken, dialect: openai, base_url: "%2$s/v1/fail", keys: [key-2]}
              - {name: broken-moving, dialect: openai, base_url: "%2$s/v1/fail-here", keys: [key-3]}
              - name: leaving
                dialect: openai
                base_url: "%2$s/v1/leaving"
                keys: [key-4]
            models:
              - id: changing
                price: {input: %3$d, output: %4$d}
                tier: lite
                endpoints: [{provider: moving, model: changing}]
              - id: leaving
                price: {input: 1, output: 2}
                endpoints: [{provider: leaving, model: leaving}]
              - id: broken
                price: {input: 1, output: 2}
                endpoints: [{provider: broken, model: broken}]
              - id: broken-moving
                price: {input: 1, output: 2}
                endpoints: [{provider: broken-moving, model: broken-moving}]
            """.formatted(moving, one.baseUrl(), input, output);
    }
}
