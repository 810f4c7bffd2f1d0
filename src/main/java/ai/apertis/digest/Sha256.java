package ai.apertis.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4), which every Java platform has. */
public final class Sha256 {
    private Sha256() {}

    /**
     * A hash that is fed bit by bit.
     *
     * @return a new one; for one thread at a time
     */
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /**
     * The hash of bytes.
     *
     * @param bytes any number of them
     * @return 32 bytes
     */
    public static byte[] of(byte[] bytes) {
        return begin().digest(bytes);
    }

    /**
     * The hash of a text in UTF-8.
     *
     * @param text any text
     * @return 32 bytes
     */
    public static byte[] of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The first digits of the hash of a text, to tell versions of something apart by.
     *
     * @param text any text
     * @param digits how many, 1 to 64
     * @return in hexadecimal
     */
    public static String hex(String text, int digits) {
        return HexFormat.of().formatHex(of(text)).substring(0, digits);
    }
}
