package ai.apertis.ledger;

import ai.apertis.digest.Sha256;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The bearer of the admin API, known by its SHA-256 only. Its 256 random bits need no salt. */
public final class AdminToken {
    private final byte[] hash;

    private AdminToken(byte[] hash) {
        this.hash = hash;
    }

    /** The token whose text is known. */
    static AdminToken of(String token) {
        return new AdminToken(Sha256.of(token));
    }

    /** The token whose hash was stored. */
    static AdminToken stored(String hex) {
        return new AdminToken(HexFormat.of().parseHex(hex));
    }

    /** A new token's text. */
    static String generate() {
        byte[] bits = new byte[32];
        new SecureRandom().nextBytes(bits);
        return "admin-" + HexFormat.of().formatHex(bits);
    }

    String hex() {
        return HexFormat.of().formatHex(hash);
    }

    /**
     * Compares in constant time.
     *
     * @param presented what a client sent
     * @return whether it is the token
     */
    public boolean matches(String presented) {
        return MessageDigest.isEqual(hash, Sha256.of(presented));
    }
}
