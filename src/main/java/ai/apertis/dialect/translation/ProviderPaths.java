package ai.apertis.dialect.translation;

import ai.apertis.dialect.ClientRequest.Target;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where providers take chat requests, below their base URL. */
final class ProviderPaths {
    private ProviderPaths() {}

    static String of(Target target, boolean stream) {
        return switch (target.dialect()) {
            case OPENAI -> "/chat/completions";
            case OPENAI_RESPONSES -> "/responses";
            case ANTHROPIC -> "/v1/messages";
            case GEMINI ->
                "/v1beta/models/" + URLEncoder.encode(target.upstreamModel(), StandardCharsets.UTF_8)
                        + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
        };
    }
}
