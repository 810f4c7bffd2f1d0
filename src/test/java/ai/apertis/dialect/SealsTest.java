package ai.apertis.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ClientRequest.Target;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a provider must get back unchanged survives the way to a client of every dialect and back. */
final class SealsTest {
    private static final String PROOF =
            Base64.getEncoder().encodeToString("a thought, sealed?>".getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest
    @EnumSource(DialectName.class)
    void aThoughtSignatureComesBackWithItsCall(DialectName client) {
        Part call = new Part.ToolCall("call_1", "f", "{\"a\":1}", false, Marks.of(new Seal(DialectName.GEMINI, PROOF)));
        JsonNode back = wayBack(client, DialectName.GEMINI, "gemini-3-pro", List.of(call), true);
        JsonNode part = back.path("contents").path(1).path("parts").path(0);
        assertThat(part.path("thoughtSignature").asText()).isEqualTo(PROOF);
        assertThat(part.path("functionCall").path("id").asText()).isEqualTo("call_1");
        JsonNode result = back.path("contents").path(2).path("parts").path(0).path("functionResponse");
        assertThat(result.path("id").asText()).isEqualTo("call_1");
        assertThat(result.path("name").asText()).isEqualTo("f");
    }

    @ParameterizedTest
    @EnumSource(DialectName.class)
    void signedThinkingComesBackWord(DialectName client) {
        Seal seal = new Seal(DialectName.ANTHROPIC, PROOF);
        List<Part> content = List.of(
                new Part.Reasoning(null, List.of(), "Step one.\n\nStep two.", false, Marks.of(seal)),
                new Part.ToolCall("call_1", "f", "{}", false, Marks.NONE));
        JsonNode back = wayBack(client, DialectName.ANTHROPIC, "claude-sonnet-4-5", content, true);
        JsonNode block = back.path("messages").path(1).path("content").path(0);
        assertThat(block.path("type").asText()).isEqualTo("thinking");
        assertThat(block.path("thinking").asText()).isEqualTo("Step one.\n\nStep two.");
        assertThat(block.path("signature").asText()).isEqualTo(PROOF);
    }

    @ParameterizedTest
    @EnumSource(DialectName.class)
    void encryptedReasoningComesBackWithItsId(DialectName client) {
        Seal seal = new Seal(DialectName.OPENAI_RESPONSES, "gAAA-encrypted_x", "rs_77");
        List<Part> content = List.of(
                new Part.Reasoning("rs_77", List.of("In short."), "", false, Marks.of(seal)),
                new Part.ToolCall("call_1", "f", "{}", false, Marks.NONE));
        JsonNode back = wayBack(client, DialectName.OPENAI_RESPONSES, "gpt-5.2", content, true);
        JsonNode item = back.path("input").path(1);
        assertThat(item.path("type").asText()).isEqualTo("reasoning");
        assertThat(item.path("encrypted_content").asText()).isEqualTo("gAAA-encrypted_x");
        assertThat(item.path("id").asText()).isEqualTo("rs_77");
    }

    @ParameterizedTest
    @EnumSource(DialectName.class)
    void anothersSealNeverReachesAProvider(DialectName client) {
        Seal seal = new Seal(DialectName.ANTHROPIC, PROOF);
        Part thought = new Part.Reasoning(null, List.of(), "hm", false, Marks.of(seal));
        Part call = new Part.ToolCall("call_1", "f", "{}", false, Marks.NONE);
        JsonNode back = wayBack(client, DialectName.GEMINI, "gemini-3-pro", List.of(thought, call), true);
        assertThat(back.toString()).doesNotContain(PROOF, "apertis.");
    }

    /** An answer goes to a client, who repeats it with the tool's result; what then goes to the provider? */
    private static JsonNode wayBack(
            DialectName clientName, DialectName provider, String model, List<Part> content, boolean reasons) {
        Dialect client = Spoken.DIALECTS.of(clientName);
        ChatAnswer answer = new ChatAnswer(
                "id",
                "m",
                1,
                List.of(new ChatAnswer.Choice(content, StopReason.TOOL_CALLS, null, null)),
                null,
                null,
                null);
        JsonNode told = Json.answer(client.answerEncoder().encode(answer, Asked.minimal(clientName, false)));
        ChatRequest request = client.requestDecoder().decode(Json.bytes(repeated(clientName, told)));
        Target target = new Target(provider, model, -1, 4_096, reasons, Quirks.NONE);
        return Json.answer(Spoken.DIALECTS.of(provider).requestEncoder().encode(request, target));
    }

    private static ObjectNode repeated(DialectName client, JsonNode told) {
        ObjectNode body = Json.object().put("model", "m");
        switch (client) {
            case OPENAI -> {
                ArrayNode messages = body.putArray("messages");
                messages.addObject().put("role", "user").put("content", "Hello");
                JsonNode message = told.path("choices").path(0).path("message");
                messages.add(message);
                messages.addObject()
                        .put("role", "tool")
                        .put(
                                "tool_call_id",
                                message.path("tool_calls").path(0).path("id").asText())
                        .put("content", "done");
            }
            case ANTHROPIC -> {
                body.put("max_tokens", 100);
                ArrayNode messages = body.putArray("messages");
                messages.addObject().put("role", "user").put("content", "Hello");
                JsonNode content = told.path("content");
                messages.addObject().put("role", "assistant").set("content", content);
                messages.addObject()
                        .put("role", "user")
                        .putArray("content")
                        .addObject()
                        .put("type", "tool_result")
                        .put(
                                "tool_use_id",
                                content.path(content.size() - 1).path("id").asText())
                        .put("content", "done");
            }
            case GEMINI -> {
                ArrayNode contents = body.putArray("contents");
                contents.addObject()
                        .put("role", "user")
                        .putArray("parts")
                        .addObject()
                        .put("text", "Hello");
                JsonNode content = told.path("candidates").path(0).path("content");
                contents.add(content);
                ObjectNode result = contents.addObject()
                        .put("role", "user")
                        .putArray("parts")
                        .addObject()
                        .putObject("functionResponse");
                result.put(
                                "id",
                                content.path("parts")
                                        .findPath("functionCall")
                                        .path("id")
                                        .asText())
                        .put("name", "f")
                        .putObject("response")
                        .put("output", "done");
            }
            case OPENAI_RESPONSES -> {
                ArrayNode input = body.putArray("input");
                input.addObject().put("role", "user").put("content", "Hello");
                told.path("output").forEach(input::add);
                String id = told.path("output")
                        .path(told.path("output").size() - 1)
                        .path("call_id")
                        .asText();
                input.addObject()
                        .put("type", "function_call_output")
                        .put("call_id", id)
                        .put("output", "done");
            }
        }
        return body;
    }
}
