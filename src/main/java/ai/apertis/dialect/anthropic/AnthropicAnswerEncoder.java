package ai.apertis.dialect.anthropic;

import static ai.apertis.config.DialectName.ANTHROPIC;

import ai.apertis.dialect.AnswerEncoder;
import ai.apertis.dialect.ChatAnswer;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Citation;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.SealedIds;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Writes {@code message} objects. Parts that only the provider's dialect knows are left out, as are generated media. */
final class AnthropicAnswerEncoder implements AnswerEncoder {
    @Override
    public byte[] encode(ChatAnswer answer, ChatRequest request) {
        ChatAnswer.Choice choice = answer.choices().getFirst();
        ObjectNode out = Json.object()
                .put("id", Ids.orNext(answer.id(), "msg_"))
                .put("type", "message")
                .put("role", "assistant")
                .put("model", answer.model());
        ArrayNode content = out.putArray("content");
        for (Part part : choice.content()) {
            block(content, part);
        }
        out.put("stop_reason", AnthropicStops.write(choice.stop()));
        out.put("stop_sequence", choice.stopSequence());
        Usage usage = answer.usage() == null ? Usage.NONE : answer.usage();
        out.set("usage", AnthropicUsage.write(usage, answer.costNano()));
        return Json.bytes(out);
    }

    private static void block(ArrayNode out, Part part) {
        switch (part) {
            case Part.Text text -> {
                ObjectNode block = out.addObject().put("type", "text").put("text", text.text());
                ArrayNode citations = Json.array();
                text.citations().forEach(citation -> {
                    ObjectNode json = citation(citation);
                    if (json != null) {
                        citations.add(json);
                    }
                });
                if (!citations.isEmpty()) {
                    block.set("citations", citations);
                }
            }
            case Part.Refusal refusal -> out.addObject().put("type", "text").put("text", refusal.text());
            case Part.Reasoning reasoning -> reasoning(out.addObject(), reasoning);
            case Part.ToolCall call ->
                out.addObject()
                        .put("type", "tool_use")
                        .put("id", SealedIds.join(call.id(), call.marks().seal()))
                        .put("name", call.name())
                        .set("input", Json.arguments(call.arguments()));
            case Part.Opaque opaque when opaque.dialect() == ANTHROPIC -> out.add(opaque.json());
            case Part.Opaque opaque -> {}
            case Part.Media media -> {}
            case Part.ToolResult result -> {}
        }
    }

    private static void reasoning(ObjectNode out, Part.Reasoning reasoning) {
        Seal seal = reasoning.marks().seal();
        String proof = seal == null ? "" : seal.in(ANTHROPIC);
        if (reasoning.redacted()) {
            out.put("type", "redacted_thinking").put("data", proof);
        } else {
            out.put("type", "thinking").put("thinking", reasoning.shown()).put("signature", proof);
        }
    }

    /** Pages of other providers become search results, which they mostly are. */
    static @Nullable ObjectNode citation(Citation citation) {
        if (citation.dialect() == ANTHROPIC) {
            return citation.json();
        }
        if (citation.url() == null) {
            return null;
        }
        return Json.object()
                .put("type", "web_search_result_location")
                .put("url", citation.url())
                .put("title", citation.title() == null ? "" : citation.title())
                .put("cited_text", citation.cited() == null ? "" : citation.cited())
                .put("encrypted_index", "");
    }
}
