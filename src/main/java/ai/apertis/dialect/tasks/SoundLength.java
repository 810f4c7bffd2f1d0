package ai.apertis.dialect.tasks;

/**
 * How long a sound file is, by its first bytes and its size, for billing before the provider has told. PCM in a WAV file is
 * known exactly. Else it has at least {@value #LEAST_BYTES_PER_SECOND} bytes a second, which no codec in use undercuts for
 * speech, and likely those of its first MPEG frame or {@value #LIKELY_BYTES_PER_SECOND}.
 *
 * @param mostMillis the longest that it can be, milliseconds
 * @param likelyMillis what it likely is, milliseconds
 */
record SoundLength(long mostMillis, long likelyMillis) {
    private static final long LEAST_BYTES_PER_SECOND = 1_000;
    private static final long LEAST_MILLIS = 10_000;
    private static final long LIKELY_BYTES_PER_SECOND = 4_000;
    private static final int[] MPEG1_KBITS = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0};
    private static final int[] MPEG2_KBITS = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0};
    private static final int PCM = 1;
    private static final int WAV_HEADER = 44;

    /**
     * Measures a file.
     *
     * @param head its first bytes
     * @param size all its bytes
     */
    static SoundLength of(byte[] head, long size) {
        long wav = pcmBytesPerSecond(head);
        if (wav > 0) {
            long millis = millis(size, wav);
            return new SoundLength(rounded(millis), millis);
        }
        long mpeg = mpegBytesPerSecond(head);
        return new SoundLength(
                rounded(millis(size, LEAST_BYTES_PER_SECOND)), millis(size, mpeg > 0 ? mpeg : LIKELY_BYTES_PER_SECOND));
    }

    /** Providers count whole seconds, and some at least ten. */
    private static long rounded(long millis) {
        return Math.max(LEAST_MILLIS, Math.ceilDiv(millis, 1_000L) * 1_000 + 1_000);
    }

    private static long millis(long size, long bytesPerSecond) {
        return Math.ceilDiv(size * 1_000, bytesPerSecond);
    }

    /** By the fields that every decoder goes by, not by the average that the header tells besides. */
    private static long pcmBytesPerSecond(byte[] head) {
        boolean wav =
                head.length >= WAV_HEADER && tag(head, 0, "RIFF") && tag(head, 8, "WAVE") && tag(head, 12, "fmt ");
        return wav && little(head, 20, 2) == PCM
                ? little(head, 24, 4) * little(head, 22, 2) * little(head, 34, 2) / 8
                : 0;
    }

    private static long mpegBytesPerSecond(byte[] head) {
        int at = tag(head, 0, "ID3") && head.length > 10
                ? 10 + ((head[6] & 127) << 21 | (head[7] & 127) << 14 | (head[8] & 127) << 7 | (head[9] & 127))
                : 0;
        for (int i = at; i + 3 < head.length; i++) {
            int version = head[i + 1] >> 3 & 3;
            boolean frame = head[i] == (byte) 0xff && (head[i + 1] & 0xe6) == 0xe2 && version != 1;
            if (frame) {
                int rate = head[i + 2] >> 4 & 15;
                return (version == 3 ? MPEG1_KBITS[rate] : MPEG2_KBITS[rate]) * 125L;
            }
        }
        return 0;
    }

    private static boolean tag(byte[] head, int at, String tag) {
        for (int i = 0; i < tag.length(); i++) {
            if (at + i >= head.length || head[at + i] != tag.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static long little(byte[] head, int at, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | (head[at + i] & 0xff);
        }
        return value;
    }
}
