package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a request or its key wants of providers, in OpenRouter's form, and conversations that stay where they were. */
class PreferencesTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Map<String, ReplayUpstream> UPSTREAMS = new HashMap<>();
    /** Each request begins a conversation of its own. */
    private static final AtomicInteger OTHERS = new AtomicInteger();

    private static RunningGateway gateway;
    private static String key;

    @BeforeAll
    static void start() {
        StringBuilder providers = new StringBuilder("""
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            providers:
            """);
        for (String name : List.of("first", "cheap", "private", "strict")) {
            ReplayUpstream upstream = new ReplayUpstream(VERTX, ChatReplies.whole(UsageFault.NONE));
            UPSTREAMS.put(name, upstream);
            String more = switch (name) {
                case "first" -> ", data_policy: keeps prompts for a month";
                case "private" -> ", zero_retention: true";
                case "strict" -> ", quirks: {refused_parameters: [seed]}";
                default -> "";
            };
            providers.append("  - {name: %s, dialect: openai, base_url: \"%s\", keys: [k1, k2]%s}%n"
                    .formatted(name, upstream.baseUrl(), more));
        }
        gateway = RunningGateway.configured(providers + """
            models:
              - id: m
                price: {input: 5, output: 10, cache_read: 0.5}
                endpoints:
                  - {provider: first}
                  - {provider: cheap, price: {input: 1, output: 2}}
                  - {provider: private}
                  - {provider: strict, price: {input: 4, output: 8}}
              - id: evenly
                price: {input: 5, output: 10, cache_read: 0.5}
                endpoints: [{provider: cheap, priority: 0}, {provider: private, priority: 0}]
              - id: uncached
                price: {input: 5, output: 10}
                endpoints: [{provider: cheap, priority: 0}, {provider: private, priority: 0}]
              - id: fixed
                refuses: [temperature]
                price: {input: 5, output: 10}
                endpoints: [{provider: first}]
              - id: "code:m"
                price: {input: 3, output: 3}
                endpoints: [{provider: strict}]
            """);
        key = gateway.wallet(1_000_000_000_000L).key();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        UPSTREAMS.values().forEach(ReplayUpstream::close);
        RunningGateway.await(VERTX.close());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "m | {} | first",
                "m | {\"order\":[\"private\",\"cheap\"]} | private",
                "m | {\"only\":[\"cheap\",\"private\"]} | cheap",
                "m | {\"ignore\":[\"First\"]} | cheap",
                "m | {\"sort\":\"price\"} | cheap",
                "m:floor | {} | cheap",
                "m | {\"sort\":\"price\",\"ignore\":[\"cheap\"]} | strict",
                "m | {\"max_price\":{\"prompt\":\"4.5\",\"completion\":9},\"ignore\":[\"cheap\"]} | strict",
                "m | {\"data_collection\":\"deny\"} | cheap",
                "m | {\"zdr\":true} | private",
                "m | {\"require_parameters\":true,\"only\":[\"strict\",\"private\"],\"order\":[\"strict\"]} | private",
                "m | {\"order\":[\"strict\"],\"allow_fallbacks\":false} | strict",
                "m | {\"allow_fallbacks\":false} | first",
                "code:m | {} | strict",
                "code:m | null | strict",
            })
    void theProviderIsTheOneThatWasWanted(String model, String wish, String expected) {
        assertThat(servedBy(key, model, ",\"seed\":1,\"provider\":" + wish)).isEqualTo(expected);
    }

    @Test
    void wishesAreNotSentOn() {
        int before = upstream("private").received().size();
        servedBy(key, "m", ",\"provider\":{\"order\":[\"private\"]},\"session_id\":\"s\",\"hedge\":false");
        assertThat(upstream("private").received().get(before).body())
                .doesNotContain("\"provider\"", "session_id", "hedge");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"only\":[\"nobody\"]} | 404 | provider.only",
                "{\"max_price\":{\"prompt\":0.1}} | 404 | provider.max_price",
                "{\"order\":[\"nobody\"],\"allow_fallbacks\":false} | 404 | provider.order",
                "{\"sort\":\"beauty\"} | 400 | provider.sort",
                "{\"quantizations\":[\"fp8\"]} | 400 | provider.quantizations",
                "{\"max_price\":{\"prompt\":\"much\"}} | 400 | provider.max_price.prompt",
                "{\"max_price\":{\"prompt\":-1}} | 400 | provider.max_price.prompt",
                "{\"zdr\":\"yes\"} | 400 | provider.zdr",
                "{\"order\":\"first\"} | 400 | provider.order",
                "7 | 400 | provider",
            })
    void aWishThatCannotBeMetOrReadIsNamed(String wish, int status, String param) {
        HttpResponse<String> response = ask(key, "m", ",\"provider\":" + wish);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(RunningGateway.json(response.body()).at("/error/param").textValue())
                .isEqualTo(param);
    }

    @Test
    void aModelThatRefusesAParameterIsNotOneThatTakesAll() {
        String wish = ",\"provider\":{\"require_parameters\":true}";
        assertThat(ask(key, "fixed", ",\"temperature\":0.5" + wish).statusCode())
                .isEqualTo(404);
        assertThat(ask(key, "fixed", ",\"seed\":1" + wish).statusCode()).isEqualTo(200);
    }

    @Test
    void otherDialectsSayItTheSameWay() {
        String wish = "\"provider\":{\"order\":[\"private\"]}";
        String message = "{\"role\":\"user\",\"content\":\"hi\"}";
        int before = upstream("private").received().size();
        assertThat(gateway.post(
                                "/messages",
                                key,
                                "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[" + message + "]," + wish + "}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(gateway.post("/responses", key, "{\"model\":\"m\",\"input\":[" + message + "]," + wish + "}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(gateway.post(
                                "/models/m:generateContent",
                                key,
                                "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]," + wish + "}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(upstream("private").received()).hasSize(before + 3);
    }

    @Test
    void aKeysWishesHoldWhereTheRequestSaysNothing() {
        String wishing = keyWith("{\"name\":\"w\",\"provider\":{\"order\":[\"private\"],\"ignore\":[\"cheap\"]}}");
        assertThat(servedBy(wishing, "m", "")).isEqualTo("private");
        assertThat(servedBy(wishing, "m", ",\"provider\":{\"order\":[\"cheap\",\"strict\"]}"))
                .as("the order of the request, the rest of the key")
                .isEqualTo("strict");
        HttpResponse<String> bad = made("{\"name\":\"w\",\"provider\":{\"sort\":\"beauty\"}}");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(RunningGateway.json(bad.body()).at("/error/param").textValue())
                .isEqualTo("provider.sort");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "evenly | true | ",
                "evenly | true | ,\"session_id\":\"s1\"",
                "uncached | true | ,\"prompt_cache_key\":\"s2\""
            })
    void aConversationStaysWhereItIsWhileThatSavesMoney(String model, boolean stays, String more) {
        String said = more == null ? "" : more;
        String opening = "{\"role\":\"system\",\"content\":\"be brief\"},{\"role\":\"user\",\"content\":\"" + model
                + said.length() + "\"}";
        StringBuilder turns = new StringBuilder(opening);
        String first = place(turns, model, said);
        for (int turn = 0; turn < 12; turn++) {
            turns.append(",{\"role\":\"assistant\",\"content\":\"yes\"},{\"role\":\"user\",\"content\":\"")
                    .append(turn)
                    .append("\"}");
            assertThat(place(turns, model, said)).isEqualTo(first);
        }
    }

    @Test
    void conversationsAreToldApart() {
        Set<String> places = new HashSet<>();
        for (int other = 0; other < 30; other++) {
            places.add(place(new StringBuilder("{\"role\":\"user\",\"content\":\"c" + other + "\"}"), "evenly", ""));
        }
        assertThat(places).hasSizeGreaterThan(1);
    }

    @Test
    void recommendsAModelForATask() {
        JsonNode found = gateway.get("/recommend?task=fast-chat&budget=low", key);
        assertThat(found.get("model").textValue()).isEqualTo("code:m");
        assertThat(found.get("task").textValue()).isEqualTo("fast-chat");
        assertThat(found.get("budget").textValue()).isEqualTo("low");
        assertThat(found.get("input_price_per_1m").decimalValue()).isEqualByComparingTo("3");
        assertThat(found.get("output_price_per_1m").decimalValue()).isEqualByComparingTo("3");
        assertThat(found.get("reason").textValue()).isNotBlank();
        assertThat(found.get("alternatives"))
                .hasSize(2)
                .allSatisfy(
                        other -> assertThat(other.get("model").textValue()).isIn("m", "evenly", "uncached", "fixed"));

        assertThat(gateway.get("/recommend?task=fast-chat", key).get("budget").textValue())
                .isEqualTo("medium");
        assertThat(gateway.get("/recommend?task=vision", key).at("/error/code").textValue())
                .isEqualTo("model_not_found");
        assertThat(gateway.get("/recommend?task=cooking", key)
                        .at("/error/param")
                        .textValue())
                .isEqualTo("task");
        assertThat(gateway.get("/recommend", key).at("/error/code").textValue()).isEqualTo("missing_parameter");
        assertThat(gateway.get("/recommend?task=vision&budget=all", key)
                        .at("/error/param")
                        .textValue())
                .isEqualTo("budget");
    }

    private static ReplayUpstream upstream(String name) {
        return Objects.requireNonNull(UPSTREAMS.get(name));
    }

    private static String place(StringBuilder messages, String model, String more) {
        Map<String, Integer> before = new HashMap<>();
        UPSTREAMS.forEach(
                (name, upstream) -> before.put(name, upstream.received().size()));
        HttpResponse<String> response =
                gateway.chat(key, "{\"model\":\"" + model + "\",\"messages\":[" + messages + "]" + more + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        for (var upstream : UPSTREAMS.entrySet()) {
            var received = upstream.getValue().received();
            if (received.size() > before.getOrDefault(upstream.getKey(), 0)) {
                return upstream.getKey() + " " + received.getLast().headers().get("authorization");
            }
        }
        throw new AssertionError("nobody was asked");
    }

    private static String servedBy(String with, String model, String more) {
        Map<String, Integer> before = new HashMap<>();
        UPSTREAMS.forEach(
                (name, upstream) -> before.put(name, upstream.received().size()));
        HttpResponse<String> response = ask(with, model, more);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        for (var upstream : UPSTREAMS.entrySet()) {
            if (upstream.getValue().received().size() > before.getOrDefault(upstream.getKey(), 0)) {
                return upstream.getKey();
            }
        }
        throw new AssertionError("nobody was asked");
    }

    private static HttpResponse<String> ask(String with, String model, String more) {
        return gateway.chat(
                with,
                "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi "
                        + OTHERS.incrementAndGet() + "\"}]" + more + "}");
    }

    private static String keyWith(String body) {
        return RunningGateway.json(made(body).body()).get("key").textValue();
    }

    private static HttpResponse<String> made(String body) {
        long account = gateway.wallet(1_000_000_000_000L).account();
        return gateway.send(HttpRequest.newBuilder(
                        URI.create(gateway.baseUrl().replace("/v1", "/api/admin/accounts/" + account + "/keys")))
                .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }
}
