package ai.apertis.http;

/** Writes server-sent events. */
public final class SseBytes {
    private static final int PREFIX = "data: ".length();

    private SseBytes() {}

    /**
     * An event without a name.
     *
     * @param data one JSON value; line breaks in it, which JSON allows only between its tokens, become spaces
     * @return the event with its blank line
     */
    public static byte[] event(byte[] data) {
        byte[] event = new byte[PREFIX + data.length + 2];
        event[0] = 'd';
        event[1] = 'a';
        event[2] = 't';
        event[3] = 'a';
        event[4] = ':';
        event[5] = ' ';
        for (int i = 0; i < data.length; i++) {
            byte b = data[i];
            event[PREFIX + i] = b == '\n' || b == '\r' ? (byte) ' ' : b;
        }
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        return event;
    }
}
