package ai.apertis.dialect;

/** Takes what goes to the client. */
public interface EventSink {
    /** The provider's event that is being looked at, byte for byte as it came. */
    void same();

    /**
     * Another event.
     *
     * @param bytes the whole event, blank line included; not changed afterwards
     */
    void event(byte[] bytes);
}
