package ai.apertis.dialect.translation;

import ai.apertis.dialect.ClientRequest.Target;
import java.nio.charset.StandardCharsets;

/** Where providers take chat requests, below their base URL. */
public final class ProviderPaths {
    private ProviderPaths() {}

    static String of(Target target, boolean stream) {
        return switch (target.dialect()) {
            case OPENAI -> "/chat/completions";
            case OPENAI_RESPONSES -> "/responses";
            case ANTHROPIC -> "/v1/messages";
            case GEMINI ->
                "/v1beta/models/" + escaped(target.upstreamModel())
                        + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
        };
    }

    /** Where Google counts. */
    static String countTokens(Target target) {
        return "/v1beta/models/" + escaped(target.upstreamModel()) + ":countTokens";
    }

    /**
     * Escapes a model's name for a path: names come from the configuration, and what may not stand there as it is gets its
     * percent signs.
     *
     * @param model the name
     * @return one segment of a path
     */
    public static String escaped(String model) {
        StringBuilder path = new StringBuilder();
        for (byte b : model.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
            path.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return path.toString();
    }
}
