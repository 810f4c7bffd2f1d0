package ai.apertis.ledger;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Ids of stored responses: {@code resp_}, eight hex digits of the second in which it was made, forty of randomness. Who
 * was not told an id cannot guess it, and the second says in which partition it lies.
 */
public final class ResponseIds {
    private static final String PREFIX = "resp_";
    private static final int SECOND_DIGITS = 8;
    private static final int RANDOM_BYTES = 20;
    private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9a-f]{48}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private ResponseIds() {}

    /**
     * Makes an id.
     *
     * @param now when the response is made
     * @return never made before
     */
    public static String next(Instant now) {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        HexFormat hex = HexFormat.of();
        return PREFIX + hex.toHexDigits((int) now.getEpochSecond()) + hex.formatHex(random);
    }

    /**
     * The day in an id.
     *
     * @param id from a client
     * @return in UTC, empty when it is no id that was made here
     */
    static Optional<LocalDate> day(String id) {
        if (!FORM.matcher(id).matches()) {
            return Optional.empty();
        }
        String second = id.substring(PREFIX.length(), PREFIX.length() + SECOND_DIGITS);
        return Optional.of(
                LocalDate.ofInstant(Instant.ofEpochSecond(HexFormat.fromHexDigitsToLong(second)), ZoneOffset.UTC));
    }
}
