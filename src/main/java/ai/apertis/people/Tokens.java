package ai.apertis.people;

import ai.apertis.digest.Sha256;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/** Secrets of 256 random bits that their bearer shows: of these only a SHA-256 is stored, which needs no salt. */
public final class Tokens {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int LONGEST = 256;

    private Tokens() {}

    /**
     * A new token.
     *
     * @return 43 letters, digits, hyphens and underscores
     */
    public static String make() {
        byte[] bits = new byte[32];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /** What is stored of a token, and what it is looked up by. */
    static Buffer hash(String token) {
        return Buffer.buffer(Sha256.of(token));
    }

    /**
     * A second secret that only the bearer of the first can know, and that tells nothing of it.
     *
     * @param token the first
     * @param purpose what the second is for
     * @return 43 letters, digits, hyphens and underscores
     */
    public static String derived(String token, String purpose) {
        return challenge(purpose + ':' + token);
    }

    /**
     * What may be shown of a secret so that its bearer can prove later to know it, as by PKCE (RFC 7636, S256).
     *
     * @param secret in ASCII
     * @return its SHA-256 in base64url
     */
    public static String challenge(String secret) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(secret));
    }

    /**
     * Compares in constant time.
     *
     * @param one a secret
     * @param other what is said to be it
     * @return whether it is
     */
    public static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether it may be a token at all; junk is not looked up.
     *
     * @param token from anybody
     * @return whether
     */
    public static boolean plausible(String token) {
        return token.length() >= 43 && token.length() <= LONGEST;
    }
}
