package ai.apertis.dialect;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What something attached to a prompt counts as, by rule, where its provider does not count: an image a token for every
 * 750 pixels, between 85 and 1,568 (the middle of what the vendors do), 1,568 where its size cannot be read; a PDF 2,000
 * tokens a page; sound 32 tokens a second at 16 kB a second; anything else a token for every four bytes.
 */
final class Attached {
    private static final long LEAST_IMAGE = 85;
    private static final long MOST_IMAGE = 1_568;
    private static final long PIXELS_PER_TOKEN = 750;
    private static final long TOKENS_PER_PAGE = 2_000;
    private static final long BYTES_PER_PAGE = 100_000;
    private static final long SOUND_BYTES_PER_TOKEN = 500;
    /** Enough to find the size of any image, and to tell what it is. */
    private static final int HEAD_CHARS = 256 * 1024;

    private Attached() {}

    /** Tokens of something that is not sent along, only its address. */
    static long byAddress() {
        return MOST_IMAGE;
    }

    /**
     * Tokens of something sent along.
     *
     * @param base64 its bytes
     * @return tokens
     */
    static long tokens(String base64) {
        long length = base64.length() * 3L / 4;
        byte[] head = head(base64);
        String magic = new String(head, 0, Math.min(12, head.length), StandardCharsets.ISO_8859_1);
        if (magic.startsWith("\u0089PNG") || magic.startsWith("GIF8") || magic.startsWith("\u00ff\u00d8")) {
            return image(pixels(head));
        }
        if (magic.startsWith("RIFF") && magic.endsWith("WEBP")) {
            return MOST_IMAGE;
        }
        if (magic.startsWith("%PDF")) {
            return TOKENS_PER_PAGE * Math.max(pages(head), length / BYTES_PER_PAGE + 1);
        }
        boolean sound = magic.startsWith("RIFF")
                || magic.startsWith("ID3")
                || magic.startsWith("OggS")
                || magic.startsWith("fLaC")
                || (head.length > 1 && head[0] == (byte) 0xff && (head[1] & 0xe0) == 0xe0);
        return sound ? length / SOUND_BYTES_PER_TOKEN + 1 : length / 4 + 1;
    }

    private static byte[] head(String base64) {
        String head = base64.substring(0, Math.min(base64.length(), HEAD_CHARS) / 4 * 4);
        try {
            return Base64.getMimeDecoder().decode(head);
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    private static long image(long pixels) {
        return pixels <= 0
                ? MOST_IMAGE
                : Math.clamp((pixels + PIXELS_PER_TOKEN - 1) / PIXELS_PER_TOKEN, LEAST_IMAGE, MOST_IMAGE);
    }

    /** The pixels of a PNG, GIF or JPEG; 0 when its head does not tell. */
    private static long pixels(byte[] head) {
        ByteBuffer bytes = ByteBuffer.wrap(head);
        if (head.length >= 24 && head[1] == 'P') {
            return (bytes.getInt(16) & 0xffff_ffffL) * (bytes.getInt(20) & 0xffff_ffffL);
        }
        if (head.length >= 10 && head[0] == 'G') {
            return (long) Short.toUnsignedInt(Short.reverseBytes(bytes.getShort(6)))
                    * Short.toUnsignedInt(Short.reverseBytes(bytes.getShort(8)));
        }
        return jpegPixels(bytes);
    }

    /** Walks from marker to marker to the one that begins the frame (ITU-T T.81, B.2.2). */
    private static long jpegPixels(ByteBuffer bytes) {
        int at = 2;
        while (at + 9 <= bytes.limit() && bytes.get(at) == (byte) 0xff) {
            int marker = bytes.get(at + 1) & 0xff;
            boolean frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
            if (frame) {
                return (long) Short.toUnsignedInt(bytes.getShort(at + 5)) * Short.toUnsignedInt(bytes.getShort(at + 7));
            }
            at += 2 + Short.toUnsignedInt(bytes.getShort(at + 2));
        }
        return 0;
    }

    private static long pages(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        long pages = 0;
        for (int at = text.indexOf("/Type /Page"); at >= 0; at = text.indexOf("/Type /Page", at + 1)) {
            int after = at + "/Type /Page".length();
            if (after >= text.length() || text.charAt(after) != 's') {
                pages++;
            }
        }
        return pages;
    }
}
