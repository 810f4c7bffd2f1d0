package ai.apertis.upstream;

import ai.apertis.config.DialectName;

/** Streamed answers of many words, each a token, in the words of each provider's dialect. */
public final class LongReplies {
    private LongReplies() {}

    /** So many words, delivered a few at a time, with the usage at the end: 10 prompt tokens, and a token a word. */
    public static Reply of(DialectName provider, int words) {
        StringBuilder sse = new StringBuilder();
        switch (provider) {
            case OPENAI -> chat(sse, words);
            case OPENAI_RESPONSES -> responses(sse, words);
            case ANTHROPIC -> anthropic(sse, words);
            case GEMINI -> gemini(sse, words);
        }
        return Reply.events(sse.toString()).chopped(1_000).withPauses(1);
    }

    /** A tool call whose arguments go on and on. */
    public static Reply toolCall(int words) {
        StringBuilder sse = new StringBuilder();
        chunk(
                sse,
                "{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"write\",\"arguments\":\"\"}}]}",
                "null");
        chunk(sse, "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"text\\\":\\\"\"}}]}", "null");
        for (int i = 0; i < words; i++) {
            chunk(sse, "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\" word\"}}]}", "null");
        }
        chunk(sse, "{}", "\"tool_calls\"");
        sse.append("data: [DONE]\n\n");
        return Reply.events(sse.toString()).chopped(1_000).withPauses(1);
    }

    private static void chat(StringBuilder sse, int words) {
        chunk(sse, "{\"role\":\"assistant\",\"content\":\"\"}", "null");
        for (int i = 0; i < words; i++) {
            chunk(sse, "{\"content\":\" word\"}", "null");
        }
        chunk(sse, "{}", "\"stop\"");
        data(
                sse,
                "{\"id\":\"chatcmpl-9\",\"object\":\"chat.completion.chunk\",\"created\":1780000000,\"model\":\"up\",\"choices\":[],"
                        + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":" + words + ",\"total_tokens\":"
                        + (words + 10) + "}}");
        sse.append("data: [DONE]\n\n");
    }

    private static void chunk(StringBuilder sse, String delta, String finish) {
        data(
                sse,
                "{\"id\":\"chatcmpl-9\",\"object\":\"chat.completion.chunk\",\"created\":1780000000,\"model\":\"up\",\"choices\":[{"
                        + "\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}");
    }

    private static void responses(StringBuilder sse, int words) {
        String response =
                "{\"id\":\"resp_9\",\"object\":\"response\",\"created_at\":1780000000,\"model\":\"up\",\"status\":\"%s\",\"output\":[]%s}";
        int number = 0;
        named(
                sse,
                "response.created",
                "\"sequence_number\":" + number++ + ",\"response\":" + response.formatted("in_progress", ""));
        named(
                sse,
                "response.output_item.added",
                "\"sequence_number\":" + number++
                        + ",\"output_index\":0,\"item\":{\"id\":\"msg_9\",\"type\":\"message\",\"role\":\"assistant\",\"status\":\"in_progress\",\"content\":[]}");
        named(
                sse,
                "response.content_part.added",
                "\"sequence_number\":" + number++
                        + ",\"item_id\":\"msg_9\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[]}");
        for (int i = 0; i < words; i++) {
            named(
                    sse,
                    "response.output_text.delta",
                    "\"sequence_number\":" + number++
                            + ",\"item_id\":\"msg_9\",\"output_index\":0,\"content_index\":0,\"delta\":\" word\"");
        }
        named(
                sse,
                "response.completed",
                "\"sequence_number\":" + number + ",\"response\":"
                        + response.formatted(
                                "completed",
                                ",\"usage\":{\"input_tokens\":10,\"output_tokens\":" + words + ",\"total_tokens\":"
                                        + (words + 10) + "}"));
    }

    private static void anthropic(StringBuilder sse, int words) {
        named(
                sse,
                "message_start",
                "\"message\":{\"id\":\"msg_9\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"up\",\"content\":[],"
                        + "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":10,\"output_tokens\":1}}");
        named(sse, "content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
        for (int i = 0; i < words; i++) {
            named(sse, "content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" word\"}");
        }
        named(sse, "content_block_stop", "\"index\":0");
        named(
                sse,
                "message_delta",
                "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":" + words
                        + "}");
        named(sse, "message_stop", "\"end\":true");
    }

    private static void gemini(StringBuilder sse, int words) {
        for (int i = 1; i <= words; i++) {
            data(
                    sse,
                    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\" word\"}]},"
                            + (i == words ? "\"finishReason\":\"STOP\"," : "")
                            + "\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":10,\"candidatesTokenCount\":" + i
                            + ",\"totalTokenCount\":" + (10 + i)
                            + "},\"modelVersion\":\"up\",\"responseId\":\"gem-9\"}");
        }
    }

    private static void named(StringBuilder sse, String type, String members) {
        sse.append("event: ").append(type).append('\n');
        data(sse, "{\"type\":\"" + type + "\"," + members + "}");
    }

    private static void data(StringBuilder sse, String json) {
        sse.append("data: ").append(json).append("\n\n");
    }
}
