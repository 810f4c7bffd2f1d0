package ai.apertis.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script of the shared store: one call that is atomic there.
 *
 * @param text the script
 * @param digest the SHA-1 of its text, by which Redis remembers it
 */
public record Script(String text, String digest) {
    /**
     * Prepares a script.
     *
     * @param text Lua
     * @return the script and its digest
     */
    public static Script of(String text) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return new Script(text, HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8))));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
