package ai.apertis.dialect.tasks;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.openai.OpenAiErrors;
import ai.apertis.http.SseBytes;
import ai.apertis.http.SseEvent;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream of images or sound: every event as it came. The last, whose type ends in {@code .completed} or {@code .done} and
 * which says what was used, is held back until the answer is paid for.
 */
final class TaskPassage implements Passage {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE_EVENT = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final int answers;
    private final Function<JsonNode, @Nullable Usage> told;
    private final Function<TextSample, Usage> otherwise;
    private final TextSample text = new TextSample();
    private @Nullable Usage usage;
    private @Nullable ApiError error;
    private byte @Nullable [] last;
    private int finishes;

    /** What one event says, apart from its pictures and sounds. */
    private record Said(String type, JsonNode usage, boolean error) {}

    /**
     * A stream.
     *
     * @param answers how many answers it holds, each with an end of its own
     * @param told reads the usage of the last event
     * @param otherwise what is charged when it does not say, by the text that has passed
     */
    TaskPassage(int answers, Function<JsonNode, @Nullable Usage> told, Function<TextSample, Usage> otherwise) {
        this.answers = answers;
        this.told = told;
        this.otherwise = otherwise;
    }

    @Override
    public Seen pass(SseEvent event, EventSink out) {
        if (!event.hasData()) {
            out.same();
            return Seen.OTHER;
        }
        if (event.dataIs(DONE)) {
            last = last == null ? DONE_EVENT : last;
            return Seen.END;
        }
        Said said = read(event);
        if (said.error || "error".equals(said.type)) {
            error = OpenAiErrors.read(200, event.buffer(), event.dataFrom(), event.dataTo());
            return Seen.ERROR;
        }
        if (said.type.endsWith(".completed") || said.type.endsWith(".done")) {
            Usage heard = said.usage.isObject() ? told.apply(said.usage) : null;
            usage = heard == null ? usage : heard;
            finishes++;
            if (finishes >= answers) {
                last = copy(event, said.type);
                return Seen.END;
            }
        }
        out.same();
        return Seen.CONTENT;
    }

    /** Reads the members at the top; images stand there too, as long strings that are passed over. */
    private Said read(SseEvent event) {
        String type = "";
        JsonNode found = MissingNode.getInstance();
        boolean failed = false;
        try (JsonParser json =
                Json.FACTORY.createParser(event.buffer(), event.dataFrom(), event.dataTo() - event.dataFrom())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return new Said("", found, false);
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                JsonToken value = json.nextToken();
                if (name.equals("type") && value == JsonToken.VALUE_STRING) {
                    type = json.getText();
                } else if (name.equals("usage")) {
                    found = Json.tree(json);
                } else if (name.equals("error") && value != JsonToken.VALUE_NULL) {
                    failed = true;
                    json.skipChildren();
                } else if (name.equals("delta") && value == JsonToken.VALUE_STRING) {
                    byte[] bytes = json.getText().getBytes(StandardCharsets.UTF_8);
                    text.add(bytes, 0, bytes.length);
                } else {
                    json.skipChildren();
                }
            }
        } catch (IOException unreadable) {
            // What cannot be read here may still be for the client.
            return new Said(type, found, false);
        }
        return new Said(type, found, failed);
    }

    private static byte[] copy(SseEvent event, String type) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (event.name() != null) {
            bytes.writeBytes(("event: " + type + "\n").getBytes(StandardCharsets.UTF_8));
        }
        bytes.writeBytes(SseBytes.event(Arrays.copyOfRange(event.buffer(), event.dataFrom(), event.dataTo())));
        return bytes.toByteArray();
    }

    @Override
    public void end(Receipt receipt, EventSink out) {
        if (last != null) {
            out.event(last);
        }
    }

    /** What a task may cost is held whole before it begins, so there is nothing more to say here. */
    @Override
    public void cutOff(String reason, Receipt receipt, EventSink out) {
        end(receipt, out);
    }

    @Override
    public void fail(ApiError failure, EventSink out) {
        byte[] body = OpenAiErrors.body(failure);
        byte[] typed = Json.bytes(Json.answer(body).put("type", "error"));
        out.event(SseBytes.event(typed));
    }

    @Override
    public Usage usage() {
        return usage == null ? otherwise.apply(text) : usage;
    }

    @Override
    public TextSample text() {
        return text;
    }

    @Override
    public boolean finished() {
        return finishes > 0;
    }

    @Override
    public @Nullable ApiError error() {
        return error;
    }
}
