package ai.apertis.clients;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Recording;
import ai.apertis.dialect.translation.ClientRequests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Requests that real clients sent, as they go to a provider of another dialect: the types of that vendor's own SDK know every
 * field of them and miss none. What is refused instead is listed by {@code RecordedRequestsTest}.
 */
final class RecordedRequestsSdkTest {
    private static final int LEAST_READ = 500;

    /**
     * Sound goes to the Responses API as {@code input_audio}, which OpenAI shows only among its evaluations, and a sound that
     * its client calls a file goes to Anthropic as one: whether they can be read is for the provider to say.
     */
    private static final Map<String, String> LEFT_TO_THE_PROVIDER = Map.of(
            "openai-responses", "Unknown ResponseInputContent",
            "anthropic", "'mediaType' is invalid, received audio/mpeg");

    @Test
    void areKnownToTheTypesOfEveryOtherVendor() throws IOException {
        Map<String, String> unknown = new TreeMap<>();
        int read = 0;
        for (Recording recording : Recording.all()) {
            if (!recording.request().isObject()) {
                continue;
            }
            for (DialectName provider : DialectName.values()) {
                String body = provider == recording.dialect() ? null : written(recording, provider);
                if (body == null) {
                    continue;
                }
                read++;
                try {
                    Heard.valid(provider, body);
                } catch (IOException | RuntimeException | AssertionError e) {
                    if (!LEFT_TO_THE_PROVIDER
                            .getOrDefault(provider.configName(), "")
                            .equals(e.getMessage())) {
                        unknown.put(recording.file() + " " + provider.configName(), String.valueOf(e.getMessage()));
                    }
                }
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(read).isGreaterThan(LEAST_READ);
    }

    /** Null when it is refused. */
    private static @Nullable String written(Recording recording, DialectName provider) throws IOException {
        byte[] sent = Recording.JSON.writeValueAsBytes(recording.request());
        Target target = new Target(provider, FourProviders.upstreamModel(provider), -1, 4_096, true, Quirks.NONE);
        try {
            ClientRequest request = switch (recording.dialect()) {
                case OPENAI -> ClientRequests.chat(sent);
                case OPENAI_RESPONSES -> ClientRequests.responses(sent);
                case ANTHROPIC -> ClientRequests.messages(sent);
                case GEMINI -> ClientRequests.gemini(sent, "m", recording.streamed());
            };
            return new String(request.bridge(target).body(), StandardCharsets.UTF_8);
        } catch (ApiException refused) {
            return null;
        }
    }
}
