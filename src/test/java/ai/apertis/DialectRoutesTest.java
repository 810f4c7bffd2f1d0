package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients of every dialect at a provider of another one, over HTTP, billed. */
class DialectRoutesTest {
    private static RunningGateway gateway;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.shipped();
        wallet = gateway.wallet(1_000_000_000);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void anAnthropicClientGetsAMessage() {
        JsonNode message = ok("/messages", messages(false));
        assertThat(message.get("type").textValue()).isEqualTo("message");
        assertThat(message.at("/content/0/text").textValue()).isEqualTo("Hello there friend");
        assertThat(message.at("/usage/output_tokens").intValue()).isEqualTo(3);
        assertThat(message.get("stop_reason").textValue()).isEqualTo("end_turn");
    }

    @Test
    void anAnthropicClientGetsAStream() {
        String stream = gateway.post("/messages", wallet.key(), messages(true)).body();
        assertThat(stream)
                .startsWith("event: message_start\n")
                .contains("content_block_delta", "text_delta", "friend")
                .contains("event: message_stop\n")
                .doesNotContain("[DONE]");
    }

    @Test
    void anAnthropicClientIsToldOfErrorsInItsOwnForm() {
        HttpResponse<String> refused = gateway.post("/messages", "sk-" + "x".repeat(48), messages(false));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(RunningGateway.json(refused.body()).at("/type").textValue()).isEqualTo("error");
        assertThat(RunningGateway.json(refused.body()).at("/error/type").textValue())
                .isEqualTo("authentication_error");
    }

    @Test
    void webSearchWithoutAnEngineIsForSimulatedModelsOnly() {
        assertThat(gateway.post("/messages", wallet.key(), messages(false).replace("sim/echo", "sim/echo:web"))
                        .body())
                .contains("\"web_sources\":[{");
        HttpResponse<String> refused =
                gateway.post("/messages", wallet.key(), messages(false).replace("sim/echo", "glm-5-turbo:web"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("':web' is not available on this server");
    }

    @Test
    void olderTurnsAreSummarisedWithNoAccountAnywhereAndBesideASearch() {
        String turn = "{\"role\":\"user\",\"content\":\"" + "many words of long ago ".repeat(100)
                + "\"},{\"role\":\"assistant\",\"content\":\"yes\"},";
        String body = "{\"model\":\"sim/echo\",\"compression\":{\"threshold\":1000,\"keep_turns\":1},\"messages\":["
                + turn.repeat(4) + "{\"role\":\"user\",\"content\":\"now\"}]}";
        HttpResponse<String> response = gateway.chat(wallet.key(), body);
        assertThat(response.headers().firstValue("X-Compression-Applied"))
                .as(response.headers().toString())
                .hasValue("true");
        JsonNode answer = RunningGateway.json(response.body());
        assertThat(answer.at("/choices/0/message/content").textValue()).isEqualTo("now");
        assertThat(answer.at("/usage/prompt_tokens").intValue()).isLessThan(100);

        JsonNode searched = RunningGateway.json(gateway.chat(wallet.key(), body.replace("sim/echo", "sim/echo:web"))
                .body());
        assertThat(searched.path("web_sources")).hasSize(5);
        assertThat(searched.at("/choices/0/message/content").textValue()).startsWith("now\n\n[Results of a web search");
        assertThat(searched.at("/usage/prompt_tokens").intValue()).isLessThan(1_500);
    }

    @Test
    void aResponsesClientGetsAResponse() {
        JsonNode response =
                ok("/responses", "{\"model\":\"sim/echo\",\"input\":\"Hello there friend\",\"store\":false}");
        assertThat(response.get("object").textValue()).isEqualTo("response");
        assertThat(response.at("/output/0/content/0/text").textValue()).isEqualTo("Hello there friend");
    }

    @Test
    void aGeminiClientGetsAnAnswerAndAStream() {
        String body = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hello there friend\"}]}]}";
        JsonNode answer = ok("/models/sim/echo:generateContent", body);
        assertThat(answer.at("/candidates/0/content/parts/0/text").textValue()).isEqualTo("Hello there friend");
        HttpResponse<String> stream =
                gateway.post("/models/sim/echo:streamGenerateContent?alt=sse", wallet.key(), body);
        assertThat(stream.body()).contains("\"text\"", "friend", "\"finishReason\":\"STOP\"");
    }

    @Test
    void eachIsChargedLikeAChat() {
        Wallet fresh = gateway.wallet(1_000_000_000);
        gateway.post("/messages", fresh.key(), messages(true));
        gateway.post("/messages", fresh.key(), messages(false));
        assertThat(TestDatabase.number(
                        gateway.database(),
                        "SELECT count(DISTINCT cost_nano) FROM charge WHERE output_tokens = 3 AND account_id = "
                                + fresh.account()))
                .isEqualTo(1);
        assertThat(TestDatabase.number(
                        gateway.database(), "SELECT count(*) FROM charge WHERE account_id = " + fresh.account()))
                .isEqualTo(2);
    }

    private static JsonNode ok(String path, String body) {
        HttpResponse<String> response = gateway.post(path, wallet.key(), body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return RunningGateway.json(response.body());
    }

    private static String messages(boolean stream) {
        return "{\"model\":\"sim/echo\",\"max_tokens\":50,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello there friend\"}]}";
    }
}
