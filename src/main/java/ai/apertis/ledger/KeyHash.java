package ai.apertis.ledger;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes keys and hashes them: HMAC-SHA-256 with a pepper, of which there may be older ones whose keys still work. A key is
 * {@code sk-} or {@code sk-sub-}, random letters and digits, and six more that are a CRC32 of all before them, so that
 * junk is seen without a look-up and scanners can find leaked keys.
 */
public final class KeyHash {
    /** What standard keys begin with. */
    public static final String STANDARD = "sk-";

    /** What the keys of subscriptions begin with. */
    public static final String SUBSCRIPTION = "sk-sub-";

    private static final String SUBSCRIPTION_OTHER = "sk-sub_";
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int RANDOM_LENGTH = 42;
    private static final int CHECK_LENGTH = 6;
    private static final int SHORTEST = 32;
    private static final int LONGEST = 256;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final TreeMap<Integer, Pepper> peppers = new TreeMap<>();

    /**
     * Hashes with the pepper of the highest id, and finds keys hashed with any.
     *
     * @param peppers by id, at least one, each at least 16 bytes
     */
    public KeyHash(Map<Integer, byte[]> peppers) {
        peppers.forEach((id, pepper) -> {
            if (pepper.length < 16) {
                throw new IllegalArgumentException("pepper " + id + " is shorter than 16 bytes");
            }
            this.peppers.put(id, new Pepper(pepper));
        });
        if (this.peppers.isEmpty()) {
            throw new IllegalArgumentException("no pepper");
        }
    }

    /**
     * Makes a key of 250 random bits.
     *
     * @param prefix {@link #STANDARD} or {@link #SUBSCRIPTION}
     * @return the whole key
     */
    public static String generate(String prefix) {
        StringBuilder key = new StringBuilder(prefix);
        for (int i = 0; i < RANDOM_LENGTH; i++) {
            key.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return key.append(check(key.toString())).toString();
    }

    /**
     * Whether a key has the form of one: right prefix, at least 32 letters and digits.
     *
     * @param key what a client sent
     * @return false for what no installation would ever store
     */
    public static boolean wellFormed(String key) {
        String prefix = prefix(key);
        int length = key.length() - prefix.length();
        return !prefix.isEmpty() && length >= SHORTEST && length <= LONGEST && isAlphanumeric(key, prefix.length());
    }

    private static boolean isAlphanumeric(String key, int from) {
        for (int i = from; i < key.length(); i++) {
            if (ALPHABET.indexOf(key.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a well-formed key ends in its own checksum, as keys made here do.
     *
     * @param key the whole key
     * @return false for junk, and for keys made elsewhere
     */
    public static boolean checks(String key) {
        return wellFormed(key) && key.endsWith(check(key.substring(0, key.length() - CHECK_LENGTH)));
    }

    /**
     * The prefix of a key.
     *
     * @param key the whole key
     * @return one of the known prefixes, empty when it has none
     */
    static String prefix(String key) {
        for (String prefix : List.of(SUBSCRIPTION, SUBSCRIPTION_OTHER, STANDARD)) {
            if (key.startsWith(prefix)) {
                return prefix;
            }
        }
        return "";
    }

    private static String check(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        char[] digits = new char[CHECK_LENGTH];
        long rest = crc.getValue();
        for (int i = CHECK_LENGTH - 1; i >= 0; i--) {
            digits[i] = ALPHABET.charAt((int) (rest % ALPHABET.length()));
            rest /= ALPHABET.length();
        }
        return new String(digits);
    }

    /** The id of the pepper that new keys are hashed with. */
    int currentId() {
        return peppers.lastKey();
    }

    /** The hash to store for a new key. */
    byte[] current(String key) {
        return peppers.lastEntry().getValue().mac(key);
    }

    /** The hashes by which a key may be stored, the current pepper's first. */
    List<byte[]> all(String key) {
        return peppers.descendingMap().values().stream()
                .map(pepper -> pepper.mac(key))
                .toList();
    }

    boolean knows(int pepperId) {
        return peppers.containsKey(pepperId);
    }

    /** A further secret, told from a key's hash by its text; throws {@link IllegalStateException} without that pepper. */
    byte[] derived(int pepperId, String text) {
        Pepper pepper = peppers.get(pepperId);
        if (pepper == null) {
            throw new IllegalStateException("pepper " + pepperId + " is not configured any more");
        }
        return pepper.mac(text);
    }

    /** What tells whether a pepper is still the same, without telling the pepper. */
    static byte[] fingerprint(byte[] pepper) {
        return new Pepper(pepper).mac("the pepper's own fingerprint");
    }

    /** A MAC that is keyed already: a copy of it begins where keying it anew would end, at half the work. */
    private static final class Pepper {
        private final Mac keyed;

        private Pepper(byte[] pepper) {
            try {
                keyed = Mac.getInstance("HmacSHA256");
                keyed.init(new SecretKeySpec(pepper, "HmacSHA256"));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
            }
        }

        private byte[] mac(String text) {
            try {
                return ((Mac) keyed.clone()).doFinal(text.getBytes(StandardCharsets.UTF_8));
            } catch (CloneNotSupportedException e) {
                throw new IllegalStateException("the JDK's own HmacSHA256 can be copied", e);
            }
        }
    }
}
