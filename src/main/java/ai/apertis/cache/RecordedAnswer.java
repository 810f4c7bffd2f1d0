package ai.apertis.cache;

import io.vertx.core.buffer.Buffer;

/**
 * A whole answer as its client got it.
 *
 * @param streamed whether it is the events of a stream
 * @param tokens what it had cost to make, prompt and output, tokens
 * @param body the bytes, in the client's dialect; not to be changed
 */
public record RecordedAnswer(boolean streamed, long tokens, Buffer body) {
    private static final int HEAD = 1 + Long.BYTES;

    /**
     * Writes it for a store outside of the process.
     *
     * @return a new buffer
     */
    public Buffer toBuffer() {
        return Buffer.buffer(HEAD + body.length())
                .appendByte((byte) (streamed ? 1 : 0))
                .appendLong(tokens)
                .appendBuffer(body);
    }

    /**
     * Reads what {@link #toBuffer} wrote.
     *
     * @param bytes all of it
     * @return the answer
     * @throws IllegalArgumentException when it is too short to be one
     */
    public static RecordedAnswer of(Buffer bytes) {
        if (bytes.length() < HEAD) {
            throw new IllegalArgumentException("not a recorded answer");
        }
        return new RecordedAnswer(bytes.getByte(0) == 1, bytes.getLong(1), bytes.slice(HEAD, bytes.length()));
    }
}
