package ai.apertis.bench.micro;

import ai.apertis.config.DialectName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The same answer as the vendor of each dialect streams it: a paragraph, word by word, then one call whose arguments come
 * in pieces. Fields and their order are those of real streams, because what is passed over takes time too.
 */
final class Streams {
    /** Events of every stream, the beginning and the end among them. */
    static final int EVENTS = 320;

    private static final String[] WORDS = {
        " The", " quick", " brown", " fox", " jumps", " over", " a", " lazy", " dog", "."
    };
    private static final String[] ARGUMENTS = {"{\\\"city\\\"", ":\\\"", "Paris", "\\\",\\\"days\\\"", ":3", "}"};

    private Streams() {}

    /**
     * The answer in a dialect.
     *
     * @param dialect the provider's
     * @return {@link #EVENTS} server-sent events, each with its blank line
     */
    static List<byte[]> of(DialectName dialect) {
        return switch (dialect) {
            case OPENAI -> chat();
            case OPENAI_RESPONSES -> responses();
            case ANTHROPIC -> anthropic();
            case GEMINI -> gemini();
        };
    }

    private static List<byte[]> chat() {
        String call = "{\"tool_calls\":[{\"index\":0,\"id\":\"call_Lq8Xd1\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"forecast\",\"arguments\":\"\"}}]}";
        List<String> after = new ArrayList<>(List.of(chunk(call, "null", "null")));
        for (String piece : ARGUMENTS) {
            String more = "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"" + piece + "\"}}]}";
            after.add(chunk(more, "null", "null"));
        }
        after.add(chunk("{}", "\"tool_calls\"", "null"));
        String usage = "{\"prompt_tokens\":58,\"completion_tokens\":331,\"total_tokens\":389,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0}}";
        after.add(chunk("", "", usage));
        String first = chunk("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null", "null");
        return filled(List.of(first), word -> chunk("{\"content\":\"" + word + "\"}", "null", "null"), after);
    }

    private static String chunk(String delta, String finish, String usage) {
        String choices = delta.isEmpty()
                ? ""
                : "{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" + finish + "}";
        return "data: {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\","
                + "\"created\":1741569952,\"model\":\"gpt-5.2\",\"service_tier\":\"default\","
                + "\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[" + choices + "],\"usage\":" + usage
                + ",\"obfuscation\":\"hNq3Zk1\"}\n\n";
    }

    private static List<byte[]> responses() {
        String told = "\"id\":\"resp_0a1b2c\",\"object\":\"response\",\"created_at\":1741569952,\"model\":\"gpt-5.2\",";
        String message = "\"id\":\"msg_0a1b2c\",\"type\":\"message\",\"role\":\"assistant\"";
        String call =
                "\"id\":\"fc_0a1b2c\",\"type\":\"function_call\",\"call_id\":\"call_Lq8Xd1\",\"name\":\"forecast\"";
        List<String> before = List.of(
                item("response.created", "\"response\":{" + told + "\"status\":\"in_progress\",\"output\":[]}"),
                item("response.in_progress", "\"response\":{" + told + "\"status\":\"in_progress\",\"output\":[]}"),
                item("response.output_item.added", "\"output_index\":0,\"item\":{" + message + ",\"content\":[]}"),
                item(
                        "response.content_part.added",
                        "\"output_index\":0,\"content_index\":0,\"item_id\":\"msg_0a1b2c\","
                                + "\"part\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[]}"));
        List<String> after = new ArrayList<>(List.of(
                item("response.output_item.done", "\"output_index\":0,\"item\":{" + message + ",\"content\":[]}"),
                item("response.output_item.added", "\"output_index\":1,\"item\":{" + call + ",\"arguments\":\"\"}")));
        for (String piece : ARGUMENTS) {
            after.add(item(
                    "response.function_call_arguments.delta",
                    "\"item_id\":\"fc_0a1b2c\",\"output_index\":1,\"delta\":\"" + piece + "\""));
        }
        String whole = call + ",\"arguments\":\"" + String.join("", ARGUMENTS) + "\"";
        after.add(item("response.output_item.done", "\"output_index\":1,\"item\":{" + whole + "}"));
        after.add(item(
                "response.completed",
                "\"response\":{" + told + "\"status\":\"completed\",\"output\":[{" + whole + "}],\"usage\":"
                        + "{\"input_tokens\":58,\"output_tokens\":331,\"total_tokens\":389}}"));
        return filled(
                before,
                word -> item(
                        "response.output_text.delta",
                        "\"content_index\":0,\"delta\":\"" + word + "\",\"item_id\":\"msg_0a1b2c\",\"logprobs\":[],"
                                + "\"obfuscation\":\"hNq3Zk1\",\"output_index\":0"),
                after);
    }

    private static String item(String type, String fields) {
        return named(type, "{\"type\":\"" + type + "\",\"sequence_number\":7," + fields + "}");
    }

    private static List<byte[]> anthropic() {
        List<String> before = List.of(
                named(
                        "message_start",
                        "{\"type\":\"message_start\",\"message\":{\"model\":\"claude-opus-4-5\","
                                + "\"id\":\"msg_01Xa\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[],"
                                + "\"stop_reason\":null,\"stop_sequence\":null,"
                                + "\"usage\":{\"input_tokens\":58,\"output_tokens\":1}}}"),
                named(
                        "content_block_start",
                        "{\"type\":\"content_block_start\",\"index\":0,"
                                + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}"));
        List<String> after = new ArrayList<>(
                List.of(
                        named("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}"),
                        named(
                                "content_block_start",
                                "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":"
                                        + "{\"type\":\"tool_use\",\"id\":\"toolu_01Xa\",\"name\":\"forecast\",\"input\":{}}}")));
        for (String piece : ARGUMENTS) {
            after.add(block(1, "\"type\":\"input_json_delta\",\"partial_json\":\"" + piece + "\""));
        }
        after.add(named("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":1}"));
        after.add(named(
                "message_delta",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\","
                        + "\"stop_sequence\":null},\"usage\":{\"output_tokens\":331}}"));
        after.add(named("message_stop", "{\"type\":\"message_stop\"}"));
        return filled(before, word -> block(0, "\"type\":\"text_delta\",\"text\":\"" + word + "\""), after);
    }

    private static String block(int index, String delta) {
        return named(
                "content_block_delta",
                "{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":{" + delta + "}}");
    }

    private static List<byte[]> gemini() {
        String call = "{\"functionCall\":{\"name\":\"forecast\",\"args\":{\"city\":\"Paris\",\"days\":3}}}";
        return filled(
                List.of(),
                word -> candidate("{\"text\":\"" + word + "\"}", ""),
                List.of(candidate(call, ",\"finishReason\":\"STOP\"")));
    }

    private static String candidate(String part, String finish) {
        return "data: {\"candidates\":[{\"content\":{\"parts\":[" + part + "],\"role\":\"model\"}" + finish
                + ",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":58,\"candidatesTokenCount\":331,"
                + "\"totalTokenCount\":389,\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":58}]},"
                + "\"modelVersion\":\"gemini-3-pro\",\"responseId\":\"Xa0bafe1\"}\n\n";
    }

    private static String named(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }

    private interface Word {
        String event(String word);
    }

    private static List<byte[]> filled(List<String> before, Word word, List<String> after) {
        List<String> events = new ArrayList<>(before);
        while (events.size() < EVENTS - after.size()) {
            events.add(word.event(WORDS[events.size() % WORDS.length]));
        }
        events.addAll(after);
        return events.stream()
                .map(event -> event.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
