package ai.apertis.dialect.anthropic;

import static ai.apertis.config.DialectName.ANTHROPIC;

import ai.apertis.dialect.AnswerDecoder;
import ai.apertis.dialect.ChatAnswer;
import ai.apertis.dialect.Citation;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Marks;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.ServiceTiers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code message} objects, leniently: what is missing or of another type is taken as not there. */
final class AnthropicAnswerDecoder implements AnswerDecoder {
    /** Marks the seals of redacted thinking. */
    static final String REDACTED = "redacted";

    @Override
    public ChatAnswer decode(byte[] body) {
        ObjectNode in = Json.answer(body);
        if (in.path("error").isObject()) {
            throw AnthropicErrors.ofEvent(in).exception();
        }
        if (!in.path("content").isArray()) {
            throw Json.unreadable();
        }
        List<Part> parts = new ArrayList<>();
        for (JsonNode block : in.path("content")) {
            Part part = part(block);
            if (part != null) {
                parts.add(part);
            }
        }
        AnthropicUsage usage = new AnthropicUsage();
        usage.add(in.path("usage"));
        return new ChatAnswer(
                in.path("id").asText(""),
                in.path("model").asText(""),
                0,
                List.of(new ChatAnswer.Choice(
                        parts,
                        AnthropicStops.read(in.path("stop_reason").asText("")),
                        in.path("stop_sequence").textValue(),
                        null)),
                usage.usage(),
                null,
                ServiceTiers.read(in.path("usage").path("service_tier").textValue()));
    }

    private static @Nullable Part part(JsonNode block) {
        return switch (block.path("type").asText("")) {
            case "text" -> new Part.Text(block.path("text").asText(""), citations(block.path("citations")), Marks.NONE);
            case "thinking" ->
                new Part.Reasoning(
                        null, List.of(), block.path("thinking").asText(""), false, sealed(block.path("signature")));
            case "redacted_thinking" ->
                new Part.Reasoning(
                        null,
                        List.of(),
                        "",
                        true,
                        Marks.of(redacted(block.path("data").asText(""))));
            case "tool_use" ->
                new Part.ToolCall(
                        Ids.orNext(block.path("id").asText(""), "toolu_"),
                        block.path("name").asText(""),
                        input(block.path("input")),
                        false,
                        Marks.NONE);
            default -> block instanceof ObjectNode json ? new Part.Opaque(ANTHROPIC, "content", json) : null;
        };
    }

    static String input(JsonNode input) {
        return input.isMissingNode() || input.isNull() ? "{}" : Json.text(input);
    }

    /** Dialects without redacted thinking carry only the seal, so the seal says what it is. */
    static Seal redacted(String data) {
        return new Seal(ANTHROPIC, data, REDACTED);
    }

    private static Marks sealed(JsonNode proof) {
        String text = proof.asText("");
        return text.isEmpty() ? Marks.NONE : Marks.of(new Seal(ANTHROPIC, text));
    }

    private static List<Citation> citations(JsonNode citations) {
        List<Citation> found = new ArrayList<>();
        for (JsonNode citation : citations) {
            if (citation instanceof ObjectNode json) {
                found.add(citation(json));
            }
        }
        return found;
    }

    static Citation citation(ObjectNode json) {
        return new Citation(
                json.path("url").textValue(),
                json.path("title").asText(json.path("document_title").textValue()),
                json.path("cited_text").textValue(),
                -1,
                -1,
                ANTHROPIC,
                json);
    }
}
