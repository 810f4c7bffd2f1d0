package ai.apertis.dialect.gemini;

import ai.apertis.dialect.Json;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes {@code usageMetadata}. Google counts cached tokens inside the prompt, but reasoning and what its own
 * tools read beside the rest.
 */
final class GeminiUsage {
    private GeminiUsage() {}

    /** Null when it says nothing that can be believed. */
    static @Nullable Usage read(JsonNode usage) {
        if (!usage.isObject() || !usage.has("promptTokenCount")) {
            return null;
        }
        long prompt = count(usage.path("promptTokenCount"));
        long tools = count(usage.path("toolUsePromptTokenCount"));
        long cached = count(usage.path("cachedContentTokenCount"));
        long answer = count(usage.path("candidatesTokenCount"));
        long thoughts = count(usage.path("thoughtsTokenCount"));
        if (prompt < 0 || tools < 0 || cached < 0 || answer < 0 || thoughts < 0) {
            return null;
        }
        long read = Math.min(cached, prompt);
        long audio = Math.min(modality(usage.path("promptTokensDetails"), "AUDIO"), prompt - read);
        long spoken = Math.min(modality(usage.path("candidatesTokensDetails"), "AUDIO"), answer);
        return new Usage(
                prompt - read - audio + tools,
                read,
                0,
                answer - spoken + thoughts,
                thoughts,
                audio,
                spoken,
                0,
                0,
                false);
    }

    private static long modality(JsonNode details, String name) {
        long sum = 0;
        for (JsonNode detail : details) {
            if (name.equals(detail.path("modality").asText())) {
                sum = Math.max(sum, count(detail.path("tokenCount")));
            }
        }
        return sum;
    }

    /** Zero when absent, -1 when absurd; half the most that is believed, since two are added. */
    private static long count(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return 0;
        }
        double value = node.isNumber() ? node.doubleValue() : -1;
        boolean believable = value >= 0 && value <= Usage.MAX_COUNT / 2.0 && value == Math.rint(value);
        return believable ? (long) value : -1;
    }

    static ObjectNode write(Usage usage) {
        ObjectNode out = Json.object()
                .put("promptTokenCount", usage.promptTokens())
                .put("candidatesTokenCount", usage.completionTokens() - usage.reasoningTokens())
                .put("totalTokenCount", usage.promptTokens() + usage.completionTokens());
        if (usage.cacheReadTokens() > 0) {
            out.put("cachedContentTokenCount", usage.cacheReadTokens());
        }
        if (usage.reasoningTokens() > 0) {
            out.put("thoughtsTokenCount", usage.reasoningTokens());
        }
        return out;
    }
}
