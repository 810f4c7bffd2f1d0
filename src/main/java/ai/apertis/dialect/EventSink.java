package ai.apertis.dialect;

/** Takes the bytes of one event that goes to the client. */
@FunctionalInterface
public interface EventSink {
    /**
     * One whole event.
     *
     * @param buf holds it; the very array that was handed in when the event passes untouched
     * @param from index of its first byte
     * @param to index after its last byte
     */
    void event(byte[] buf, int from, int to);
}
