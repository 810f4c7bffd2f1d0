package ai.apertis.dialect.responses;

import static ai.apertis.config.DialectName.OPENAI_RESPONSES;

import ai.apertis.dialect.Citation;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Seal;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Writes the items of {@code output}. */
final class ResponsesOutput {
    private ResponsesOutput() {}

    static ObjectNode message(String id, String status) {
        ObjectNode item = Json.object()
                .put("id", id)
                .put("type", "message")
                .put("status", status)
                .put("role", "assistant");
        item.putArray("content");
        return item;
    }

    static ObjectNode text(String text, ArrayNode annotations) {
        ObjectNode part = Json.object().put("type", "output_text").put("text", text);
        part.set("annotations", annotations);
        part.putArray("logprobs");
        return part;
    }

    static ObjectNode refusal(String text) {
        return Json.object().put("type", "refusal").put("refusal", text);
    }

    /** Reasoning of every maker is told as a summary, which is all that clients of this dialect show. */
    static ObjectNode reasoning(String id, String text, @Nullable Seal seal) {
        ObjectNode item = Json.object().put("id", id).put("type", "reasoning");
        ArrayNode summary = item.putArray("summary");
        if (!text.isEmpty()) {
            summary.add(summaryPart(text));
        }
        if (seal != null) {
            item.put("encrypted_content", seal.in(OPENAI_RESPONSES));
        }
        return item;
    }

    static ObjectNode summaryPart(String text) {
        return Json.object().put("type", "summary_text").put("text", text);
    }

    /** A call whose function is yet to be named. */
    static ObjectNode call(String id, String callId, String arguments, boolean custom, String status) {
        return Json.object()
                .put("id", id)
                .put("type", custom ? "custom_tool_call" : "function_call")
                .put("status", status)
                .put(custom ? "input" : "arguments", arguments)
                .put("call_id", callId);
    }

    static ObjectNode image(String id, String data) {
        return Json.object()
                .put("id", id)
                .put("type", "image_generation_call")
                .put("status", "completed")
                .put("result", data);
    }

    /** Null for what is no page of another dialect. */
    static @Nullable ObjectNode annotation(Citation citation, int textLength) {
        if (citation.dialect() == OPENAI_RESPONSES) {
            return citation.json();
        }
        if (citation.url() == null) {
            return null;
        }
        return Json.object()
                .put("type", "url_citation")
                .put("start_index", Math.max(0, citation.start()))
                .put("end_index", citation.end() >= 0 ? citation.end() : textLength)
                .put("url", citation.url())
                .put("title", citation.title() == null ? "" : citation.title());
    }
}
