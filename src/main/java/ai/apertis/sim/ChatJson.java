package ai.apertis.sim;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes one answer as JSON, whole or chunk by chunk, field by field as OpenAI does. What is the same in every chunk is
 * encoded once, so that a chunk costs one buffer.
 */
final class ChatJson {
    private static final Buffer DONE = Buffer.buffer("data: [DONE]\n\n");

    private final Answer answer;
    private final String usageInChunks;
    private final byte[] chunkHead;

    /**
     * Writes an answer.
     *
     * @param answer the answer
     * @param includeUsage whether a stream tells its usage: null in every chunk, then a last chunk without choices
     */
    ChatJson(Answer answer, boolean includeUsage) {
        this.answer = answer;
        this.usageInChunks = includeUsage ? ",\"usage\":null" : "";
        this.chunkHead = bytes("data: " + head("chat.completion.chunk"));
    }

    /** The chunk that opens a choice. */
    Buffer opening(int choice) {
        boolean calls = !answer.pieces().isEmpty() && answer.pieces().getFirst() instanceof Piece.CallStart;
        String content = calls ? "null" : "\"\"";
        return chunk(choice, "{\"role\":\"assistant\",\"content\":" + content + ",\"refusal\":null}", null);
    }

    /** The chunk of one token. */
    Buffer chunk(int choice, Piece piece) {
        return chunk(
                choice,
                switch (piece) {
                    case Piece.Text text -> "{\"content\":" + quoted(text.text()) + "}";
                    case Piece.CallStart call ->
                        "{\"tool_calls\":[{\"index\":" + call.index() + "," + callHead(call) + "\"\"}}]}";
                    case Piece.CallArguments part ->
                        "{\"tool_calls\":[{\"index\":" + part.index() + ",\"function\":{\"arguments\":"
                                + quoted(part.json()) + "}}]}";
                },
                null);
    }

    /** The chunk that closes a choice. */
    Buffer closing(int choice) {
        return chunk(choice, "{}", answer.finishReason());
    }

    /** The chunk that tells the usage. */
    Buffer usageChunk() {
        return Buffer.buffer().appendBytes(chunkHead).appendString("]," + usage() + "}\n\n");
    }

    /** The end of the stream. */
    Buffer done() {
        return DONE;
    }

    /** The whole answer as one JSON object. */
    Buffer whole() {
        StringBuilder json = new StringBuilder(head("chat.completion"));
        String message = message();
        for (int choice = 0; choice < answer.choices(); choice++) {
            json.append(choice == 0 ? "" : ",")
                    .append("{\"index\":")
                    .append(choice)
                    .append(",\"message\":")
                    .append(message)
                    .append(",\"logprobs\":null,\"finish_reason\":\"")
                    .append(answer.finishReason())
                    .append("\"}");
        }
        return Buffer.buffer(json.append("],").append(usage()).append('}').toString(), StandardCharsets.UTF_8.name());
    }

    private Buffer chunk(int choice, String delta, @Nullable String finishReason) {
        String finish = finishReason == null ? "null" : "\"" + finishReason + "\"";
        return Buffer.buffer(chunkHead.length + delta.length() + 128)
                .appendBytes(chunkHead)
                .appendString("{\"index\":" + choice + ",\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":"
                        + finish + "}]" + usageInChunks + "}\n\n");
    }

    private String message() {
        StringBuilder content = new StringBuilder();
        StringBuilder calls = new StringBuilder();
        StringBuilder arguments = new StringBuilder();
        for (Piece piece : answer.pieces()) {
            switch (piece) {
                case Piece.Text text -> content.append(text.text());
                case Piece.CallStart call -> {
                    endCall(calls, arguments);
                    calls.append(calls.isEmpty() ? "{" : ",{").append(callHead(call));
                }
                case Piece.CallArguments part -> arguments.append(part.json());
            }
        }
        if (calls.isEmpty()) {
            return "{\"role\":\"assistant\",\"content\":" + quoted(content.toString()) + ",\"refusal\":null}";
        }
        endCall(calls, arguments);
        return "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" + calls + "],\"refusal\":null}";
    }

    private static void endCall(StringBuilder calls, StringBuilder arguments) {
        if (!calls.isEmpty()) {
            calls.append(quoted(arguments.toString())).append("}}");
            arguments.setLength(0);
        }
    }

    private static String callHead(Piece.CallStart call) {
        return "\"id\":" + quoted(call.id()) + ",\"type\":\"function\",\"function\":{\"name\":" + quoted(call.name())
                + ",\"arguments\":";
    }

    private String head(String object) {
        return "{\"id\":\"" + answer.id() + "\",\"object\":\"" + object + "\",\"created\":" + answer.created()
                + ",\"model\":\"" + answer.model() + "\",\"system_fingerprint\":\"fp_sim\",\"choices\":[";
    }

    private String usage() {
        int prompt = answer.promptTokens();
        int completion = answer.completionTokens();
        return "\"usage\":{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":" + completion + ",\"total_tokens\":"
                + (prompt + completion) + ",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0}"
                + ",\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
                + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}";
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 16).append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, quoted);
        return quoted.append('"').toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
