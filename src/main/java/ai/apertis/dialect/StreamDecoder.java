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
}
