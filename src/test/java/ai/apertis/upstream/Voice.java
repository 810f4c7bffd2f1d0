package ai.apertis.upstream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How one dialect is spoken: what a client of it asks, and what a provider of it answers, event by event. */
public enum Voice {
    /** OpenAI's chat completions. */
    OPENAI("openai", "/v1", "[DONE]") {
        @Override
        public String path(String model, boolean stream) {
            return "/v1/chat/completions";
        }

        @Override
        public String ask(String model, String prompt, long maxTokens, boolean stream) {
            return "{\"model\":\"%s\",\"max_tokens\":%d,\"stream\":%b,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                    .formatted(model, maxTokens, stream, prompt);
        }

        @Override
        public List<String> opening(@Nullable Count count) {
            return List.of(data(chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null", "")));
        }

        @Override
        public String word(String text) {
            return data(chunk("{\"content\":\"" + text + "\"}", "null", ""));
        }

        @Override
        public List<String> closing(String text, @Nullable Count count) {
            List<String> events = new ArrayList<>(List.of(data(chunk("{}", "\"stop\"", ""))));
            if (count != null) {
                events.add(data(OPENAI_HEAD.formatted("chat.completion.chunk") + "\"choices\":[],\"usage\":"
                        + usage(count) + "}"));
            }
            events.add(data("[DONE]"));
            return events;
        }

        @Override
        public String whole(String text, @Nullable Count count) {
            return OPENAI_HEAD.formatted("chat.completion") + "\"choices\":[{\"index\":0,\"message\":{\"role\":"
                    + "\"assistant\",\"content\":\"" + text + "\"},\"finish_reason\":\"stop\"}]"
                    + (count == null ? "" : ",\"usage\":" + usage(count)) + "}";
        }

        @Override
        public String usage(Count count) {
            return count.isNull()
                    ? "null"
                    : "{\"prompt_tokens\":%s,\"completion_tokens\":%s,\"prompt_tokens_details\":{\"cached_tokens\":%s}}"
                            .formatted(count.input(), count.output(), count.cached());
        }

        private String chunk(String delta, String finish, String more) {
            return OPENAI_HEAD.formatted("chat.completion.chunk") + "\"choices\":[{\"index\":0,\"delta\":" + delta
                    + ",\"finish_reason\":" + finish + "}]" + more + "}";
        }
    },

    /** OpenAI's responses. */
    RESPONSES("openai-responses", "/v1", "response.completed") {
        @Override
        public String path(String model, boolean stream) {
            return "/v1/responses";
        }

        @Override
        public String ask(String model, String prompt, long maxTokens, boolean stream) {
            return "{\"model\":\"%s\",\"max_output_tokens\":%d,\"stream\":%b,\"store\":false,\"input\":\"%s\"}"
                    .formatted(model, maxTokens, stream, prompt);
        }

        @Override
        public List<String> opening(@Nullable Count count) {
            return List.of(
                    event("response.created", "\"response\":" + response("in_progress", "", "")),
                    event(
                            "response.output_item.added",
                            "\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\",\"status\":"
                                    + "\"in_progress\",\"role\":\"assistant\",\"content\":[]}"),
                    event("response.content_part.added", PLACE + ",\"part\":" + part("")));
        }

        @Override
        public String word(String text) {
            return event("response.output_text.delta", PLACE + ",\"delta\":\"" + text + "\"");
        }

        @Override
        public List<String> closing(String text, @Nullable Count count) {
            return List.of(
                    event("response.output_text.done", PLACE + ",\"text\":\"" + text + "\""),
                    event("response.content_part.done", PLACE + ",\"part\":" + part(text)),
                    event("response.output_item.done", "\"output_index\":0,\"item\":" + message(text)),
                    event(
                            "response.completed",
                            "\"response\":" + response("completed", message(text), count == null ? "" : usage(count))));
        }

        @Override
        public String whole(String text, @Nullable Count count) {
            return response("completed", message(text), count == null ? "" : usage(count));
        }

        @Override
        public String usage(Count count) {
            return count.isNull()
                    ? "null"
                    : "{\"input_tokens\":%s,\"output_tokens\":%s,\"input_tokens_details\":{\"cached_tokens\":%s}}"
                            .formatted(count.input(), count.output(), count.cached());
        }

        private String response(String status, String output, String usage) {
            return "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1780000000,\"status\":\"" + status
                    + "\",\"model\":\"upstream-model\",\"output\":[" + output + "]"
                    + (usage.isEmpty() ? "" : ",\"usage\":" + usage) + "}";
        }

        private String message(String text) {
            return "{\"id\":\"msg_1\",\"type\":\"message\",\"status\":\"completed\",\"role\":\"assistant\",\"content\":["
                    + part(text) + "]}";
        }

        private String part(String text) {
            return "{\"type\":\"output_text\",\"text\":\"" + text + "\",\"annotations\":[]}";
        }

        private String event(String type, String members) {
            return "event: " + type + "\n" + data("{\"type\":\"" + type + "\"," + members + "}");
        }
    },

    /** Anthropic's messages. */
    ANTHROPIC("anthropic", "", "message_stop") {
        @Override
        public String path(String model, boolean stream) {
            return "/v1/messages";
        }

        @Override
        public String ask(String model, String prompt, long maxTokens, boolean stream) {
            return OPENAI.ask(model, prompt, maxTokens, stream);
        }

        @Override
        public List<String> opening(@Nullable Count count) {
            Count start = count == null || count.isNull() ? count : new Count(count.input(), "1", count.cached());
            return List.of(
                    event(
                            "message_start",
                            "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
                                    + "\"upstream-model\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null"
                                    + (start == null ? "" : ",\"usage\":" + usage(start)) + "}"),
                    event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"));
        }

        @Override
        public String word(String text) {
            return event(
                    "content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}");
        }

        @Override
        public List<String> closing(String text, @Nullable Count count) {
            return List.of(
                    event("content_block_stop", "\"index\":0"),
                    event(
                            "message_delta",
                            "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null}"
                                    + (count == null ? "" : ",\"usage\":" + usage(count))),
                    "event: message_stop\n" + data("{\"type\":\"message_stop\"}"));
        }

        @Override
        public String whole(String text, @Nullable Count count) {
            return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"upstream-model\","
                    + "\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}],\"stop_reason\":\"end_turn\","
                    + "\"stop_sequence\":null" + (count == null ? "" : ",\"usage\":" + usage(count)) + "}";
        }

        @Override
        public String usage(Count count) {
            return count.isNull()
                    ? "null"
                    : "{\"input_tokens\":%s,\"output_tokens\":%s,\"cache_read_input_tokens\":%s}"
                            .formatted(count.input(), count.output(), count.cached());
        }

        private String event(String type, String members) {
            return "event: " + type + "\n" + data("{\"type\":\"" + type + "\"," + members + "}");
        }
    },

    /** Google's generateContent. */
    GEMINI("gemini", "", "\"finishReason\"") {
        @Override
        public String path(String model, boolean stream) {
            return "/v1beta/models/" + model + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
        }

        @Override
        public String ask(String model, String prompt, long maxTokens, boolean stream) {
            return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"%s\"}]}],\"generationConfig\":{\"maxOutputTokens\":%d}}"
                    .formatted(prompt, maxTokens);
        }

        @Override
        public List<String> opening(@Nullable Count count) {
            return List.of();
        }

        @Override
        public String word(String text) {
            return data(answer(text, "", ""));
        }

        @Override
        public List<String> closing(String text, @Nullable Count count) {
            return List.of(data(whole("", count)));
        }

        @Override
        public String whole(String text, @Nullable Count count) {
            return answer(
                    text, ",\"finishReason\":\"STOP\"", count == null ? "" : ",\"usageMetadata\":" + usage(count));
        }

        @Override
        public String usage(Count count) {
            return count.isNull()
                    ? "null"
                    : "{\"promptTokenCount\":%s,\"candidatesTokenCount\":%s,\"cachedContentTokenCount\":%s}"
                            .formatted(count.input(), count.output(), count.cached());
        }

        private String answer(String text, String finish, String usage) {
            return "{\"candidates\":[{\"index\":0,\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"" + text
                    + "\"}]}" + finish + "}]" + usage + ",\"modelVersion\":\"upstream-model\",\"responseId\":\"r1\"}";
        }
    };

    private static final String OPENAI_HEAD =
            "{\"id\":\"chatcmpl-1\",\"object\":\"%s\",\"created\":1780000000,\"model\":\"upstream-model\",";
    private static final String PLACE = "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0";

    private final String dialect;
    private final String version;
    private final String end;

    Voice(String dialect, String version, String end) {
        this.dialect = dialect;
        this.version = version;
        this.end = end;
    }

    /**
     * What a provider tells of usage, as JSON literals, so that they may be wrong.
     *
     * @param input prompt tokens, as the dialect counts them
     * @param output generated tokens
     * @param cached prompt tokens read from a cache
     */
    public record Count(String input, String output, String cached) {
        /** A sound one without cached tokens. */
        public static Count of(long input, long output) {
            return new Count(Long.toString(input), Long.toString(output), "0");
        }

        boolean isNull() {
            return input.equals("null");
        }
    }

    /** Its name in the configuration. */
    public String dialect() {
        return dialect;
    }

    /** What belongs behind the address of a provider of it in the configuration. */
    public String version() {
        return version;
    }

    /** What only the last event of a whole stream contains. */
    public String end() {
        return end;
    }

    /** Where a client of it asks. */
    public abstract String path(String model, boolean stream);

    /** What a client of it asks. */
    public abstract String ask(String model, String prompt, long maxTokens, boolean stream);

    /** The events before the first word. Anthropic's tell usage too. */
    public abstract List<String> opening(@Nullable Count count);

    /** An event with some text. */
    public abstract String word(String text);

    /**
     * The events after the last word.
     *
     * @param text all of the text, which some dialects repeat
     * @param count null for a provider that does not tell
     */
    public abstract List<String> closing(String text, @Nullable Count count);

    /** An answer that is not streamed. */
    public abstract String whole(String text, @Nullable Count count);

    /** The usage object. */
    public abstract String usage(Count count);

    /** A whole stream. */
    public Reply stream(@Nullable Count count, String... words) {
        StringBuilder stream = new StringBuilder();
        opening(count).forEach(stream::append);
        for (String word : words) {
            stream.append(word(word));
        }
        closing(String.join("", words), count).forEach(stream::append);
        return Reply.events(stream.toString());
    }

    private static String data(String json) {
        return "data: " + json + "\n\n";
    }
}
