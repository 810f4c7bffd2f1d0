package ai.apertis.dialect.responses;

import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.SseWriter;
import ai.apertis.dialect.StopReason;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Ends a passed-on stream in the middle: remembers what the provider has begun, and closes it under the provider's own ids,
 * because clients put an answer together from ids and indexes.
 */
final class ResponsesCutOff {
    /** An index beyond it is no index: nothing is made up to reach it. */
    private static final int MOST_PARTS = 1_000;

    private final Map<Integer, ObjectNode> items = new TreeMap<>();
    private final Set<Integer> done = new HashSet<>();
    private ObjectNode response = Json.object();
    private int sequence;

    void sequence(int number) {
        sequence = number + 1;
    }

    void began(JsonNode tree) {
        if (tree instanceof ObjectNode told) {
            response = told;
        }
    }

    void added(int output, JsonNode tree) {
        if (tree instanceof ObjectNode item) {
            items.put(output, item.deepCopy());
        }
    }

    void part(int output, int content, JsonNode tree) {
        ObjectNode item = items.get(output);
        if (item != null && tree instanceof ObjectNode part && content >= 0 && content < MOST_PARTS) {
            ArrayNode parts = item.get("content") instanceof ArrayNode begun ? begun : item.putArray("content");
            while (parts.size() <= content) {
                parts.addObject();
            }
            parts.set(content, part.deepCopy());
        }
    }

    void done(int output, JsonNode tree) {
        added(output, tree);
        done.add(output);
    }

    /**
     * Writes the end.
     *
     * @param text what has been streamed of a part of an item, null for nothing
     */
    void end(String reason, Receipt receipt, BiFunction<Integer, Integer, @Nullable String> text, SseWriter words) {
        items.forEach((output, item) -> {
            if (!done.contains(output)) {
                item.put("status", "incomplete");
                close(output, item, part -> orEmpty(text.apply(output, part)), words);
                ObjectNode event = event("response.output_item.done").put("output_index", output);
                event.set("item", item);
                send(event, words);
            }
        });
        ObjectNode whole = response.deepCopy().put("status", "incomplete");
        whole.putArray("output").addAll(items.values());
        ResponsesObject.finish(whole, StopReason.LENGTH, receipt.usage(), receipt.costNano());
        whole.set("apertis", new ChatEvent.CutOff(reason).told());
        ObjectNode event = event("response.incomplete");
        event.set("response", whole);
        send(event, words);
    }

    private interface Streamed {
        String of(int part);
    }

    private void close(int output, ObjectNode item, Streamed text, SseWriter words) {
        switch (item.path("type").asText("")) {
            case "message" -> {
                JsonNode parts = item.path("content");
                for (int index = 0; index < parts.size(); index++) {
                    if (parts.get(index) instanceof ObjectNode part) {
                        spoken(output, item, index, part, text.of(index), words);
                    }
                }
            }
            case "function_call" -> called(output, item, "arguments", "function_call_arguments", text.of(0), words);
            case "custom_tool_call" -> called(output, item, "input", "custom_tool_call_input", text.of(0), words);
            case "reasoning" -> {
                if (!text.of(0).isEmpty()) {
                    item.putArray("summary").add(ResponsesOutput.summaryPart(text.of(0)));
                }
            }
            default -> {}
        }
    }

    private void spoken(int output, ObjectNode item, int index, ObjectNode part, String text, SseWriter words) {
        boolean refusal = "refusal".equals(part.path("type").asText());
        String field = refusal ? "refusal" : "text";
        part.put(field, text);
        ObjectNode said = event(refusal ? "response.refusal.done" : "response.output_text.done", output, item)
                .put("content_index", index)
                .put(field, text);
        if (!refusal) {
            said.putArray("logprobs");
        }
        send(said, words);
        ObjectNode ended = event("response.content_part.done", output, item).put("content_index", index);
        ended.set("part", part);
        send(ended, words);
    }

    private void called(int output, ObjectNode item, String field, String type, String text, SseWriter words) {
        item.put(field, text);
        send(
                event("response." + type + ".done", output, item)
                        .put("name", item.path("name").asText(""))
                        .put(field, text),
                words);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private ObjectNode event(String type) {
        return Json.object().put("type", type).put("sequence_number", sequence++);
    }

    private ObjectNode event(String type, int output, ObjectNode item) {
        return event(type).put("item_id", item.path("id").asText("")).put("output_index", output);
    }

    private static void send(ObjectNode event, SseWriter words) {
        words.event(event.path("type").asText(), event);
    }
}
