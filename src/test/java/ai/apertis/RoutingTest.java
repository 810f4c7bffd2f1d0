package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which endpoints and keys are asked, over real HTTP. Each test has a model of its own, so that no health is shared. */
class RoutingTest {
    private static final Reply WELL = ChatReplies.whole(UsageFault.NONE);
    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream one;
    private static ReplayUpstream two;
    private static RunningGateway gateway;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        one = new ReplayUpstream(VERTX, WELL);
        two = new ReplayUpstream(VERTX, WELL);
        StringBuilder yaml = new StringBuilder("""
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            providers:
              - {name: one, dialect: openai, base_url: "%1$s", keys: [key-1, key-2]}
              - {name: refused, dialect: openai, base_url: "%1$s", keys: [key-3, key-4]}
              - {name: two, dialect: openai, base_url: "%2$s", keys: [key-5]}
              - {name: away, dialect: openai, base_url: "http://127.0.0.1:1", keys: [key-6]}
            models:
            """.formatted(one.baseUrl(), two.baseUrl()));
        for (String model : List.of("retried", "opened", "limited", "stale", "own-fault", "timed")) {
            yaml.append("""
                  - id: %1$s
                    price: {input: 1, output: 2}
                    endpoints: [{provider: one, model: %1$s}, {provider: two, model: %1$s}]
                """.formatted(model));
        }
        yaml.append("""
              - id: keyless
                price: {input: 1, output: 2}
                endpoints: [{provider: refused, model: keyless}]
              - id: unreachable
                price: {input: 1, output: 2}
                endpoints: [{provider: away, model: unreachable}, {provider: two, model: unreachable}]
              - id: shared
                price: {input: 1, output: 2}
                endpoints:
                  - {provider: one, model: shared, priority: 1}
                  - {provider: two, model: shared, priority: 1}
            """);
        gateway = RunningGateway.configured(yaml.toString());
        wallet = gateway.wallet(1_000_000_000);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        one.close();
        two.close();
        RunningGateway.await(VERTX.close());
    }

    @BeforeEach
    void well() {
        one.answer(WELL);
        two.answer(WELL);
    }

    @Test
    void theFirstEndpointIsAskedWhileItIsWellAndTheNextWhenItFails() {
        int before = two.received().size();
        assertThat(ask("retried").statusCode()).isEqualTo(200);
        assertThat(two.received()).hasSize(before);

        one.answer(ChatReplies.failure(503, "overloaded"));
        HttpResponse<String> response = ask("retried");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(two.received()).hasSize(before + 1);
        assertThat(response.headers().firstValue("X-Fallback-Used")).isEmpty();
    }

    @Test
    void aProviderThatCannotBeReachedIsPassedOverAndThenNotAskedAnyMore() {
        int before = two.received().size();
        for (int i = 0; i < 8; i++) {
            assertThat(ask("unreachable").statusCode()).isEqualTo(200);
        }
        assertThat(two.received()).hasSize(before + 8);
        assertThat(endpoint("away", "unreachable").get("breaker").textValue()).isEqualTo("open");
    }

    @Test
    void anEndpointThatFailsFiveTimesIsNotAskedAndItsErrorIsNotSeen() {
        one.answer(ChatReplies.failure(500, "broken"));
        int before = one.received().size();
        for (int i = 0; i < 9; i++) {
            assertThat(ask("opened").statusCode()).isEqualTo(200);
        }
        assertThat(one.received()).hasSize(before + 5);
        JsonNode seen = endpoint("one", "opened");
        assertThat(seen.get("breaker").textValue()).isEqualTo("open");
        assertThat(seen.get("error_rate").doubleValue()).isEqualTo(1);
        assertThat(endpoint("two", "opened").get("breaker").textValue()).isEqualTo("closed");
    }

    @Test
    void aKeyThatIsLimitedIsLeftAloneForThisModelOnly() {
        one.answer(ChatReplies.failure(429, "slow down").withHeader("retry-after", "30"), WELL);
        int before = one.received().size();
        for (int i = 0; i < 4; i++) {
            assertThat(ask("limited").statusCode()).isEqualTo(200);
        }
        List<String> keys = keys(one, before);
        assertThat(keys).hasSize(5);
        assertThat(keys.subList(1, 5))
                .containsOnly(keys.get(0).equals("Bearer key-1") ? "Bearer key-2" : "Bearer key-1");
        assertThat(endpoint("one", "limited").get("keys_cooling_ms"))
                .anySatisfy(cooling -> assertThat(cooling.longValue()).isBetween(1L, 30_000L));
        assertThat(endpoint("one", "limited").get("breaker").textValue()).isEqualTo("closed");
        assertThat(endpoint("one", "own-fault").get("keys_cooling_ms"))
                .allSatisfy(cooling -> assertThat(cooling.longValue()).isZero());
    }

    @Test
    void aKeyThatIsRefusedIsLeftAloneAndWhenAllAreTheClientIsToldOfTheAccessThatFailed() {
        one.answer(ChatReplies.failure(401, "bad key key-3"), WELL);
        int before = one.received().size();
        assertThat(ask("keyless").statusCode()).isEqualTo(200);
        assertThat(ask("keyless").statusCode()).isEqualTo(200);
        assertThat(keys(one, before)).hasSize(3);
        assertThat(provider("refused").get("keys"))
                .anySatisfy(key -> assertThat(key.get("cooling_ms").longValue()).isPositive());

        one.answer(ChatReplies.failure(401, "bad key"));
        HttpResponse<String> response = ask("keyless");
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).doesNotContain("key-");
        one.answer(WELL);
        assertThat(ask("keyless").statusCode())
                .as("tried all the same when nothing is better")
                .isEqualTo(200);
    }

    @Test
    void theClientsOwnMistakeIsNotTriedElsewhere() {
        one.answer(ChatReplies.failure(400, "bad temperature"));
        int before = two.received().size();
        assertThat(ask("own-fault").statusCode()).isEqualTo(400);
        assertThat(two.received()).hasSize(before);
    }

    @Test
    void aConnectionThatTheProviderClosedWhileItWasIdleIsReplacedForFree() {
        // One connection per event loop is in the pool after these.
        for (int i = 0; i < 8; i++) {
            assertThat(ask("stale").statusCode()).isEqualTo(200);
        }
        int before = one.received().size();
        int other = two.received().size();
        one.answer(WELL.cutAfter(0, Reply.Ending.RESET), WELL);
        assertThat(ask("stale").statusCode()).isEqualTo(200);
        assertThat(one.received()).hasSize(before + 2);
        assertThat(two.received()).as("no other endpoint was needed").hasSize(other);
        assertThat(endpoint("one", "stale").get("error_rate").doubleValue()).isZero();
        assertThat(ask("stale").statusCode()).isEqualTo(200);
    }

    @Test
    void theTimeOfAllAttemptsTogetherIsTheClients() {
        one.answer(Reply.hanging());
        two.answer(Reply.hanging());
        HttpResponse<String> response =
                gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/chat/completions"))
                        .header("Authorization", "Bearer " + wallet.key())
                        .header("X-Timeout", "5000")
                        .POST(HttpRequest.BodyPublishers.ofString(body("timed", false)))
                        .build());
        assertThat(response.statusCode()).isEqualTo(408);
        assertThat(response.headers().firstValue("X-Timeout-Attempts")).hasValue("2");
        assertThat(response.headers().firstValueAsLong("X-Timeout-Elapsed-Ms").getAsLong())
                .isBetween(5_000L, 8_000L);
    }

    @Test
    void equalEndpointsShareTheTraffic() {
        int first = one.received().size();
        int second = two.received().size();
        for (int i = 0; i < 40; i++) {
            assertThat(ask("shared").statusCode()).isEqualTo(200);
        }
        assertThat(one.received().size() - first).isGreaterThan(0);
        assertThat(two.received().size() - second).isGreaterThan(0);
    }

    @Test
    void nothingIsHeldWhenAllIsOver() {
        one.answer(ChatReplies.failure(500, "broken"));
        two.answer(ChatReplies.failure(500, "broken"));
        Wallet poor = gateway.wallet(1_000_000_000);
        assertThat(gateway.chat(poor.key(), body("retried", true)).statusCode()).isEqualTo(502);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> gateway.balance(poor).account().held() == 0);
        assertThat(gateway.balance(poor).account().used()).isZero();
    }

    private static HttpResponse<String> ask(String model) {
        return gateway.chat(wallet.key(), body(model, false));
    }

    private static String body(String model, boolean stream) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":50,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"tell me three words\"}]}";
    }

    private static List<String> keys(ReplayUpstream upstream, int from) {
        return upstream.received().stream()
                .skip(from)
                .map(request -> request.headers().get("authorization"))
                .toList();
    }

    private static JsonNode provider(String name) {
        HttpResponse<String> response = gateway.send(
                HttpRequest.newBuilder(URI.create(gateway.baseUrl().replace("/v1", "/api/admin/providers")))
                        .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                        .build());
        for (JsonNode provider : RunningGateway.json(response.body()).get("data")) {
            if (provider.get("name").textValue().equals(name)) {
                return provider;
            }
        }
        throw new AssertionError("no provider " + name);
    }

    private static JsonNode endpoint(String provider, String model) {
        for (JsonNode endpoint : provider(provider).get("endpoints")) {
            if (endpoint.get("model").textValue().equals(model)) {
                return endpoint;
            }
        }
        throw new AssertionError("no endpoint " + model);
    }
}
