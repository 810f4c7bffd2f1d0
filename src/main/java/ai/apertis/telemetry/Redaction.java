package ai.apertis.telemetry;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text that is about to be logged. The last line of defence: nothing should log a secret in the first
 * place, but messages of libraries and exceptions quote what they were given.
 */
public final class Redaction {
    private static final String MARK = "[redacted]";

    /** What introduces a secret is kept (group 1), the secret goes. Every repetition is bounded or cannot backtrack. */
    private static final Pattern SECRET = Pattern.compile(
            // Authorization: Bearer …, x-api-key=…, "api_key":"…", password=…
            "((?:authorization|x-api-key|x-goog-api-key|api[-_]?key|admin[-_]?token|access[-_]?token|password|secret)"
                    + "[\"']?\\s{0,4}[:=]\\s{0,4}[\"']?(?:(?:bearer|basic)\\s{1,4})?)[^\\s\"',;&}\\]]++"
                    + "|(\\b(?:bearer|basic)\\s{1,4})[A-Za-z0-9._~+/=-]{8,}+"
                    // ?key=… of Gemini
                    + "|([?&]key=)[^\\s\"'&]++"
                    // postgresql://user:password@host
                    + "|(://[^\\s/:@]{1,100}+:)[^\\s/@]++(?=@)"
                    // keys by their prefixes: OpenAI, Anthropic and this service, Google, Groq, xAI, NVIDIA
                    + "|(\\bsk-)[A-Za-z0-9_-]{8,}+"
                    + "|(\\b(?:AIza|gsk_|xai-|nvapi-))[A-Za-z0-9_-]{16,}+",
            Pattern.CASE_INSENSITIVE);

    /**
     * What is in everything that the pattern can find, by its first letter. Trying the pattern at each place of a line costs more
     * than writing the line; nearly no line holds any of these.
     */
    private static final String[][] SIGNS = byFirstLetter(
            "authorization",
            "api-key",
            "api_key",
            "apikey",
            "admin-token",
            "admin_token",
            "admintoken",
            "access-token",
            "access_token",
            "accesstoken",
            "password",
            "secret",
            "bearer",
            "basic",
            "?key=",
            "&key=",
            "://",
            "sk-",
            "aiza",
            "gsk_",
            "xai-",
            "nvapi-");

    private Redaction() {}

    private static String[][] byFirstLetter(String... signs) {
        String[][] table = new String[128][];
        for (int letter = 0; letter < table.length; letter++) {
            String first = String.valueOf((char) letter);
            table[letter] =
                    Arrays.stream(signs).filter(each -> each.startsWith(first)).toArray(String[]::new);
        }
        return table;
    }

    /**
     * The text without the secrets that can be recognized.
     *
     * @param text what is about to be logged
     * @return the same text when there is none
     */
    public static String redact(String text) {
        return mayHoldOne(text) ? withoutSecrets(text) : text;
    }

    private static boolean mayHoldOne(String text) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter < SIGNS.length) {
                for (String sign : SIGNS[letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter]) {
                    if (text.regionMatches(true, i, sign, 0, sign.length())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static String withoutSecrets(String text) {
        return SECRET.matcher(text).replaceAll(found -> {
            for (int group = 1; group <= found.groupCount(); group++) {
                String introduction = found.group(group);
                if (introduction != null) {
                    return Matcher.quoteReplacement(introduction) + MARK;
                }
            }
            return MARK;
        });
    }
}
