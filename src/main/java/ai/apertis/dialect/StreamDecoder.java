package ai.apertis.dialect;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads one streamed answer of a provider, event by event. Has state: one per stream. */
public interface StreamDecoder {
    /**
     * Reads the data of one server-sent event.
     *
     * @param name the event's name, null when it has none
     * @param buf holds the data; not kept after the call
     * @param from index of the first byte
     * @param to index after the last byte
     * @param out takes what it means, in order; nothing more after {@link ChatEvent.End} or {@link ChatEvent.Failure}
     * @throws ApiException a 502 when the data cannot be read; the caller decides whether to go on
     */
    void event(@Nullable String name, byte[] buf, int from, int to, Consumer<ChatEvent> out);

    /**
     * The provider closed the stream. Emits what is owed: an end when the answer was finished though the provider sent no
     * terminal event, else a failure. Nothing after a terminal event.
     *
     * @param out takes it
     */
    void closed(Consumer<ChatEvent> out);

    /**
     * For a stream that is passed on as it came and is cut off here: ends, in this dialect's own words, what is open on the
     * wire, and the stream if that takes more than an encoder of the dialect knows.
     *
     * @param reason as in {@link ChatEvent.CutOff}
     * @param receipt what was charged
     * @param out takes the events
     * @return whether the stream's own end is among them
     */
    default boolean cutOff(String reason, Receipt receipt, SseWriter out) {
        return false;
    }
}
