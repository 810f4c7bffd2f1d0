package ai.apertis.dialect.translation;

import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.StreamDecoder;
import ai.apertis.http.SseEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives a stream's events to its decoder. An event with broken UTF-8 is read as every SDK reads it, with U+FFFD in the place
 * of what is broken (WHATWG Encoding, "UTF-8 decode"), so that one bad byte costs a character and not the answer.
 */
final class EventReader implements Consumer<ChatEvent> {
    private final StreamDecoder decoder;
    private @Nullable Consumer<ChatEvent> out;
    private boolean heard;

    EventReader(StreamDecoder decoder) {
        this.decoder = decoder;
    }

    /**
     * Reads an event.
     *
     * @throws ApiException when it is not to be read
     */
    void read(SseEvent event, Consumer<ChatEvent> to) {
        out = to;
        heard = false;
        try {
            decoder.event(event.name(), event.buffer(), event.dataFrom(), event.dataTo(), this);
        } catch (ApiException unreadable) {
            byte[] sent = Arrays.copyOfRange(event.buffer(), event.dataFrom(), event.dataTo());
            byte[] mended = new String(sent, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            if (heard || Arrays.equals(sent, mended)) {
                throw unreadable;
            }
            decoder.event(event.name(), mended, 0, mended.length, this);
        }
    }

    @Override
    public void accept(ChatEvent event) {
        heard |= !(event instanceof ChatEvent.Start);
        if (out != null) {
            out.accept(event);
        }
    }
}
