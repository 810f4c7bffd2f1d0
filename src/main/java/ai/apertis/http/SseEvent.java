package ai.apertis.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A reusable view of one server-sent event: where its data is, and its name. One per stream, read again for each event,
 * so that looking at an event allocates nothing (but for data over several lines, which is joined).
 */
public final class SseEvent {
    private byte[] buf = new byte[0];
    private byte[] nameSource = buf;
    private int dataFrom;
    private int dataTo;
    private int nameFrom;
    private int nameTo;
    private boolean hasData;
    /** Whether the data are several lines put together in an array of their own. */
    private boolean joined;

    /** Makes an empty view. */
    public SseEvent() {}

    /**
     * Looks at an event.
     *
     * @param bytes holds it
     * @param from index of its first byte
     * @param to index after its last byte
     * @return this
     */
    public SseEvent read(byte[] bytes, int from, int to) {
        buf = bytes;
        dataFrom = dataTo = nameFrom = nameTo = 0;
        hasData = joined = false;
        byte[] source = bytes;
        int line = from;
        while (line < to) {
            int end = line;
            while (end < to && source[end] != '\n' && source[end] != '\r') {
                end++;
            }
            field(source, line, end);
            line = end + 1;
        }
        return this;
    }

    /**
     * Whether it has a data field at all; comments and keep-alives have none.
     *
     * @return true when there is data, though it may be empty
     */
    public boolean hasData() {
        return hasData;
    }

    /**
     * The array that holds the data.
     *
     * @return valid until the next {@link #read}
     */
    public byte[] buffer() {
        return buf;
    }

    /**
     * Where the data begins.
     *
     * @return index into {@link #buffer}
     */
    public int dataFrom() {
        return dataFrom;
    }

    /**
     * Where the data ends.
     *
     * @return index after the last byte
     */
    public int dataTo() {
        return dataTo;
    }

    /**
     * The event's name.
     *
     * @return null when it has none
     */
    public @Nullable String name() {
        return nameTo == nameFrom ? null : new String(nameSource, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8);
    }

    /**
     * Whether the data are exactly these bytes.
     *
     * @param expected what to compare with
     * @return true when equal
     */
    public boolean dataIs(byte[] expected) {
        return hasData && Arrays.equals(buf, dataFrom, dataTo, expected, 0, expected.length);
    }

    private void field(byte[] source, int from, int to) {
        if (startsWith(source, from, to, 'd', 'a', 't', 'a')) {
            int value = valueFrom(source, from + 4, to);
            if (value >= 0) {
                data(source, value, to);
            }
        } else if (to - from >= 6 && source[from] == 'e' && startsWith(source, from + 1, to, 'v', 'e', 'n', 't')) {
            int value = valueFrom(source, from + 5, to);
            if (value >= 0) {
                nameSource = source;
                nameFrom = value;
                nameTo = to;
            }
        }
    }

    private void data(byte[] source, int from, int to) {
        if (!hasData) {
            hasData = true;
            dataFrom = from;
            dataTo = to;
            return;
        }
        int length = dataTo - dataFrom;
        int longer = length + 1 + (to - from);
        if (!joined) {
            buf = Arrays.copyOfRange(source, dataFrom, dataFrom + Math.max(longer, 2 * length));
            dataFrom = 0;
            joined = true;
        } else if (longer > buf.length) {
            // Twice the room, or an event of a million lines would be copied a million times.
            buf = Arrays.copyOf(buf, Math.max(longer, 2 * buf.length));
        }
        buf[length] = '\n';
        System.arraycopy(source, from, buf, length + 1, to - from);
        dataTo = longer;
    }

    /** The index of a field's value, one leading space skipped; -1 when another field's name only begins alike. */
    private static int valueFrom(byte[] source, int at, int to) {
        if (at == to) {
            return at;
        }
        if (source[at] != ':') {
            return -1;
        }
        return at + 1 < to && source[at + 1] == ' ' ? at + 2 : at + 1;
    }

    private static boolean startsWith(byte[] source, int from, int to, char a, char b, char c, char d) {
        return to - from >= 4
                && source[from] == a
                && source[from + 1] == b
                && source[from + 2] == c
                && source[from + 3] == d;
    }
}
