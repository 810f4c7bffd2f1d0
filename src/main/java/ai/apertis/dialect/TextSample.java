package ai.apertis.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The answer's text as it passed: its first part kept, all of it measured. What a stream costs when nobody says is
 * counted from this, so what it keeps is bounded.
 */
public final class TextSample {
    private static final int KEPT_BYTES = 65_536;

    private byte[] kept = new byte[0];
    private int keptLength;
    private long totalBytes;

    /** Makes an empty sample. */
    public TextSample() {}

    /**
     * A sample of one text.
     *
     * @param utf8 the text
     * @return its first part and its length
     */
    public static TextSample of(byte[] utf8) {
        TextSample sample = new TextSample();
        sample.add(utf8, 0, utf8.length);
        return sample;
    }

    /**
     * Whether all of the text was kept.
     *
     * @return false when its end is missing
     */
    public boolean isWhole() {
        return keptLength == totalBytes;
    }

    /**
     * More text passed.
     *
     * @param buf holds it, in UTF-8
     * @param from index of the first byte
     * @param to index after the last byte
     */
    public void add(byte[] buf, int from, int to) {
        totalBytes += to - from;
        int room = Math.min(to - from, KEPT_BYTES - keptLength);
        if (room <= 0) {
            return;
        }
        if (keptLength + room > kept.length) {
            kept = Arrays.copyOf(kept, Math.min(KEPT_BYTES, Math.max(1_024, (keptLength + room) * 2)));
        }
        System.arraycopy(buf, from, kept, keptLength, room);
        keptLength += room;
    }

    /**
     * How much text passed.
     *
     * @return bytes
     */
    public long totalBytes() {
        return totalBytes;
    }

    /**
     * The first part of the text.
     *
     * @return at most 64 KiB of it
     */
    public String kept() {
        return new String(kept, 0, keptLength, StandardCharsets.UTF_8);
    }

    /**
     * The length of {@link #kept}.
     *
     * @return bytes
     */
    public int keptBytes() {
        return keptLength;
    }
}
