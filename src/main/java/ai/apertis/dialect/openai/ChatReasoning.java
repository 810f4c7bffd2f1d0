package ai.apertis.dialect.openai;

import static ai.apertis.config.DialectName.OPENAI;

import ai.apertis.dialect.Json;
import ai.apertis.dialect.Marks;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Seal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Reasoning in chat messages: {@code reasoning_content} (DeepSeek, and most clients read it), {@code reasoning} and the
 * array {@code reasoning_details} (OpenRouter), which carries signatures.
 */
final class ChatReasoning {
    private ChatReasoning() {}

    /** Repeats earlier reasoning to a provider: in details where it sealed it itself, else as text in its own field. */
    static void repeat(ObjectNode message, List<Part.Reasoning> thoughts, String field) {
        List<Part.Reasoning> sealed = thoughts.stream()
                .filter(thought -> thought.marks().sealOf(OPENAI) != null)
                .toList();
        if (!sealed.isEmpty()) {
            message.set("reasoning_details", details(sealed));
            return;
        }
        StringBuilder text = new StringBuilder();
        thoughts.forEach(thought -> text.append(thought.shown()));
        if (!text.isEmpty()) {
            message.put(field, text.toString());
        }
    }

    /** Whether it was sealed by a provider of another dialect. */
    static boolean foreign(Part.Reasoning thought) {
        Seal seal = thought.marks().seal();
        return seal != null && seal.maker() != OPENAI;
    }

    /** Writes reasoning for a client: the text, and the details when there is a seal to be given back. */
    static void show(ObjectNode message, List<Part.Reasoning> thoughts) {
        StringBuilder text = new StringBuilder();
        thoughts.forEach(thought -> text.append(thought.shown()));
        if (!text.isEmpty()) {
            message.put("reasoning_content", text.toString());
        }
        if (thoughts.stream().anyMatch(thought -> thought.marks().seal() != null)) {
            message.set("reasoning_details", details(thoughts));
        }
    }

    private static ArrayNode details(List<Part.Reasoning> thoughts) {
        ArrayNode details = Json.array();
        for (Part.Reasoning thought : thoughts) {
            Seal seal = thought.marks().seal();
            ObjectNode detail = details.addObject();
            if (thought.redacted() && seal != null) {
                detail.put("type", "reasoning.encrypted").put("data", seal.in(OPENAI));
            } else {
                detail.put("type", "reasoning.text").put("text", thought.shown());
                if (seal != null) {
                    detail.put("signature", seal.in(OPENAI));
                }
            }
            detail.put("index", details.size() - 1);
        }
        return details;
    }

    /** Reads the reasoning of a provider's message. */
    static List<Part.Reasoning> read(JsonNode message) {
        List<Part.Reasoning> thoughts = new ArrayList<>();
        for (JsonNode detail : message.path("reasoning_details")) {
            String signature = detail.path("signature").textValue();
            String data = detail.path("data").textValue();
            String proof = signature != null ? signature : data;
            String text = detail.path("text").asText(detail.path("summary").asText(""));
            if (proof != null || !text.isEmpty()) {
                Seal seal = proof == null ? null : new Seal(OPENAI, proof);
                thoughts.add(
                        new Part.Reasoning(null, List.of(), text, signature == null && data != null, Marks.of(seal)));
            }
        }
        if (!thoughts.isEmpty()) {
            return thoughts;
        }
        for (String name : List.of("reasoning_content", "reasoning")) {
            String text = message.path(name).asText("");
            if (!text.isEmpty()) {
                return List.of(new Part.Reasoning(null, List.of(), text, false, Marks.NONE));
            }
        }
        return thoughts;
    }
}
