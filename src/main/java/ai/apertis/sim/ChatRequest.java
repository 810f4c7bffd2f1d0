package ai.apertis.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the simulated provider reads of a chat request; everything else is ignored, as providers do with what they do not
 * know.
 *
 * @param model who shall answer
 * @param messages the conversation, at least one
 * @param tools the declared functions, an empty array when none
 * @param toolChoice {@code none}, {@code auto}, {@code required}, a named function, or missing
 * @param parallelToolCalls whether to call every declared tool at once instead of the first
 * @param stream whether to answer in events
 * @param includeUsage whether a stream ends with its usage
 * @param maxTokens the most tokens to write per choice, bounded by what the models write at most
 * @param n how many choices
 * @param stop texts before which the answer ends
 * @param pace how late and how fast to answer
 * @param words how many words {@code sim/slow} answers with
 * @param resetAfter how many tokens {@code sim/flaky-reset} streams at most; 0 resets before the first byte
 * @param retryAfterSeconds the {@code Retry-After} of {@code sim/flaky-429}
 */
record ChatRequest(
        SimModel model,
        JsonNode messages,
        JsonNode tools,
        JsonNode toolChoice,
        boolean parallelToolCalls,
        boolean stream,
        boolean includeUsage,
        int maxTokens,
        int n,
        List<String> stop,
        Pace pace,
        int words,
        int resetAfter,
        int retryAfterSeconds) {
    /** What the simulated models write at most per choice, as in the catalogue. It also bounds the work of one request. */
    private static final int MAX_TOKENS = 16_384;

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * How an answer is spread over time.
     *
     * @param firstTokenMillis milliseconds before the first token
     * @param tokensPerSecond the rate after it; infinite for as fast as the reader takes them
     */
    record Pace(long firstTokenMillis, double tokensPerSecond) {
        /** Milliseconds after the request at which a token of a choice is due. */
        long dueMillis(int token) {
            return firstTokenMillis + (long) (token * 1_000L / tokensPerSecond);
        }
    }

    /** Reads a body. Throws {@link Refusal} when it is none. */
    static ChatRequest parse(byte[] body) {
        JsonNode root;
        try {
            root = JSON.readTree(body);
        } catch (JsonProcessingException malformed) {
            throw Refusal.invalid(null, "We could not parse the JSON body of your request.");
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        String id = root.path("model").asText();
        if (id.isEmpty()) {
            throw Refusal.invalid("model", "you must provide a model parameter");
        }
        SimModel model = SimModel.byId(id);
        if (model == null) {
            throw new Refusal(
                    404, "invalid_request_error", "model_not_found", null, "The model '" + id + "' does not exist.");
        }
        JsonNode messages = root.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw Refusal.invalid("messages", "Missing required parameter: 'messages'.");
        }
        JsonNode sim = root.path("sim");
        boolean slow = model == SimModel.SLOW;
        return new ChatRequest(
                model,
                messages,
                root.path("tools"),
                root.path("tool_choice"),
                root.path("parallel_tool_calls").asBoolean(false),
                root.path("stream").asBoolean(false),
                root.path("stream_options").path("include_usage").asBoolean(false),
                maxTokens(root),
                (int) bounded(root, "n", 1, 1, 8),
                stop(root.path("stop")),
                new Pace(
                        (long) bounded(sim, "ttft_ms", slow ? 500 : 0, 0, 600_000),
                        bounded(sim, "tokens_per_second", slow ? 20 : Double.POSITIVE_INFINITY, 0.1, 1_000_000)),
                (int) bounded(sim, "tokens", 50, 0, MAX_TOKENS),
                (int) bounded(sim, "chunks", 3, 0, MAX_TOKENS),
                (int) bounded(sim, "retry_after", 1, 0, 3_600));
    }

    /** The text of a message: its content, or the text parts of it. */
    static String text(JsonNode message) {
        JsonNode content = message.path("content");
        if (!content.isArray()) {
            return content.asText("");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            text.append(part.path("text").asText(""));
        }
        return text.toString();
    }

    /** The text of the last message of the user, or of the last message when there is none. */
    String lastUserText() {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).path("role").asText().equals("user")) {
                return text(messages.get(i));
            }
        }
        return text(messages.get(messages.size() - 1));
    }

    /** Tokens of the prompt: one for each message, those of its text and tool calls, and those of the tools' JSON. */
    int promptTokens() {
        int tokens = tools.isEmpty() ? 0 : Tokens.count(tools.toString());
        for (JsonNode message : messages) {
            tokens += 1 + Tokens.count(text(message));
            for (JsonNode call : message.path("tool_calls")) {
                JsonNode function = call.path("function");
                tokens += 1 + Tokens.count(function.path("arguments").asText());
            }
        }
        return tokens;
    }

    private static int maxTokens(JsonNode root) {
        String name = root.hasNonNull("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        return (int) Math.min(MAX_TOKENS, bounded(root, name, MAX_TOKENS, 1, Long.MAX_VALUE));
    }

    private static double bounded(JsonNode parent, String name, double ifMissing, double least, double most) {
        JsonNode value = parent.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return ifMissing;
        }
        if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
            throw Refusal.invalid(
                    name,
                    "Invalid '" + name + "': expected a number between " + (long) least + " and " + (long) most + ".");
        }
        return value.asDouble();
    }

    private static List<String> stop(JsonNode stop) {
        if (stop.isTextual()) {
            return List.of(stop.textValue());
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode text : stop) {
            texts.add(text.asText());
        }
        return texts;
    }
}
