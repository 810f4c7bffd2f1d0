package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Reads facts straight from a dialect's JSON, as simply as can be and without the code under test. */
public final class FactsReader {
    private FactsReader() {}

    /** Of a whole answer. */
    public static Facts answer(DialectName dialect, JsonNode answer) {
        Facts.Builder facts = new Facts.Builder();
        switch (dialect) {
            case OPENAI -> {
                JsonNode choice = answer.path("choices").path(0);
                chat(facts, choice.path("message"), choice.path("finish_reason").asText(), 0);
                facts.tokens = chatTokens(answer.path("usage"), facts.tokens);
            }
            case ANTHROPIC -> {
                answer.path("content").forEach(block -> block(facts, block, block));
                facts.stop = anthropicStop(answer.path("stop_reason").asText());
                facts.tokens = anthropicTokens(answer.path("usage"), new long[4]);
            }
            case GEMINI -> gemini(facts, answer);
            case OPENAI_RESPONSES -> responses(facts, answer);
        }
        return facts.build();
    }

    /** Of the JSON events of a stream. */
    public static Facts stream(DialectName dialect, List<JsonNode> events) {
        Facts.Builder facts = new Facts.Builder();
        switch (dialect) {
            case OPENAI -> chatStream(facts, events);
            case ANTHROPIC -> anthropicStream(facts, events);
            case GEMINI -> events.forEach(event -> gemini(facts, event));
            case OPENAI_RESPONSES -> responsesStream(facts, events);
        }
        return facts.build();
    }

    private static void chat(Facts.Builder facts, JsonNode message, String finish, int salt) {
        JsonNode content = message.path("content");
        String thought = message.path("reasoning_content")
                .asText(message.path("reasoning").asText(""));
        if (thought.isEmpty()) {
            message.path("reasoning_details")
                    .forEach(
                            detail -> facts.reasoning.append(detail.path("text").asText("")));
        }
        facts.reasoning.append(thought);
        if (content.isArray()) {
            for (JsonNode part : content) {
                facts.text.append(part.path("text").asText(""));
                part.path("thinking")
                        .forEach(piece ->
                                facts.reasoning.append(piece.path("text").asText("")));
            }
        } else {
            facts.text.append(content.asText(""));
        }
        facts.text.append(message.path("refusal").asText(""));
        for (JsonNode call : message.path("tool_calls")) {
            Object key = salt + ":" + call.path("index").asText(call.path("id").asText());
            JsonNode body = call.has("function") ? call.path("function") : call.path("custom");
            if (body.path("name").asText("").isEmpty() && !facts.calls.containsKey(key)) {
                continue;
            }
            if (!facts.calls.containsKey(key)) {
                facts.call(key, body.path("name").asText());
            }
            facts.arguments(
                    key, body.path("arguments").asText(body.path("input").asText("")));
        }
        JsonNode legacy = message.path("function_call");
        if (!legacy.path("name").asText("").isEmpty()
                && !message.path("tool_calls").has(0)) {
            facts.call("legacy", legacy.path("name").asText());
            facts.arguments("legacy", legacy.path("arguments").asText());
        }
        switch (finish) {
            case "", "null" -> {}
            case "stop" -> facts.stop = "end";
            case "length" -> facts.stop = "length";
            case "tool_calls", "function_call" -> facts.stop = "tools";
            case "content_filter" -> facts.stop = "filter";
            default -> facts.stop = "end";
        }
    }

    private static List<Long> chatTokens(JsonNode usage, List<Long> before) {
        if (!usage.isObject()) {
            return before;
        }
        long prompt = usage.path("prompt_tokens").asLong();
        long completion = usage.path("completion_tokens").asLong();
        long reasoning =
                usage.path("completion_tokens_details").path("reasoning_tokens").asLong();
        boolean beside = usage.path("total_tokens").asLong() == prompt + completion + reasoning;
        long cached = usage.path("prompt_tokens_details")
                .path("cached_tokens")
                .asLong(usage.path("prompt_cache_hit_tokens")
                        .asLong(usage.path("cached_tokens").asLong()));
        return List.of(prompt, cached, beside ? completion + reasoning : completion);
    }

    private static void chatStream(Facts.Builder facts, List<JsonNode> events) {
        for (JsonNode event : events) {
            for (JsonNode choice : event.path("choices")) {
                if (choice.path("index").asInt() == 0) {
                    chat(
                            facts,
                            choice.path("delta"),
                            choice.path("finish_reason").asText(""),
                            0);
                }
            }
            facts.tokens = chatTokens(event.path("usage"), facts.tokens);
            facts.tokens = chatTokens(event.path("x_groq").path("usage"), facts.tokens);
            if (event.hasNonNull("error")) {
                facts.stop = "failed";
            }
        }
    }

    private static void block(Facts.Builder facts, Object key, JsonNode block) {
        switch (block.path("type").asText()) {
            case "text" -> facts.text.append(block.path("text").asText());
            case "thinking" -> facts.reasoning.append(block.path("thinking").asText());
            case "tool_use" -> {
                facts.call(key, block.path("name").asText());
                if (!block.path("input").isEmpty()) {
                    facts.arguments(key, block.path("input").toString());
                }
            }
            default -> {}
        }
    }

    private static String anthropicStop(String reason) {
        return switch (reason) {
            case "max_tokens", "model_context_window_exceeded" -> "length";
            case "tool_use" -> "tools";
            case "refusal" -> "filter";
            default -> "end";
        };
    }

    private static List<Long> anthropicTokens(JsonNode usage, long[] sums) {
        String[] names = {"input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens"};
        for (int i = 0; i < names.length; i++) {
            sums[i] = usage.path(names[i]).asLong(sums[i]);
        }
        return List.of(sums[0] + sums[1] + sums[2], sums[1], sums[3]);
    }

    private static void anthropicStream(Facts.Builder facts, List<JsonNode> events) {
        long[] sums = new long[4];
        int starts = 0;
        for (JsonNode event : events) {
            String key = starts + ":" + event.path("index").asText();
            switch (event.path("type").asText()) {
                case "message_start" -> {
                    starts++;
                    event.path("message").path("content").forEach(block -> block(facts, block, block));
                    facts.tokens = anthropicTokens(event.path("message").path("usage"), sums);
                }
                case "content_block_start" -> block(facts, key, event.path("content_block"));
                case "content_block_delta" -> {
                    JsonNode delta = event.path("delta");
                    facts.text.append(delta.path("text").asText(""));
                    facts.reasoning.append(delta.path("thinking").asText(""));
                    if (delta.has("partial_json") && facts.calls.containsKey(key)) {
                        facts.arguments(key, delta.path("partial_json").asText());
                    }
                }
                case "message_delta" -> {
                    facts.stop = anthropicStop(
                            event.path("delta").path("stop_reason").asText());
                    facts.tokens = anthropicTokens(event.path("usage"), sums);
                }
                case "error" -> facts.stop = "failed";
                default -> {}
            }
        }
    }

    private static void gemini(Facts.Builder facts, JsonNode answer) {
        JsonNode candidate = answer.path("candidates").path(0);
        for (JsonNode part : candidate.path("content").path("parts")) {
            boolean thought = part.path("thought").asBoolean();
            (thought ? facts.reasoning : facts.text).append(part.path("text").asText(""));
            if (part.path("functionCall").path("willContinue").asBoolean()
                    || part.path("functionCall").has("partialArgs")) {
                growing(facts, part.path("functionCall"));
            } else if (part.path("functionCall").hasNonNull("name")) {
                facts.call(part, part.path("functionCall").path("name").asText());
                facts.arguments(part, part.path("functionCall").path("args").toString());
            }
        }
        switch (candidate.path("finishReason").asText("")) {
            case "" -> {}
            case "STOP", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "OTHER" -> facts.stop = "end";
            case "MAX_TOKENS" -> facts.stop = "length";
            default -> facts.stop = "filter";
        }
        if (answer.has("error")) {
            facts.stop = "failed";
        }
        if (answer.path("promptFeedback").has("blockReason")) {
            facts.stop = "filter";
        }
        JsonNode usage = answer.path("usageMetadata");
        if (usage.has("promptTokenCount")) {
            facts.tokens = List.of(
                    usage.path("promptTokenCount").asLong()
                            + usage.path("toolUsePromptTokenCount").asLong(),
                    usage.path("cachedContentTokenCount").asLong(),
                    usage.path("candidatesTokenCount").asLong()
                            + usage.path("thoughtsTokenCount").asLong());
        }
    }

    /** The one recording with arguments in pieces has lists of flat objects; its places need no more than this. */
    private static void growing(Facts.Builder facts, JsonNode call) {
        if (call.hasNonNull("name")) {
            facts.call("growing", call.path("name").asText());
            facts.arguments("growing", "{}");
        }
        for (JsonNode piece : call.path("partialArgs")) {
            String[] place = piece.path("jsonPath")
                    .asText()
                    .replaceAll("[$.\\[\\]]+", "/")
                    .split("/", -1);
            facts.calls.computeIfPresent("growing", (key, so) -> new String[] {so[0], grown(so[1], place, piece)});
        }
    }

    private static String grown(String before, String[] place, JsonNode piece) {
        ObjectNode root = Json.arguments(before);
        JsonNode value = piece.has("stringValue") ? piece.get("stringValue") : piece.get("numberValue");
        if (place.length == 2) {
            root.set(place[1], value);
            return root.toString();
        }
        ArrayNode list = root.withArray(place[1]);
        int index = Integer.parseInt(place[2]);
        while (list.size() <= index) {
            list.addObject();
        }
        ObjectNode item = (ObjectNode) list.get(index);
        if (value.isTextual()) {
            item.put(place[3], item.path(place[3]).asText("") + value.textValue());
        } else {
            item.set(place[3], value);
        }
        return root.toString();
    }

    /** Items count when they are done; of a stream that failed, what had come of the open ones counts too. */
    private static void responsesStream(Facts.Builder facts, List<JsonNode> events) {
        StringBuilder text = new StringBuilder();
        StringBuilder reasoning = new StringBuilder();
        for (JsonNode event : events) {
            switch (event.path("type").asText()) {
                case "response.completed", "response.incomplete" -> responsesEnd(facts, event.path("response"));
                case "response.failed", "error" -> facts.stop = "failed";
                case "response.output_text.delta" ->
                    text.append(event.path("delta").asText());
                case "response.reasoning_summary_text.delta" ->
                    reasoning.append(event.path("delta").asText());
                case "response.output_item.done" -> {
                    item(facts, event.path("item"));
                    text.setLength(0);
                    reasoning.setLength(0);
                }
                default -> {}
            }
        }
        if (facts.stop.equals("failed")) {
            facts.text.append(text);
            facts.reasoning.append(reasoning);
        }
    }

    private static void responses(Facts.Builder facts, JsonNode response) {
        response.path("output").forEach(item -> item(facts, item));
        responsesEnd(facts, response);
    }

    private static void item(Facts.Builder facts, JsonNode item) {
        switch (item.path("type").asText()) {
            case "message" ->
                item.path("content")
                        .forEach(part -> facts.text.append(
                                part.path("text").asText(part.path("refusal").asText(""))));
            case "reasoning" -> {
                List<String> texts = new ArrayList<>();
                item.path("content").forEach(part -> texts.add(part.path("text").asText()));
                if (texts.isEmpty()) {
                    item.path("summary")
                            .forEach(part -> texts.add(part.path("text").asText()));
                }
                facts.reasoning.append(String.join("", texts));
            }
            case "function_call", "custom_tool_call" -> {
                facts.call(item, item.path("name").asText());
                facts.arguments(
                        item, item.path("arguments").asText(item.path("input").asText()));
            }
            default -> {}
        }
    }

    private static void responsesEnd(Facts.Builder facts, JsonNode response) {
        String incomplete = response.path("incomplete_details").path("reason").asText("");
        facts.stop = incomplete.equals("max_output_tokens") ? "length" : incomplete.isEmpty() ? "end" : "filter";
        JsonNode usage = response.path("usage");
        if (usage.isObject()) {
            facts.tokens = List.of(
                    usage.path("input_tokens").asLong(),
                    usage.path("input_tokens_details").path("cached_tokens").asLong(),
                    usage.path("output_tokens").asLong());
        }
    }
}
