package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Older turns are summarised by a cheap model where that pays, and the request goes on whatever becomes of it. */
class CompressionTest {
    private static final long MONEY = 1_000_000_000;
    /** Of the scripted answer, 10 prompt tokens and 3 of output: at 3 and 15 dollars a million, and at 0.1 and 0.2. */
    private static final long ANSWER = 75_000;

    private static final long SUMMARY = 1_600;
    private static final String LONG =
            "words that were said long ago ".repeat(40).strip();

    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream upstream;
    private static ReplayUpstream summariser;
    private static RunningGateway gateway;
    private Wallet wallet;
    private int summariesBefore;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.whole(UsageFault.NONE));
        summariser = new ReplayUpstream(VERTX, ChatReplies.whole(UsageFault.NONE));
        gateway = RunningGateway.configured("""
                providers:
                  - {name: upstream, dialect: openai, base_url: "%s", keys: [provider-secret-1234567890]}
                  - {name: summariser, dialect: openai, base_url: "%s", keys: [provider-secret-1234567890]}
                models:
                  - id: asked
                    price: {input: 3, output: 15}
                    context_length: 100000
                    max_output: 5000
                    endpoints: [{provider: upstream, model: upstream-asked}]
                  - id: small
                    price: {input: 3, output: 15}
                    context_length: 1000
                    max_output: 500
                    endpoints: [{provider: upstream, model: upstream-small}]
                  - id: logging
                    price: {input: 0.01, output: 0.01}
                    data_policy: It is all kept.
                    endpoints: [{provider: summariser, model: upstream-logging}]
                  - id: thinking
                    price: {input: 0.01, output: 0.01}
                    capabilities: [reasoning]
                    endpoints: [{provider: summariser, model: upstream-thinking}]
                  - id: cheap
                    price: {input: 0.1, output: 0.2}
                    endpoints: [{provider: summariser, model: upstream-cheap}]
                  - id: costly
                    price: {input: 2000, output: 4000}
                    endpoints: [{provider: summariser, model: upstream-costly}]
                """.formatted(upstream.baseUrl(), summariser.baseUrl()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        summariser.close();
        RunningGateway.await(VERTX.close());
    }

    @BeforeEach
    void anew() {
        wallet = gateway.wallet(MONEY);
        summariser.answer(ChatReplies.whole(UsageFault.NONE));
        summariesBefore = summariser.received().size();
    }

    @Test
    void putsASummaryInThePlaceOfOlderTurnsAndLeavesTheRestAsItIs() {
        String image = "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"" + LONG
                + "\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://pictures.example/a.png\"}}]}";
        String late =
                "{ \"role\" : \"user\", \"content\":\"the last but one\"},{\"role\":\"assistant\",\"content\":\"b\"},"
                        + "{\"role\":\"user\",\"content\":\"the last\"}";
        HttpResponse<String> response = gateway.chat(
                wallet.key(),
                "{\"model\":\"asked\",\"max_tokens\":20,\"compression\":{\"threshold\":100,\"keep_turns\":2},\"messages\":["
                        + "{\"role\":\"system\",\"content\":\"Be kind.\"},"
                        + "{\"role\":\"user\",\"content\":\"" + LONG + "\"},"
                        + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"at\\\":7}\"}}]},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"seen\"}," + image
                        + ",{\"role\":\"assistant\",\"content\":\"a picture\"},"
                        + "{\"role\":\"user\",\"content\":\"" + LONG + "\"},{\"role\":\"assistant\",\"content\":\"a\"},"
                        + late + "]}");

        assertThat(header(response, "X-Compression-Applied"))
                .as(response.headers().toString())
                .isEqualTo("true");
        String sent = upstream.received().getLast().body();
        assertThat(sent).contains(image, late).doesNotContain("compression", "c1", "seen");
        JsonNode messages = RunningGateway.json(sent).path("messages");
        assertThat(messages).hasSize(7);
        assertThat(messages.at("/0/content").textValue()).isEqualTo("Be kind.");
        assertThat(messages.at("/1/role").textValue()).isEqualTo("user");
        assertThat(messages.at("/1/content").textValue())
                .startsWith("[Summary of the earlier part of this conversation]\none two three");
        assertThat(messages.at("/3/content").textValue()).isEqualTo("a picture");

        JsonNode asked = RunningGateway.json(summariser.received().getLast().body());
        assertThat(summariser.received()).hasSize(summariesBefore + 1);
        assertThat(asked.path("model").textValue()).isEqualTo("upstream-cheap");
        assertThat(asked.path("messages").toString())
                .contains("user: " + LONG, "call of look: {\\\"at\\\":7}", "tool: seen")
                .doesNotContain("picture", "Be kind", "the last");

        long before = Long.parseLong(header(response, "X-Compression-Original-Tokens"));
        long after = Long.parseLong(header(response, "X-Compression-Final-Tokens"));
        assertThat(after).isLessThan(before);
        assertThat(header(response, "X-Compression-Savings")).matches("\\d\\d\\.\\d%");
        assertThat(used()).isEqualTo(ANSWER + SUMMARY);
        assertThat(gateway.get("/token/usage", wallet.key()).toString()).contains("cheap", "asked");
    }

    @Test
    void worksForMessagesByHeadersAndStreams() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE));
        HttpResponse<String> response = gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/messages"))
                .header("x-api-key", wallet.key())
                .header("X-Context-Compression", "aggressive")
                .header("X-Compression-Threshold", "100")
                .header("X-Compression-Keep-Turns", "1")
                .header("X-Compression-Model", "cheap")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"model": "asked", "max_tokens": 20, "stream": true, "messages": [
                          {"role": "user", "content": "%s"},
                          {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "look", "input": {"at": 7}}]},
                          {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "seen"}]},
                          {"role": "assistant", "content": "done"},
                          {"role": "user", "content": "the last"}]}
                        """.formatted(LONG)))
                .build());
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        assertThat(header(response, "X-Compression-Applied"))
                .as(response.headers().toString())
                .isEqualTo("true");
        assertThat(response.body()).contains("message_stop");
        assertThat(upstream.received().getLast().body())
                .contains("one two three", "the last")
                .doesNotContain("t1", "seen");
    }

    @Test
    void isTheKeysDefaultWhichTheBodyOutweighs() {
        String key = key("{\"name\":\"k\",\"compression\":{\"enabled\":true,\"threshold\":100,\"keep_turns\":1}}")
                .path("key")
                .textValue();
        assertThat(header(gateway.chat(key, body("asked", "")), "X-Compression-Applied"))
                .isEqualTo("true");
        HttpResponse<String> off = gateway.chat(key, body("asked", "\"compression\":{\"enabled\":false},"));
        assertThat(off.headers().map()).doesNotContainKey("x-compression-applied");
        HttpResponse<String> high = gateway.chat(key, body("asked", "\"compression\":{\"threshold\":50000},"));
        assertThat(header(high, "X-Compression-Applied")).isEqualTo("false");
        assertThat(summariser.received()).hasSize(summariesBefore + 1);

        JsonNode refused = key("{\"name\":\"k\",\"compression\":{\"threshold\":0}}");
        assertThat(refused.at("/error/param").textValue()).isEqualTo("compression.threshold");
    }

    @Test
    void isLeftWhereItCostsMoreThanItSaves() {
        HttpResponse<String> response = gateway.chat(wallet.key(), body("asked", wish("costly")));
        assertThat(header(response, "X-Compression-Applied")).isEqualTo("false");
        assertThat(header(response, "X-Compression-Message")).contains("cost more");
        assertThat(summariser.received()).hasSize(summariesBefore);
        assertThat(used()).isEqualTo(ANSWER);
    }

    @Test
    void neverFailsTheRequest() {
        summariser.answer(Reply.json(400, "{\"error\":{\"message\":\"no\"}}"));
        HttpResponse<String> failed = gateway.chat(wallet.key(), body("asked", wish("cheap")));
        assertThat(failed.statusCode()).isEqualTo(200);
        assertThat(header(failed, "X-Compression-Applied")).isEqualTo("false");
        assertThat(failed.headers().firstValue("X-Compression-Error")).isPresent();
        assertThat(used()).isEqualTo(ANSWER);

        HttpResponse<String> unknown = gateway.chat(wallet.key(), body("asked", wish("nobody")));
        assertThat(unknown.statusCode()).isEqualTo(200);
        assertThat(header(unknown, "X-Compression-Error")).isEqualTo("model_not_found");
        assertThat(used()).isEqualTo(2 * ANSWER);

        // It does not fit otherwise, so it may cost what it will; but there is no money for that.
        Wallet poor = gateway.wallet(100_000_000);
        HttpResponse<String> unpaid = gateway.chat(poor.key(), body("small", wish("costly")));
        assertThat(unpaid.statusCode()).as(unpaid.body()).isEqualTo(200);
        assertThat(header(unpaid, "X-Compression-Error")).isEqualTo("insufficient_balance");
        assertThat(gateway.balance(poor).account().used()).isEqualTo(ANSWER);
        assertThat(gateway.balance(poor).account().held()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compression|\"on\"",
                "compression.enabled|{\"enabled\":\"yes\"}",
                "compression.strategy|{\"strategy\":\"hard\"}",
                "compression.threshold|{\"threshold\":0}",
                "compression.keep_turns|{\"keep_turns\":-1}",
                "compression.model|{\"model\":7}",
                "compression.size|{\"size\":7}"
            })
    void namesWhatIsWrong(String fault) {
        String name = fault.substring(0, fault.indexOf('|'));
        HttpResponse<String> refused = gateway.chat(
                wallet.key(), body("asked", "\"compression\":" + fault.substring(name.length() + 1) + ","));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(RunningGateway.json(refused.body()).at("/error/param").textValue())
                .isEqualTo(name);
    }

    @Test
    void namesTheHeaderThatIsWrong() {
        for (Map.Entry<String, String> header : Map.of(
                        "X-Context-Compression", "hard",
                        "X-Compression-Threshold", "many",
                        "X-Compression-Keep-Turns", "0")
                .entrySet()) {
            HttpResponse<String> refused =
                    gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/chat/completions"))
                            .header("Authorization", "Bearer " + wallet.key())
                            .header(header.getKey(), header.getValue())
                            .POST(HttpRequest.BodyPublishers.ofString(body("asked", "")))
                            .build());
            assertThat(RunningGateway.json(refused.body()).at("/error/param").textValue())
                    .isEqualTo(header.getKey());
        }
    }

    private long used() {
        return gateway.balance(wallet).account().used();
    }

    private static String wish(String model) {
        return "\"compression\":{\"threshold\":100,\"keep_turns\":1,\"model\":\"" + model + "\"},";
    }

    private static String body(String model, String fields) {
        String turn = "{\"role\":\"user\",\"content\":\"" + LONG + "\"},{\"role\":\"assistant\",\"content\":\"yes\"},";
        return "{\"model\":\"" + model + "\",\"max_tokens\":20," + fields + "\"messages\":[" + turn.repeat(6)
                + "{\"role\":\"user\",\"content\":\"now\"}]}";
    }

    private JsonNode key(String body) {
        HttpResponse<String> made = gateway.send(HttpRequest.newBuilder(URI.create(
                        gateway.baseUrl().replace("/v1", "") + "/api/admin/accounts/" + wallet.account() + "/keys"))
                .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
        return RunningGateway.json(made.body());
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
