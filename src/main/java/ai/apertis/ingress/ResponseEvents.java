package ai.apertis.ingress;

import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.Json;
import ai.apertis.http.SseEvent;
import ai.apertis.http.SseFramer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Tells apart, in a stream of the Responses API, the few events that carry the whole response object. */
final class ResponseEvents {
    private static final int LONGEST_EVENT = 64 * 1024 * 1024;
    private static final String PREFIX = "response.";
    private static final byte[] TYPE = "\"type\":\"response.".getBytes(StandardCharsets.US_ASCII);

    /** Takes what was told apart, in its order. */
    interface Sink {
        /**
         * Events that are not about the response as a whole.
         *
         * @param events whole ones
         */
        void others(Buffer events);

        /**
         * An event that carries the response.
         *
         * @param type for instance {@code response.completed}
         * @param event its JSON
         */
        void response(String type, ObjectNode event);
    }

    private final SseFramer framer = new SseFramer(LONGEST_EVENT);
    private final SseEvent event = new SseEvent();
    private int from;

    /**
     * Reads whole events.
     *
     * @param events one or more
     * @param sink takes them
     */
    void read(Buffer events, Sink sink) {
        byte[] bytes = events.getBytes();
        from = 0;
        framer.feed(bytes, 0, bytes.length, (buf, start, end, copied) -> {
            event.read(buf, start, end);
            String type = type();
            ObjectNode json = type == null ? null : json();
            if (type != null && json != null) {
                pass(events, from, start, sink);
                from = end;
                sink.response(type, json);
            }
        });
        pass(events, from, bytes.length, sink);
    }

    private static void pass(Buffer events, int from, int to, Sink sink) {
        if (from < to) {
            sink.others(from == 0 && to == events.length() ? events : events.slice(from, to));
        }
    }

    /** Only their names have nothing after the second word: {@code response.output_text.delta} is about a part. */
    private @Nullable String type() {
        String name = event.name();
        if (name == null && event.hasData()) {
            name = typeInData();
        }
        return name != null && name.startsWith(PREFIX) && name.indexOf('.', PREFIX.length()) < 0 ? name : null;
    }

    private @Nullable String typeInData() {
        byte[] data = event.buffer();
        for (int at = event.dataFrom(); at + TYPE.length < event.dataTo(); at++) {
            int same = 0;
            while (same < TYPE.length && data[at + same] == TYPE[same]) {
                same++;
            }
            if (same == TYPE.length) {
                int end = at + same;
                while (end < event.dataTo() && data[end] != '"') {
                    end++;
                }
                int begin = at + TYPE.length - PREFIX.length();
                return new String(data, begin, end - begin, StandardCharsets.US_ASCII);
            }
        }
        return null;
    }

    private @Nullable ObjectNode json() {
        try {
            ObjectNode json = Json.answer(Arrays.copyOfRange(event.buffer(), event.dataFrom(), event.dataTo()));
            return json.path("response").isObject() ? json : null;
        } catch (ApiException unreadable) {
            return null;
        }
    }

    /**
     * Writes an event.
     *
     * @param type its name
     * @param json its data
     * @return the event with its blank line
     */
    static Buffer write(String type, ObjectNode json) {
        return Buffer.buffer("event: " + type + "\ndata: " + Json.text(json) + "\n\n");
    }

    /**
     * Whether nothing comes after it.
     *
     * @param type of an event that carries the response
     * @return true when it is finished
     */
    static boolean isLast(String type) {
        return switch (type) {
            case "response.completed", "response.incomplete", "response.failed" -> true;
            default -> false;
        };
    }
}
