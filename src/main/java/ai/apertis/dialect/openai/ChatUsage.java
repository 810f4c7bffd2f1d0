package ai.apertis.dialect.openai;

import ai.apertis.dialect.Json;
import ai.apertis.money.NanoUsd;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Writes the {@code usage} object of chat answers, with what the request cost. */
final class ChatUsage {
    private ChatUsage() {}

    static ObjectNode write(Usage usage, @Nullable Long costNano) {
        ObjectNode out = Json.object()
                .put("prompt_tokens", usage.promptTokens())
                .put("completion_tokens", usage.completionTokens())
                .put("total_tokens", usage.promptTokens() + usage.completionTokens());
        ObjectNode prompt = out.putObject("prompt_tokens_details")
                .put("cached_tokens", usage.cacheReadTokens())
                .put("audio_tokens", usage.audioInputTokens());
        if (usage.cacheWriteTokens() > 0) {
            prompt.put("cache_write_tokens", usage.cacheWriteTokens());
        }
        out.putObject("completion_tokens_details")
                .put("reasoning_tokens", usage.reasoningTokens())
                .put("audio_tokens", usage.audioOutputTokens());
        if (costNano != null) {
            out.put("cost", NanoUsd.toUsd(costNano));
        }
        return out;
    }
}
