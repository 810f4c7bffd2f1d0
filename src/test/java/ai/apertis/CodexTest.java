package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Codex 0.169 was seen to write into the Responses API, at a provider that speaks another. */
class CodexTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final String TOOLS = """
        "tools":[{"type":"function","name":"shell","parameters":{"type":"object","properties":{}}},
         {"type":"namespace","name":"agents","description":"Subagents","tools":[
          {"type":"function","name":"close","strict":false,"parameters":{"type":"object","properties":{}}},
          {"type":"function","name":"spawn","strict":false,"parameters":{"type":"object","properties":{}}}]}]
        """;
    private static final String CALLS = """
        "tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"agents__spawn","arguments":"{}"}},\
        {"index":1,"id":"call_2","type":"function","function":{"name":"shell","arguments":"{}"}}]""";

    private static ReplayUpstream upstream;
    private static RunningGateway gateway;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        upstream = new ReplayUpstream(VERTX, ChatReplies.whole(UsageFault.NONE));
        gateway = RunningGateway.before(upstream.baseUrl().resolve("/v1"));
        wallet = gateway.wallet(1_000_000_000);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void callsOfAGroupComeBackAsTheyWereDeclared() {
        upstream.answer(Reply.json(200, """
            {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
             "finish_reason":"tool_calls","message":{"role":"assistant","content":null,%s}}],
             "usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}
            """.formatted(CALLS)));
        assertCallsAsDeclared(RunningGateway.json(ask(false)));
    }

    @Test
    void streamedCallsOfAGroupComeBackAsTheyWereDeclared() {
        upstream.answer(Reply.events("""
            data: {"id":"c","choices":[{"index":0,"delta":{%s}}]}

            data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

            data: [DONE]

            """.formatted(CALLS)));
        String stream = ask(true);
        String last = stream.substring(stream.lastIndexOf("data: ") + "data: ".length());
        assertCallsAsDeclared(RunningGateway.json(last).get("response"));
    }

    private static String ask(boolean stream) {
        String body = "{\"model\":\"priced\",\"store\":false,\"input\":\"Go\",\"stream\":" + stream + "," + TOOLS + "}";
        HttpResponse<String> answer = gateway.post("/responses", wallet.key(), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static void assertCallsAsDeclared(JsonNode response) {
        assertThat(response.get("tools")).hasSize(2);
        assertThat(response.at("/tools/1/tools/1/name").textValue()).isEqualTo("spawn");
        assertThat(response.at("/output/0/name").textValue()).isEqualTo("spawn");
        assertThat(response.at("/output/0/namespace").textValue()).isEqualTo("agents");
        assertThat(response.at("/output/1/name").textValue()).isEqualTo("shell");
        assertThat(response.at("/output/1").has("namespace")).isFalse();
    }

    @Test
    void theProviderHearsOfAGroupsFunctionsUnderOneNameEach() {
        JsonNode sent = sent("""
            {"type":"function_call","name":"spawn","namespace":"agents","arguments":"{}","call_id":"call_1"},
            {"type":"function_call_output","call_id":"call_1","output":"done"}""");
        assertThat(sent.get("tools")).hasSize(3);
        assertThat(sent.at("/tools/2/function/name").textValue()).isEqualTo("agents__spawn");
        assertThat(sent.at("/messages/1/tool_calls/0/function/name").textValue())
                .isEqualTo("agents__spawn");
    }

    @Test
    void aNameThatIsTooLongIsCutAndStaysItsOwn() {
        String member = "m".repeat(60);
        JsonNode sent = sent("""
            {"type":"function_call","name":"%1$sa","namespace":"agents","arguments":"{}","call_id":"call_1"},
            {"type":"function_call","name":"%1$sb","namespace":"agents","arguments":"{}","call_id":"call_2"},
            {"type":"function_call_output","call_id":"call_1","output":"done"},
            {"type":"function_call_output","call_id":"call_2","output":"done"}""".formatted(member));
        String first = sent.at("/messages/1/tool_calls/0/function/name").textValue();
        String second = sent.at("/messages/1/tool_calls/1/function/name").textValue();
        assertThat(first).hasSize(64).startsWith("agents__mmm").isNotEqualTo(second);
        assertThat(second).hasSize(64);
    }

    @Test
    void resultsThatAnswerNoCallAreTheUsersWords() {
        JsonNode sent = sent("""
            {"type":"function_call","name":"shell","arguments":"{}","call_id":"call_1"},
            {"type":"function_call_output","call_id":"call_1","output":"made"},
            {"type":"function_call_output","id":"fco_2","name":"goal_objective","namespace":"agent","output":"ship it"}""");
        assertThat(sent.at("/messages/2/role").textValue()).isEqualTo("tool");
        assertThat(sent.at("/messages/3/role").textValue()).isEqualTo("user");
        assertThat(sent.at("/messages/3").toString()).contains("ship it");
    }

    /** What the provider is sent when these items follow the user's. */
    private static JsonNode sent(String items) {
        upstream.answer(ChatReplies.whole(UsageFault.NONE));
        String body = "{\"model\":\"priced\",\"store\":false,\"input\":[{\"type\":\"message\",\"role\":\"user\","
                + "\"content\":\"Go\"}," + items + "]," + TOOLS + "}";
        HttpResponse<String> answer = gateway.post("/responses", wallet.key(), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return RunningGateway.json(upstream.received().getLast().body());
    }
}
