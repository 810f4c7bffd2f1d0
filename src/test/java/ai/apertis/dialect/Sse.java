package ai.apertis.dialect;

import ai.apertis.http.SseEvent;
import ai.apertis.http.SseFramer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Feeding streams to decoders, and reading streams simply. */
public final class Sse {
    private Sse() {}

    /** What a decoder makes of a stream. */
    static List<ChatEvent> decode(StreamDecoder decoder, byte[] stream) {
        List<ChatEvent> events = new ArrayList<>();
        SseEvent view = new SseEvent();
        new SseFramer(64 << 20).feed(stream, 0, stream.length, (buf, from, to, copied) -> {
            view.read(buf, from, to);
            if (view.hasData()) {
                decoder.event(view.name(), view.buffer(), view.dataFrom(), view.dataTo(), events::add);
            }
        });
        decoder.closed(events::add);
        return events;
    }

    /** What an encoder makes of events. */
    static byte[] encode(StreamEncoder encoder, List<ChatEvent> events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        events.forEach(event -> out.writeBytes(encoder.encode(event)));
        return out.toByteArray();
    }

    /** The JSON data of every event, read line by line. */
    public static List<JsonNode> data(byte[] stream) {
        List<JsonNode> data = new ArrayList<>();
        for (String line : new String(stream, StandardCharsets.UTF_8).lines().toList()) {
            if (line.startsWith("data:") && !line.contains("[DONE]")) {
                try {
                    data.add(Recording.JSON.readTree(line.substring(5)));
                } catch (IOException e) {
                    throw new IllegalStateException(line, e);
                }
            }
        }
        return data;
    }
}
