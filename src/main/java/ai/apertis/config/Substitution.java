package ai.apertis.config;

import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${NAME}} and {@code ${NAME:default}} by the environment. A variable that is set but empty counts as not
 * set, because that is how compose files pass on what their user left out. A second dollar sign before the first one
 * keeps the reference as it is written.
 */
final class Substitution {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(}?)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Map<String, String> environment;

    Substitution(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * The text with every reference replaced. What cannot be replaced becomes empty and is told: references that are
     * badly written to {@code problem}, variables that have neither value nor default to {@code unset}.
     */
    String apply(String text, Consumer<String> problem, Consumer<String> unset) {
        return REFERENCE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(replacement(match.group(), problem, unset)));
    }

    /** Whether the text refers to the environment at all, so that its value must not be shown. */
    static boolean refers(String text) {
        return text.contains("${");
    }

    private String replacement(String reference, Consumer<String> problem, Consumer<String> unset) {
        if (reference.equals("$${")) {
            return "${";
        }
        if (!reference.endsWith("}")) {
            problem.accept("\"${\" without its \"}\"");
            return "";
        }
        String inner = reference.substring(2, reference.length() - 1);
        int colon = inner.indexOf(':');
        String name = colon < 0 ? inner : inner.substring(0, colon);
        if (!NAME.matcher(name).matches()) {
            problem.accept("not a variable name: \"" + name + "\"");
            return "";
        }
        @Nullable String value = environment.get(name);
        if (value != null && !value.isEmpty()) {
            return value;
        }
        if (colon < 0) {
            unset.accept("environment variable " + name + " is not set");
            return "";
        }
        return inner.substring(colon + 1);
    }
}
