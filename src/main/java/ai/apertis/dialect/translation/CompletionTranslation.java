package ai.apertis.dialect.translation;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.http.SseBytes;
import ai.apertis.http.SseEvent;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The chat answers of a model that was asked for a legacy completion, as {@code text_completion} objects. */
final class CompletionTranslation implements Bridge {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE_EVENT = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Bridge chat;
    private final String model;

    CompletionTranslation(Bridge chat, String model) {
        this.chat = chat;
        this.model = model;
    }

    @Override
    public String path() {
        return chat.path();
    }

    @Override
    public byte[] body() {
        return chat.body();
    }

    @Override
    public WholeAnswer answer(byte[] body) {
        WholeAnswer answer = chat.answer(body);
        return answer.error() != null
                ? answer
                : WholeAnswer.of(
                        receipt -> Json.bytes(completion(Json.answer(answer.body(receipt)), "message")),
                        answer.usage(),
                        answer.text());
    }

    @Override
    public Passage passage() {
        return new Translated(chat.passage());
    }

    @Override
    public Passage pricedPassage() {
        return new Translated(chat.pricedPassage());
    }

    @Override
    public ApiError error(int status, byte[] body) {
        return chat.error(status, body);
    }

    private ObjectNode completion(JsonNode root, String message) {
        String id = root.path("id").asText("");
        ObjectNode completion = Json.object()
                .put("id", id.startsWith("chatcmpl-") ? "cmpl-" + id.substring("chatcmpl-".length()) : id)
                .put("object", "text_completion")
                .put("created", root.path("created").asLong())
                .put("model", root.path("model").asText(model));
        ArrayNode choices = completion.putArray("choices");
        for (JsonNode choice : root.path("choices")) {
            choices.addObject()
                    .put("text", choice.path(message).path("content").asText(""))
                    .put("index", choice.path("index").asInt())
                    .putNull("logprobs")
                    .set("finish_reason", choice.path("finish_reason"));
        }
        if (root.has("apertis")) {
            completion.set("apertis", root.get("apertis"));
        }
        if (root.hasNonNull("usage")) {
            completion.set("usage", root.get("usage"));
        }
        return completion;
    }

    /** Each chunk of a conversation as one of a completion; those that only open a turn have nothing to tell. */
    private final class Translated implements Passage {
        private final Passage chunks;

        private Translated(Passage chunks) {
            this.chunks = chunks;
        }

        @Override
        public Seen pass(SseEvent event, EventSink out) {
            return chunks.pass(event, new Rewritten(event, out));
        }

        @Override
        public void end(Receipt receipt, EventSink out) {
            chunks.end(receipt, new Rewritten(new SseEvent(), out));
        }

        @Override
        public void cutOff(String reason, Receipt receipt, EventSink out) {
            chunks.cutOff(reason, receipt, new Rewritten(new SseEvent(), out));
        }

        @Override
        public void fail(ApiError error, EventSink out) {
            chunks.fail(error, out);
        }

        @Override
        public @Nullable Usage usage() {
            return chunks.usage();
        }

        @Override
        public TextSample text() {
            return chunks.text();
        }

        @Override
        public boolean finished() {
            return chunks.finished();
        }

        @Override
        public @Nullable ApiError error() {
            return chunks.error();
        }
    }

    private final class Rewritten implements EventSink {
        private final SseEvent event;
        private final EventSink out;
        private final SseEvent own = new SseEvent();

        private Rewritten(SseEvent event, EventSink out) {
            this.event = event;
            this.out = out;
        }

        @Override
        public void same() {
            if (event.hasData()) {
                rewrite(event);
            } else {
                out.same();
            }
        }

        /** An encoder may write several events at once. */
        @Override
        public void event(byte[] bytes) {
            int from = 0;
            for (int i = 1; i < bytes.length; i++) {
                if (bytes[i] == '\n' && bytes[i - 1] == '\n') {
                    SseEvent one = own.read(bytes, from, i + 1);
                    if (one.hasData()) {
                        rewrite(one);
                    }
                    from = i + 1;
                }
            }
        }

        private void rewrite(SseEvent chunk) {
            if (chunk.dataIs(DONE)) {
                out.event(DONE_EVENT);
                return;
            }
            try {
                JsonNode root = Json.answer(Arrays.copyOfRange(chunk.buffer(), chunk.dataFrom(), chunk.dataTo()));
                if (tells(root)) {
                    out.event(SseBytes.event(Json.bytes(completion(root, "delta"))));
                }
            } catch (ApiException unreadable) {
                // Not a chunk: nothing that a completion could show.
                return;
            }
        }

        private static boolean tells(JsonNode root) {
            for (JsonNode choice : root.path("choices")) {
                if (choice.hasNonNull("finish_reason")
                        || !choice.path("delta").path("content").asText("").isEmpty()) {
                    return true;
                }
            }
            return root.hasNonNull("usage");
        }
    }
}
