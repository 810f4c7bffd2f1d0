package ai.apertis.dialect.responses;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Message;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Role;
import ai.apertis.dialect.StopReason;
import ai.apertis.dialect.Thinking;
import ai.apertis.money.NanoUsd;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The {@code response} object around an answer. It repeats what the client asked; strict SDKs throw when one of these
 * fields is missing.
 */
final class ResponsesObject {
    private ResponsesObject() {}

    static ObjectNode of(ChatRequest request, String id, String model, long created, String status) {
        ObjectNode out = Json.object()
                .put("id", id)
                .put("object", "response")
                .put("created_at", created > 0 ? created : System.currentTimeMillis() / 1_000)
                .put("status", status)
                .put("background", false);
        out.putNull("error").putNull("incomplete_details");
        out.put("instructions", instructions(request));
        out.put("max_output_tokens", request.sampling().maxTokens());
        out.put("model", model);
        out.putArray("output");
        out.put("parallel_tool_calls", !Boolean.FALSE.equals(request.parallelToolCalls()));
        out.set(
                "previous_response_id",
                request.extras().get("previous_response_id").isTextual()
                        ? request.extras().get("previous_response_id")
                        : null);
        Thinking thinking = request.thinking();
        out.putObject("reasoning")
                .put(
                        "effort",
                        thinking.effort() == null ? null : thinking.effort().word())
                .put("summary", thinking.summary());
        out.put("store", request.extras().get("store").asBoolean(true));
        Double temperature = request.sampling().temperature();
        out.put("temperature", temperature == null ? Double.valueOf(1) : temperature);
        ObjectNode text = out.putObject("text");
        text.set(
                "format",
                request.format() == null ? Json.object().put("type", "text") : ResponsesTools.format(request.format()));
        if (request.toolChoice() == null) {
            out.put("tool_choice", "auto");
        } else {
            ResponsesTools.choice(out, request.toolChoice(), request.tools());
        }
        ArrayNode tools = ResponsesTools.tools(request);
        out.set("tools", tools);
        Double topP = request.sampling().topP();
        out.put("top_p", topP == null ? Double.valueOf(1) : topP);
        out.put("truncation", request.extras().get("truncation").asText("disabled"));
        out.putNull("usage");
        out.put("user", request.user());
        ObjectNode metadata = out.putObject("metadata");
        request.metadata().forEach(metadata::put);
        return out;
    }

    private static @Nullable String instructions(ChatRequest request) {
        if (request.messages().isEmpty()) {
            return null;
        }
        Message first = request.messages().getFirst();
        boolean told = first.role() == Role.SYSTEM && !first.content().isEmpty();
        return told && first.content().getFirst() instanceof Part.Text text ? text.text() : null;
    }

    static String status(StopReason stop) {
        return incomplete(stop) == null ? "completed" : "incomplete";
    }

    /**
     * Writes into a response object that it has failed.
     *
     * @param response the object
     * @param error why; its code becomes one of the few that the object may have
     */
    static void fail(ObjectNode response, ApiError error) {
        String code = error.status() == 429
                ? "rate_limit_exceeded"
                : error.status() < 500 ? "invalid_prompt" : "server_error";
        response.put("status", "failed");
        response.putObject("error").put("code", code).put("message", error.message());
    }

    static void finish(ObjectNode response, StopReason stop, @Nullable Usage usage, @Nullable Long costNano) {
        String reason = incomplete(stop);
        if (reason != null) {
            response.putObject("incomplete_details").put("reason", reason);
        }
        if (usage != null) {
            response.set("usage", usage(usage, costNano));
        }
    }

    private static @Nullable String incomplete(StopReason stop) {
        return switch (stop) {
            case LENGTH -> "max_output_tokens";
            case CONTENT_FILTER, REFUSAL -> "content_filter";
            case END, STOP_SEQUENCE, TOOL_CALLS, PAUSE, MALFORMED_CALL, OTHER -> null;
        };
    }

    private static ObjectNode usage(Usage usage, @Nullable Long costNano) {
        ObjectNode out = Json.object().put("input_tokens", usage.promptTokens());
        out.putObject("input_tokens_details")
                .put("cached_tokens", usage.cacheReadTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens());
        out.put("output_tokens", usage.completionTokens());
        out.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
        out.put("total_tokens", usage.promptTokens() + usage.completionTokens());
        if (costNano != null) {
            out.put("cost", NanoUsd.toUsd(costNano));
        }
        return out;
    }
}
