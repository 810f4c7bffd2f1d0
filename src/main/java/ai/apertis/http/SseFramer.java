package ai.apertis.http;

import java.util.Arrays;

/**
 * Cuts a stream of bytes into whole server-sent events, however the network chopped it. Knows LF, CRLF and CR line ends
 * (WHATWG HTML, "Server-sent events", 9.2.5). Events are handed on as ranges of the array that was fed wherever
 * possible: only an event that spans two reads is copied.
 */
public final class SseFramer {
    /** Takes whole events. */
    @FunctionalInterface
    public interface Sink {
        /**
         * One whole event with its blank line, valid during the call only.
         *
         * @param buf holds the event
         * @param from index of its first byte
         * @param to index after its last byte
         * @param copied whether {@code buf} is the framer's own and will be used again, not what was fed
         */
        void event(byte[] buf, int from, int to, boolean copied);
    }

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int maxEventBytes;
    private byte[] held = new byte[0];
    private int heldLength;
    private boolean lineEmpty = true;
    private boolean afterCarriageReturn;
    /** How much of a byte order mark has been seen; all of it once the stream is past where one may stand. */
    private int marked;

    /**
     * A framer for one stream.
     *
     * @param maxEventBytes the longest event that is accepted, in bytes
     */
    public SseFramer(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    /**
     * Takes what was read and hands on every event that it completes.
     *
     * @param buf what was read; may be reused after the call
     * @param from index of the first byte
     * @param to index after the last byte
     * @param sink takes the events
     * @throws IllegalStateException when an event is longer than allowed
     */
    public void feed(byte[] buf, int from, int to, Sink sink) {
        int start = marked == BYTE_ORDER_MARK.length ? from : afterByteOrderMark(buf, from, to);
        boolean empty = lineEmpty;
        boolean afterCr = afterCarriageReturn;
        for (int i = start; i < to; i++) {
            byte b = buf[i];
            if (b == '\n' && afterCr) {
                afterCr = false;
                continue;
            }
            afterCr = b == '\r';
            if (b != '\n' && b != '\r') {
                empty = false;
            } else if (empty) {
                int end = i + 1;
                if (afterCr && end < to && buf[end] == '\n') {
                    i = end++;
                    afterCr = false;
                }
                emit(buf, start, end, sink);
                start = end;
            } else {
                empty = true;
            }
        }
        lineEmpty = empty;
        afterCarriageReturn = afterCr;
        if (start < to) {
            hold(buf, start, to);
        }
    }

    /**
     * The stream ended: hands on what was begun, since providers forget the last blank line.
     *
     * @param sink takes the last event, if there is one
     */
    public void finish(Sink sink) {
        if (!isBlank(held, 0, heldLength)) {
            byte[] last = Arrays.copyOf(held, heldLength + 2);
            last[heldLength] = '\n';
            last[heldLength + 1] = '\n';
            heldLength = 0;
            sink.event(last, 0, last.length, true);
        }
    }

    private void emit(byte[] buf, int from, int to, Sink sink) {
        if (heldLength == 0) {
            if (!isBlank(buf, from, to)) {
                sink.event(buf, from, to, false);
            }
            return;
        }
        hold(buf, from, to);
        int length = heldLength;
        heldLength = 0;
        if (!isBlank(held, 0, length)) {
            sink.event(held, 0, length, true);
        }
    }

    private void hold(byte[] buf, int from, int to) {
        int length = to - from;
        if (heldLength + length > maxEventBytes) {
            throw new IllegalStateException("an event is longer than " + maxEventBytes + " bytes");
        }
        if (heldLength + length > held.length) {
            held = Arrays.copyOf(held, Math.max(heldLength + length, Math.min(maxEventBytes, held.length * 2 + 512)));
        }
        System.arraycopy(buf, from, held, heldLength, length);
        heldLength += length;
    }

    private static boolean isBlank(byte[] buf, int from, int to) {
        for (int i = from; i < to; i++) {
            if (buf[i] != '\n' && buf[i] != '\r') {
                return false;
            }
        }
        return true;
    }

    private int afterByteOrderMark(byte[] buf, int from, int to) {
        int at = from;
        while (at < to && marked < BYTE_ORDER_MARK.length) {
            if (buf[at] != BYTE_ORDER_MARK[marked]) {
                // No mark: what looked like one is the beginning of the first line.
                hold(BYTE_ORDER_MARK, 0, marked);
                lineEmpty = marked == 0;
                marked = BYTE_ORDER_MARK.length;
                return at;
            }
            marked++;
            at++;
        }
        return at;
    }
}
