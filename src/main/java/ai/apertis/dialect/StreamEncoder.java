package ai.apertis.dialect;

/** Writes one streamed answer for a client. Has state: one per stream. */
@FunctionalInterface
public interface StreamEncoder {
    /**
     * Writes what an event means in this dialect.
     *
     * <p>The dialect's terminal events, and usage, are written for {@link ChatEvent.End} only, so that the caller can hold
     * them back until the answer is paid for. A {@link ChatEvent.Failure} becomes the dialect's own error event.
     *
     * @param event the next event
     * @return whole server-sent events in UTF-8, empty when there is nothing to say yet
     */
    byte[] encode(ChatEvent event);
}
