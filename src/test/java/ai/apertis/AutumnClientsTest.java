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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What clients of autumn 2026 were seen to send and to expect (product contract, section 2). */
class AutumnClientsTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final String SIGNED = """
        {"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":"weather","args":{"city":"Oslo"}},\
        "thoughtSignature":"c2lnbmVk"}]},"finishReason":"STOP","index":0}],"modelVersion":"gemini-3-pro",\
        "responseId":"r1","usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":3,"totalTokenCount":6}}\
        """;
    private static final String TOOL = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\","
            + "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}}}]";

    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.stream(UsageFault.NONE));
        gateway = RunningGateway.configured("""
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            providers:
              - {name: claude, dialect: anthropic, base_url: '%1$s', keys: [secret-of-claude-1234567890]}
              - {name: google, dialect: gemini, base_url: '%1$s', keys: [secret-of-google-1234567890]}
              - {name: openai, dialect: openai, base_url: '%1$s/v1', keys: [secret-of-openai-1234567890]}
            models:
              - {id: claude-next, price: {input: 1, output: 2}, context_length: 100000, max_output: 1000,
                 endpoints: [{provider: claude, model: claude-upstream}]}
              - {id: gemini-3-pro, price: {input: 1, output: 2}, context_length: 100000, max_output: 1000,
                 capabilities: [tools, reasoning], aliases: [google/gemini-3-pro],
                 endpoints: [{provider: google, model: gemini-3-pro}]}
              - {id: gpt-5.2, price: {input: 1, output: 2}, context_length: 100000, max_output: 1000,
                 endpoints: [{provider: openai, model: gpt-upstream}]}
            """.formatted(upstream.baseUrl()));
        wallet = gateway.wallet(1_000_000_000);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void theNewestVersionOfAnthropicsApiIsAccepted() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        HttpResponse<String> answer = messages("2026-10-21", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void aThreadIsRefusedWithTheCodeThatToolRunnersKnow() {
        HttpResponse<String> refused = messages("2026-10-21", ",\"thread\":{\"id\":\"t_1\"}");
        assertThat(refused.statusCode()).isEqualTo(400);
        JsonNode body = RunningGateway.json(refused.body());
        assertThat(body.at("/type").textValue()).isEqualTo("error");
        assertThat(body.at("/error/details/error_code").textValue()).isEqualTo("thread_unsupported_request");
    }

    @Test
    void codexSendsMetadataAndSealedReasoningToAnyModel() {
        upstream.answer(ChatReplies.stream(UsageFault.NONE));
        HttpResponse<String> answer = gateway.post("/responses", wallet.key(), """
            {"model":"gpt-5.2","instructions":"You are Codex.","stream":true,"store":false,"tool_choice":"auto",
             "parallel_tool_calls":false,"reasoning":{"effort":"high","summary":"auto"},
             "include":["reasoning.encrypted_content"],"prompt_cache_key":"k","client_metadata":{"turn":"1"},
             "input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"List files"}]},
             {"type":"reasoning","summary":[{"type":"summary_text","text":"I list."}],"content":null,
              "encrypted_content":"gAAAA"},
             {"type":"function_call","name":"shell","arguments":"{}","call_id":"call_1"},
             {"type":"function_call_output","call_id":"call_1","output":"a.txt"}],
             "tools":[{"type":"function","name":"shell","description":"Runs","strict":false,
              "parameters":{"type":"object","properties":{}}}]}
            """);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("event: response.completed");
        assertThat(upstream.received().getLast().body()).doesNotContain("client_metadata", "gAAAA");
    }

    @Test
    void vercelsSdkLeavesModelsOutOfGeminisPath() {
        upstream.answer(Reply.json(200, SIGNED));
        String body = "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}";
        HttpResponse<String> answer = gateway.post("/google/gemini-3-pro:generateContent", wallet.key(), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void cacheMarksInChatMessagesReachClaudeAndDisturbNobodyElse() {
        String body = """
            {"model":"%s","messages":[{"role":"user","content":[{"type":"text","text":"Long",
             "cache_control":{"type":"ephemeral"}}]}]}
            """;
        upstream.answer(Reply.json(200, """
            {"id":"msg_1","type":"message","role":"assistant","model":"claude-upstream","stop_reason":"end_turn",
             "stop_sequence":null,"content":[{"type":"text","text":"Hi"}],"usage":{"input_tokens":1,"output_tokens":1}}
            """));
        assertThat(gateway.chat(wallet.key(), body.formatted("claude-next")).statusCode())
                .isEqualTo(200);
        assertThat(RunningGateway.json(upstream.received().getLast().body())
                        .at("/messages/0/content/0/cache_control/type")
                        .textValue())
                .isEqualTo("ephemeral");
        upstream.answer(Reply.json(200, SIGNED));
        assertThat(gateway.chat(wallet.key(), body.formatted("gemini-3-pro")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void everyChunkHasChoicesAndAnIdWhateverTheProviderLeavesOut() {
        upstream.answer(Reply.events("""
            data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}

            data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

            data: {"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}

            data: [DONE]

            """));
        List<JsonNode> chunks = chunks("gpt-5.2");
        assertThat(chunks).hasSize(3).allSatisfy(chunk -> {
            assertThat(chunk.get("id").textValue()).isNotEmpty();
            assertThat(chunk.get("object").textValue()).isEqualTo("chat.completion.chunk");
            assertThat(chunk.get("created").longValue()).isPositive();
            assertThat(chunk.get("choices").isArray()).isTrue();
            assertThat(chunk.has("usage")).isTrue();
        });
        assertThat(chunks.stream().map(chunk -> chunk.get("id")).distinct()).hasSize(1);
    }

    @Test
    void usageIsInTheChunkThatFinishesAndInTheOneAfter() {
        upstream.answer(Reply.events("data: " + SIGNED + "\n\n"));
        List<JsonNode> chunks = chunks("gemini-3-pro");
        JsonNode finish = chunks.get(chunks.size() - 2);
        assertThat(finish.at("/choices/0/finish_reason").textValue()).isEqualTo("tool_calls");
        assertThat(finish.at("/usage/total_tokens").intValue()).isEqualTo(6);
        assertThat(chunks.getLast().get("choices")).isEmpty();
        assertThat(chunks.getLast().at("/usage/total_tokens").intValue()).isEqualTo(6);
    }

    @Test
    void signaturesOfGemini3ComeBackToItThroughAClientThatRepeatsItsCalls() {
        upstream.answer(Reply.json(200, SIGNED));
        JsonNode answer = RunningGateway.json(gateway.chat(
                        wallet.key(),
                        "{\"model\":\"gemini-3-pro\"," + TOOL
                                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Weather?\"}]}")
                .body());
        JsonNode call = answer.at("/choices/0/message/tool_calls/0");
        gateway.chat(
                wallet.key(),
                "{\"model\":\"gemini-3-pro\"," + TOOL + ",\"messages\":[{\"role\":\"user\",\"content\":\"Weather?\"},"
                        + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":" + call.get("id")
                        + ",\"type\":\"function\",\"function\":" + call.get("function") + "}]},"
                        + "{\"role\":\"tool\",\"tool_call_id\":" + call.get("id") + ",\"content\":\"Rain\"}]}");
        JsonNode sent = RunningGateway.json(upstream.received().getLast().body());
        assertThat(sent.at("/contents/1/parts/0/thoughtSignature").textValue()).isEqualTo("c2lnbmVk");
        assertThat(sent.at("/contents/2/parts/0/functionResponse/name").textValue())
                .isEqualTo("weather");
    }

    @Test
    void signaturesComeBackThroughAStoredConversationToo() {
        upstream.answer(Reply.json(200, SIGNED));
        String tool = "\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"parameters\":{\"type\":\"object\","
                + "\"properties\":{\"city\":{\"type\":\"string\"}}}}]";
        JsonNode first = RunningGateway.json(gateway.post(
                        "/responses", wallet.key(), "{\"model\":\"gemini-3-pro\"," + tool + ",\"input\":\"Weather?\"}")
                .body());
        gateway.post(
                "/responses",
                wallet.key(),
                "{\"model\":\"gemini-3-pro\"," + tool + ",\"previous_response_id\":" + first.get("id")
                        + ",\"input\":[{\"type\":\"function_call_output\",\"call_id\":" + first.at("/output/0/call_id")
                        + ",\"output\":\"Rain\"}]}");
        JsonNode sent = RunningGateway.json(upstream.received().getLast().body());
        assertThat(sent.at("/contents/1/parts/0/thoughtSignature").textValue()).isEqualTo("c2lnbmVk");
    }

    @Test
    void whatSdksSendForAModelsNameReachesWhoeverServesIt() {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        String reasoning = "{\"model\":\"gpt-5.2\",\"max_completion_tokens\":50,\"reasoning_effort\":\"low\","
                + "\"messages\":[{\"role\":\"developer\",\"content\":\"Brief.\"},{\"role\":\"user\",\"content\":\"x\"}]}";
        assertThat(gateway.chat(wallet.key(), reasoning).statusCode()).isEqualTo(200);
        upstream.answer(Reply.json(200, SIGNED));
        HttpResponse<String> elsewhere = gateway.chat(wallet.key(), reasoning.replace("gpt-5.2", "gemini-3-pro"));
        assertThat(elsewhere.statusCode()).as(elsewhere.body()).isEqualTo(200);
        JsonNode sent = RunningGateway.json(upstream.received().getLast().body());
        assertThat(sent.at("/generationConfig/maxOutputTokens").intValue()).isEqualTo(50);
        assertThat(sent.at("/systemInstruction/parts/0/text").textValue()).isEqualTo("Brief.");
    }

    private static List<JsonNode> chunks(String model) {
        String body = gateway.chat(
                        wallet.key(),
                        "{\"model\":\"" + model + "\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}")
                .body();
        return Stream.of(body.split("\n\n"))
                .filter(event -> !event.contains("[DONE]"))
                .map(event -> RunningGateway.json(event.substring("data: ".length())))
                .toList();
    }

    private static HttpResponse<String> messages(String version, String more) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/messages"))
                .header("x-api-key", wallet.key())
                .header("anthropic-version", version)
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"gpt-5.2\",\"max_tokens\":50,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]" + more + "}"))
                .build());
    }
}
