package ai.apertis.people;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules for what people enter, each a {@link Refusal.Invalid} naming its field. */
public final class Entries {
    private static final Pattern EMAIL =
            Pattern.compile("[^\\s\\p{Cntrl}@<>\",;:\\\\()\\[\\]]+@[^\\s\\p{Cntrl}@.]+(?:\\.[^\\s\\p{Cntrl}@.]+)+");
    private static final int LONGEST_EMAIL = 254;
    private static final Pattern USER_NAME = Pattern.compile("[a-z0-9_-]{3,32}");
    private static final int SHORTEST_PASSWORD = 8;
    private static final int LONGEST_PASSWORD = 128;
    private static final int LONGEST_TITLE = 100;

    /** Those of the usual lists of leaked passwords that are long enough to be refused for nothing else. */
    private static final Set<String> COMMON = Set.of(
            "12345678",
            "123456789",
            "1234567890",
            "0123456789",
            "87654321",
            "11111111",
            "00000000",
            "88888888",
            "12341234",
            "11223344",
            "123123123",
            "password",
            "password1",
            "password12",
            "password123",
            "passw0rd",
            "p@ssw0rd",
            "p@ssword",
            "qwertyui",
            "qwertyuiop",
            "qwerty12",
            "qwerty123",
            "qwerty1234",
            "1q2w3e4r",
            "1q2w3e4r5t",
            "1qaz2wsx",
            "zaq12wsx",
            "q1w2e3r4",
            "asdfghjk",
            "asdfghjkl",
            "zxcvbnm1",
            "abcd1234",
            "abc12345",
            "aa123456",
            "iloveyou",
            "sunshine",
            "princess",
            "football",
            "baseball",
            "superman",
            "trustno1",
            "welcome1",
            "welcome123",
            "letmein1",
            "changeme",
            "changeme123",
            "admin123",
            "administrator",
            "starwars",
            "computer",
            "whatever",
            "michelle",
            "jennifer",
            "internet",
            "dragon123",
            "monkey123",
            "test1234",
            "testtest",
            "secret123",
            "default1");

    private Entries() {}

    /**
     * An e-mail address.
     *
     * @param entered as entered
     * @return trimmed and in lower case, also before the at sign: no provider in use tells those apart
     */
    public static String email(String entered) {
        String email = entered.strip().toLowerCase(Locale.ROOT);
        if (email.length() > LONGEST_EMAIL || !EMAIL.matcher(email).matches()) {
            throw new Refusal.Invalid("email", "This is not an e-mail address.");
        }
        return email;
    }

    /**
     * A user name.
     *
     * @param entered as entered
     * @return trimmed and in lower case: 3 to 32 of a-z, 0-9, hyphen and underscore
     */
    public static String userName(String entered) {
        String name = entered.strip().toLowerCase(Locale.ROOT);
        if (!USER_NAME.matcher(name).matches()) {
            throw new Refusal.Invalid("name", "A user name has 3 to 32 letters a-z, digits, hyphens and underscores.");
        }
        return name;
    }

    /**
     * A new password, which stays as it is. Lengths as in NIST SP 800-63B; no rules about kinds of characters.
     *
     * @param entered as entered
     * @param email whose it will be
     * @param name whose it will be
     * @return the same
     */
    public static String password(String entered, String email, String name) {
        int length = entered.codePointCount(0, entered.length());
        if (length < SHORTEST_PASSWORD || length > LONGEST_PASSWORD) {
            throw new Refusal.Invalid("password", "A password has 8 to 128 characters.");
        }
        String lower = entered.toLowerCase(Locale.ROOT);
        if (COMMON.contains(lower) || lower.equals(email) || lower.equals(name)) {
            throw new Refusal.Invalid("password", "This password is among the first that anybody would try.");
        }
        return entered;
    }

    /** The name of an organization, group, role, project or admin key: 1 to 100 characters, no control characters. */
    static String title(String entered) {
        String title = entered.strip();
        if (title.isEmpty()
                || title.codePointCount(0, title.length()) > LONGEST_TITLE
                || title.codePoints().anyMatch(Character::isISOControl)) {
            throw new Refusal.Invalid("name", "A name has 1 to 100 characters.");
        }
        return title;
    }
}
