package ai.apertis.dispatch;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import io.vertx.core.MultiMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The headers of a client's request that go on to a provider of the client's own dialect: those that say what the body may
 * hold and what the answer may. An explicit list, so that nothing else of what a client sends is seen there: not its key, not
 * what frames or routes its request, not which account of the provider it means.
 *
 * @param dialect the client's
 * @param values by name in lower case
 */
public record ClientHeaders(DialectName dialect, Map<String, String> values) {
    /** A list of Claude Code's betas has some 300 characters. */
    private static final int LONGEST = 2_048;

    /** Copies the map. */
    public ClientHeaders {
        values = Map.copyOf(values);
    }

    /**
     * Those of a request. A header that comes several times is a list (RFC 9110, 5.3).
     *
     * @param dialect the client's
     * @param sent all that it sent
     * @return empty when none of them is on the list
     * @throws ApiException a 400 that names a header which is too long or not printable
     */
    public static ClientHeaders of(DialectName dialect, MultiMap sent) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : passing(dialect)) {
            List<String> lines = sent.getAll(name);
            if (!lines.isEmpty()) {
                String value = String.join(",", lines).strip();
                if (value.length() > LONGEST || !value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
                    throw ApiError.invalidParameter(
                                    name, "'" + name + "' must be printable and at most " + LONGEST + " characters.")
                            .exception();
                }
                if (!value.isEmpty()) {
                    values.put(name, value);
                }
            }
        }
        return new ClientHeaders(dialect, values);
    }

    /**
     * What a provider is sent of them.
     *
     * @param provider its dialect
     * @return empty when it is not the client's
     */
    Map<String, String> towards(DialectName provider) {
        return provider == dialect ? values : Map.of();
    }

    private static List<String> passing(DialectName dialect) {
        return switch (dialect) {
            case OPENAI, OPENAI_RESPONSES -> List.of("openai-beta");
            case ANTHROPIC -> List.of("anthropic-version", "anthropic-beta");
            // Google's API says in its path and body what is new; its other headers name accounts and SDKs.
            case GEMINI -> List.of();
        };
    }
}
