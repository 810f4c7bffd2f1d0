package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.Recordings;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Prompts counted by providers that can, and here for those that cannot, for nothing. */
class CountTokensTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final String WORDS = "The quick brown fox jumps over the lazy dog. ";

    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private static Wallet poor;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, Reply.json(200, "{}"));
        gateway = RunningGateway.configured("""
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            providers:
              - {name: claude, dialect: anthropic, base_url: '%1$s', keys: [secret-of-claude-1234567890]}
              - {name: google, dialect: gemini, base_url: '%1$s', keys: [secret-of-google-1234567890]}
              - {name: openai, dialect: openai, base_url: '%1$s/v1', keys: [secret-of-openai-1234567890]}
            models:
              - {id: claude, price: {input: 1, output: 2}, context_length: 100000, max_output: 1000,
                 endpoints: [{provider: claude, model: claude-upstream}]}
              - {id: gemini, price: {input: 1, output: 2}, context_length: 100000, max_output: 1000,
                 endpoints: [{provider: google, model: gemini-upstream}]}
              - {id: gpt, price: {input: 1, output: 2}, context_length: 100000, max_output: 1000,
                 endpoints: [{provider: openai, model: gpt-upstream}]}
            """.formatted(upstream.baseUrl()));
        poor = gateway.wallet(0);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void anthropicCountsItsOwn() {
        Recordings recordings = Recordings.open();
        for (Recordings.Entry entry : recordings.list(entry -> entry.dialect().equals("anthropic-count-tokens"))) {
            Recordings.Recording recording = recordings.load(entry);
            upstream.answer(Reply.of(recording));
            ObjectNode asked = ((ObjectNode) recording.request().get("body")).put("model", "claude");
            HttpResponse<String> answer = gateway.post("/messages/count_tokens", poor.key(), asked.toString());
            assertThat(answer.body()).isEqualTo(recording.body());
            ReplayUpstream.Received received = upstream.received().getLast();
            assertThat(received.path()).isEqualTo("/v1/messages/count_tokens");
            assertThat(received.headers()).containsEntry("x-api-key", "secret-of-claude-1234567890");
            assertThat(RunningGateway.json(received.body())).isEqualTo(asked.put("model", "claude-upstream"));
        }
    }

    @Test
    void googleCountsItsOwnInBothForms() {
        upstream.answer(Reply.json(200, "{\"totalTokens\":31,\"promptTokensDetails\":[]}"));
        String contents = "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}]";
        assertThat(count("/models/gemini:countTokens", "{" + contents + "}")
                        .get("totalTokens")
                        .intValue())
                .isEqualTo(31);
        assertThat(upstream.received().getLast().path()).isEqualTo("/v1beta/models/gemini-upstream:countTokens");
        assertThat(upstream.received().getLast().body()).isEqualTo("{" + contents + "}");
        count(
                "/models/gemini:countTokens",
                "{\"generateContentRequest\":{\"model\":\"models/gemini\"," + contents + "}}");
        assertThat(RunningGateway.json(upstream.received().getLast().body()))
                .isEqualTo(RunningGateway.json(
                        "{\"generateContentRequest\":{\"model\":\"models/gemini-upstream\"," + contents + "}}"));
    }

    @Test
    void whatTheProviderRefusesIsToldAsTheClientsMistake() {
        upstream.answer(Reply.json(
                400,
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no such role\"}}"));
        HttpResponse<String> refused = gateway.post("/messages/count_tokens", poor.key(), messages("claude", "x"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("no such role");
    }

    @Test
    void aProviderThatDoesNotCountIsCountedFor() {
        upstream.answer(Reply.json(404, "{\"error\":{\"message\":\"no such route\"}}"));
        HttpResponse<String> answer = gateway.post("/messages/count_tokens", poor.key(), messages("claude", "Hello"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-apertis-tokens-estimated")).hasValue("true");
    }

    @Test
    void everyOtherModelIsCountedHere() {
        String hundred = WORDS.repeat(100);
        assertThat(count("/messages/count_tokens", messages("gpt", hundred))
                        .get("input_tokens")
                        .longValue())
                .isCloseTo(1_000, within(40L));
        assertThat(count("/models/gpt:countTokens", "{\"contents\":[{\"parts\":[{\"text\":\"" + hundred + "\"}]}]}")
                        .get("totalTokens")
                        .longValue())
                .isCloseTo(1_000, within(40L));
        assertThat(count("/responses/input_tokens", "{\"model\":\"gpt\",\"input\":\"" + hundred + "\"}")
                        .get("input_tokens")
                        .longValue())
                .isCloseTo(1_000, within(40L));
    }

    @Test
    void toolsAndImagesCount() {
        long bare = count("/messages/count_tokens", messages("gpt", "Hello"))
                .get("input_tokens")
                .longValue();
        String tool =
                "{\"name\":\"weather\",\"description\":\"Tells the weather of a city\",\"input_schema\":{\"type\":"
                        + "\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}";
        JsonNode withTool = count(
                "/messages/count_tokens", messages("gpt", "Hello").replaceFirst("\\{", "{\"tools\":[" + tool + "],"));
        assertThat(withTool.get("input_tokens").longValue()).isBetween(bare + 10, bare + 60);

        JsonNode withImage = count("/messages/count_tokens", """
            {"model":"gpt","messages":[{"role":"user","content":[{"type":"text","text":"Hello"},
             {"type":"image","source":{"type":"base64","media_type":"image/png","data":"%s"}}]}]}
            """.formatted(png(750, 1_000)));
        assertThat(withImage.get("input_tokens").longValue()).isCloseTo(bare + 1_000, within(10L));
    }

    @Test
    void nothingIsCharged() {
        count("/messages/count_tokens", messages("gpt", "Hello"));
        assertThat(TestDatabase.number(gateway.database(), "SELECT count(*) FROM charge"))
                .isZero();
    }

    @Test
    void whoMayNotAskIsRefused() {
        assertThat(gateway.post("/messages/count_tokens", "sk-" + "x".repeat(48), messages("gpt", "x"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(gateway.post("/messages/count_tokens", poor.key(), messages("none", "x"))
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> bad = gateway.post("/messages/count_tokens", poor.key(), "{\"model\":\"gpt\"}");
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(bad.body()).contains("messages", "\"type\":\"error\"");
    }

    private static JsonNode count(String path, String body) {
        HttpResponse<String> answer = gateway.post(path, poor.key(), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return RunningGateway.json(answer.body());
    }

    private static String messages(String model, String text) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
    }

    /** The head of a PNG, as far as its size. */
    private static String png(int width, int height) {
        byte[] head = new byte[33];
        System.arraycopy(
                new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R'},
                0,
                head,
                0,
                16);
        java.nio.ByteBuffer.wrap(head).putInt(16, width).putInt(20, height);
        return Base64.getEncoder().encodeToString(head);
    }
}
