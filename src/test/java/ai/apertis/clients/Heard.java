package ai.apertis.clients;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.genai.JsonSerializable;
import com.google.genai.types.Content;
import com.google.genai.types.GenerationConfig;
import com.google.genai.types.Tool;
import java.util.Map;

/** What reached the provider: valid for its dialect, and with all that the client said. */
// Fields that a type does not know are what is looked for; the SDKs want them not to be relied on.
@SuppressWarnings("deprecation")
final class Heard {
    private static final ObjectMapper GOOGLE =
            JsonSerializable.objectMapper().copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private Heard() {}

    /** Has the vendor's own types read a request; what they do not know, or miss, fails. */
    static void valid(DialectName dialect, String body) throws JsonProcessingException {
        switch (dialect) {
            case OPENAI -> {
                var read = com.openai.core.ObjectMappers.jsonMapper()
                        .readValue(body, com.openai.models.chat.completions.ChatCompletionCreateParams.Body.class);
                onlyStream(read.validate()._additionalProperties());
            }
            case OPENAI_RESPONSES -> {
                var read = com.openai.core.ObjectMappers.jsonMapper()
                        .readValue(body, com.openai.models.responses.ResponseCreateParams.Body.class);
                onlyStream(read.validate()._additionalProperties());
            }
            case ANTHROPIC -> {
                var read = com.anthropic.core.ObjectMappers.jsonMapper()
                        .readValue(body, com.anthropic.models.messages.MessageCreateParams.Body.class);
                onlyStream(read.validate()._additionalProperties());
            }
            case GEMINI -> google(GOOGLE.readTree(body));
        }
    }

    /** The one field that the SDKs add themselves. */
    private static void onlyStream(Map<String, ?> unknown) {
        assertThat(unknown.keySet()).isSubsetOf("stream");
    }

    private static void google(JsonNode body) throws JsonProcessingException {
        for (JsonNode content : body.path("contents")) {
            GOOGLE.treeToValue(content, Content.class);
        }
        for (JsonNode tool : body.path("tools")) {
            GOOGLE.treeToValue(tool, Tool.class);
        }
        if (body.has("systemInstruction")) {
            GOOGLE.treeToValue(body.get("systemInstruction"), Content.class);
        }
        if (body.has("generationConfig")) {
            GOOGLE.treeToValue(body.get("generationConfig"), GenerationConfig.class);
        }
    }
}
