package ai.apertis.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Answers of a chat provider that speaks the OpenAI dialect, sound and with planted faults. */
public final class ChatReplies {
    private static final String HEAD =
            "{\"id\":\"chatcmpl-1\",\"object\":\"%s\",\"created\":1780000000,\"model\":\"upstream-model\",\"choices\":[";

    private ChatReplies() {}

    /** What can be wrong with the usage that a provider tells. The sound values are 10 prompt and 3 completion tokens. */
    public enum UsageFault {
        /** Nothing wrong. */
        NONE,
        /** No usage anywhere. */
        ABSENT,
        /** All counts are zero although text was sent. */
        ZERO,
        /** The usage is JSON null. */
        NULL,
        /** The counts are strings. */
        STRING,
        /** The counts are negative. */
        NEGATIVE,
        /** The counts are 10 to the 18th. */
        HUGE,
        /** More cached prompt tokens than prompt tokens. */
        CACHED_ABOVE_INPUT,
        /** In a stream, the same usage comes twice; in a whole answer, the key is there twice. */
        TWICE,
        /** In a stream, the usage comes after {@code [DONE]}; a whole answer is sound. */
        AFTER_END
    }

    /** A streamed answer of three words. */
    public static Reply stream(UsageFault fault) {
        String usageChunk = chunk("", usage(fault));
        List<String> events = new ArrayList<>(events("one", " two", " three"));
        switch (fault) {
            case ABSENT -> events.add("[DONE]");
            case TWICE -> events.addAll(List.of(usageChunk, usageChunk, "[DONE]"));
            case AFTER_END -> events.addAll(List.of("[DONE]", usageChunk));
            default -> events.addAll(List.of(usageChunk, "[DONE]"));
        }
        return Reply.events(sse(events));
    }

    /** A streamed answer of so many words, too long for any buffer on its way. */
    public static Reply longStream(int words) {
        List<String> events = new ArrayList<>(events("word ".repeat(words).split("(?<= )")));
        events.addAll(List.of(chunk("", usage(UsageFault.NONE)), "[DONE]"));
        return Reply.events(sse(events));
    }

    /** A streamed answer that counts, too long for any buffer on its way, so that a chunk in the wrong place shows. */
    public static Reply countingStream(int words) {
        String counted = IntStream.range(0, words).mapToObj(word -> word + " ").collect(Collectors.joining());
        List<String> events = new ArrayList<>(events(counted.split("(?<= )")));
        events.addAll(List.of(chunk("", usage(UsageFault.NONE)), "[DONE]"));
        return Reply.events(sse(events));
    }

    /** A streamed answer whose last chunk of text carries the usage, as many providers do it. */
    public static Reply streamWithUsageBesideTheFinish() {
        List<String> events = new ArrayList<>(events("one", " two", " three"));
        events.removeLast();
        events.add(chunk(choice("{}", "\"stop\""), usage(UsageFault.NONE)));
        events.add("[DONE]");
        return Reply.events(sse(events));
    }

    /** A whole answer of three words. */
    public static Reply whole(UsageFault fault) {
        String usage = usage(fault);
        String member = fault == UsageFault.ABSENT ? "" : ",\"usage\":" + usage;
        return Reply.json(
                200,
                HEAD.formatted("chat.completion")
                        + "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"one two three\"},"
                        + "\"finish_reason\":\"stop\"}]" + member + (fault == UsageFault.TWICE ? member : "") + "}");
    }

    /** A stream that ends after its text, without a finish, usage or {@code [DONE]}. */
    public static Reply streamThatStops() {
        return Reply.events(sse(events("one", " two", " three").subList(0, 4)));
    }

    /** A stream that tells of an error after two words and ends. */
    public static Reply streamWithAnError() {
        List<String> events = new ArrayList<>(events("one", " two").subList(0, 3));
        events.add("{\"error\":{\"message\":\"upstream is overloaded\",\"type\":\"server_error\",\"code\":502}}");
        return Reply.events(sse(events));
    }

    /** Status 200 whose body is an error. */
    public static Reply errorInsideSuccess() {
        return Reply.json(200, error("upstream is overloaded", "server_error"));
    }

    /** An error answer in the OpenAI form. */
    public static Reply failure(int status, String message) {
        return Reply.json(status, error(message, status < 500 ? "invalid_request_error" : "server_error"));
    }

    /** Status 200 with a page of HTML, as proxies answer. */
    public static Reply html() {
        return Reply.of(200, "text/html", "<html><body>Bad gateway at 10.0.0.7</body></html>");
    }

    /** Status 200 that says JSON and is none. */
    public static Reply brokenJson() {
        return Reply.json(200, "{\"id\":\"chatcmpl-1\",\"choices\":[{");
    }

    /** A sound stream that says it is plain text. */
    public static Reply streamOfWrongType() {
        return Reply.of(200, "text/plain", stream(UsageFault.NONE).body().toString());
    }

    private static List<String> events(String... words) {
        List<String> events = new ArrayList<>();
        events.add(chunk(choice("{\"role\":\"assistant\",\"content\":\"\"}", "null"), null));
        for (String word : words) {
            events.add(chunk(choice("{\"content\":\"" + word + "\"}", "null"), null));
        }
        events.add(chunk(choice("{}", "\"stop\""), null));
        return events;
    }

    private static String chunk(String choice, @Nullable String usage) {
        return HEAD.formatted("chat.completion.chunk") + choice + "]" + (usage == null ? "" : ",\"usage\":" + usage)
                + "}";
    }

    private static String choice(String delta, String finishReason) {
        return "{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finishReason + "}";
    }

    private static String usage(UsageFault fault) {
        return switch (fault) {
            case NONE, ABSENT, TWICE, AFTER_END -> usage("10", "3", "13", "0");
            case ZERO -> usage("0", "0", "0", "0");
            case NULL -> "null";
            case STRING -> usage("\"10\"", "\"3\"", "\"13\"", "\"0\"");
            case NEGATIVE -> usage("-10", "-3", "-13", "0");
            case HUGE -> usage("1e18", "1000000000000000000", "2e18", "0");
            case CACHED_ABOVE_INPUT -> usage("10", "3", "13", "50");
        };
    }

    private static String usage(String prompt, String completion, String total, String cached) {
        return "{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion + ",\"total_tokens\":" + total
                + ",\"prompt_tokens_details\":{\"cached_tokens\":" + cached + "}}";
    }

    private static String error(String message, String type) {
        return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"" + type + "\",\"param\":null,\"code\":null}}";
    }

    private static String sse(List<String> events) {
        StringBuilder stream = new StringBuilder();
        for (String event : events) {
            stream.append("data: ").append(event).append("\n\n");
        }
        return stream.toString();
    }
}
