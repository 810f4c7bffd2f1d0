package ai.apertis.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Collects server-sent events whose data are JSON. One per stream; its buffer and generator are used again. */
public final class SseWriter {
    /** Writes the data of an event. */
    @FunctionalInterface
    public interface Body {
        /**
         * Writes exactly one JSON value.
         *
         * @param json takes it
         * @throws IOException never, as all goes to memory
         */
        void write(JsonGenerator json) throws IOException;
    }

    private static final byte[] EVENT = "event: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BLANK = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final JsonGenerator json;

    /** An empty writer. */
    public SseWriter() {
        try {
            json = Json.FACTORY.createGenerator(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes an event.
     *
     * @param name its name, null for none
     * @param body writes its data
     */
    public void event(@Nullable String name, Body body) {
        if (name != null) {
            bytes.writeBytes(EVENT);
            bytes.writeBytes(name.getBytes(StandardCharsets.UTF_8));
            bytes.write('\n');
        }
        bytes.writeBytes(DATA);
        try {
            body.write(json);
            json.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.writeBytes(BLANK);
    }

    /**
     * Writes an event from a tree.
     *
     * @param name its name, null for none
     * @param data its data
     */
    public void event(@Nullable String name, JsonNode data) {
        event(name, Json.bytes(data));
    }

    /**
     * Writes an event whose data are ready.
     *
     * @param name its name, null for none
     * @param data one line
     */
    public void event(@Nullable String name, byte[] data) {
        event(name, j -> {
            j.flush();
            bytes.writeBytes(data);
        });
    }

    /**
     * Hands out what has been written.
     *
     * @return all since the last call
     */
    public byte[] take() {
        byte[] taken = bytes.toByteArray();
        bytes.reset();
        return taken;
    }
}
