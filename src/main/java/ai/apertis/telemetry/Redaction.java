package ai.apertis.telemetry;

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

    private Redaction() {}

    /**
     * The text without the secrets that can be recognized.
     *
     * @param text what is about to be logged
     * @return the same text when there is none
     */
    public static String redact(String text) {
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
