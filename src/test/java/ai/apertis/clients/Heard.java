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
import com.google.genai.types.ToolConfig;
import java.util.Map;
import java.util.Set;

/** What reached the provider: valid for its dialect, and with all that the client said. */
// Fields that a type does not know are what is looked for; the SDKs want them not to be relied on.
@SuppressWarnings("deprecation")
final class Heard {
    private static final ObjectMapper GOOGLE =
            JsonSerializable.objectMapper().copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * Translated requests are of version 2023-06-01, which has these; the SDK's types are of 2026-10-21, which has them no
     * more (Anthropic, "API versions").
     */
    private static final Set<String> ANTHROPIC_BEFORE = Set.of("stream", "temperature", "top_p", "top_k");

    /** The members of a request (Google, API reference, "generateContent"), for which the SDK has no type. */
    private static final Set<String> GOOGLE_FIELDS = Set.of(
            "contents",
            "tools",
            "toolConfig",
            "safetySettings",
            "systemInstruction",
            "generationConfig",
            "cachedContent",
            "labels",
            "serviceTier");

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
                assertThat(read.validate()._additionalProperties().keySet()).isSubsetOf(ANTHROPIC_BEFORE);
            }
            case GEMINI -> google(GOOGLE.readTree(body));
        }
    }

    /** The one field that the SDKs add themselves. */
    private static void onlyStream(Map<String, ?> unknown) {
        assertThat(unknown.keySet()).isSubsetOf("stream");
    }

    private static void google(JsonNode body) throws JsonProcessingException {
        assertThat(body.fieldNames()).toIterable().isSubsetOf(GOOGLE_FIELDS);
        if (body.has("toolConfig")) {
            GOOGLE.treeToValue(body.get("toolConfig"), ToolConfig.class);
        }
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
