package ai.apertis.bench;

import java.nio.charset.StandardCharsets;

/**
 * The time at which a chunk was sent, written into the text of the answer, so that it survives every gateway: a tilde
 * and eighteen digits of {@link System#nanoTime}.
 */
final class SendTime {
    /** Stands in a template where {@link #stamp} will write. */
    static final String BLANK = "~000000000000000000";

    private static final int DIGITS = BLANK.length() - 1;

    private SendTime() {}

    /**
     * Writes a time over a blank.
     *
     * @param bytes hold the blank
     * @param at index of its tilde
     * @param nanos the time
     */
    static void stamp(byte[] bytes, int at, long nanos) {
        long rest = nanos;
        for (int i = at + DIGITS; i > at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** Takes the times as they are found. */
    @FunctionalInterface
    interface Sink {
        void sent(long nanos);
    }

    /** Finds the times in one stream, however the network cut it, and whether it came to its end. */
    static final class Reader {
        private final byte[] end;
        private int digits = -1;
        private long nanos;
        private int done;

        /** Reads a stream whose last event says so with these words; no part of them begins like the whole. */
        Reader(String end) {
            this.end = end.getBytes(StandardCharsets.US_ASCII);
        }

        void read(byte[] bytes, Sink sink) {
            for (byte b : bytes) {
                if (digits >= 0) {
                    nanos = nanos * 10 + (b - '0');
                    if (++digits == DIGITS) {
                        digits = -1;
                        sink.sent(nanos);
                    }
                } else if (b == '~') {
                    digits = 0;
                    nanos = 0;
                } else if (done < end.length) {
                    done = b == end[done] ? done + 1 : b == end[0] ? 1 : 0;
                }
            }
        }

        boolean isDone() {
            return done == end.length;
        }
    }
}
