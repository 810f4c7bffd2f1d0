package ai.apertis.dialect.anthropic;

import ai.apertis.dialect.Json;
import ai.apertis.money.MediaUsage;
import ai.apertis.money.NanoUsd;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes Anthropic's {@code usage}, which counts cached tokens beside the input. Streams tell it in pieces; a
 * later figure takes the place of an earlier one. A figure that is negative, absurd or no number is taken as not told.
 */
final class AnthropicUsage {
    private long input = -1;
    private long cacheRead;
    private long cacheWrite;
    private long longWrite;
    private long output = -1;
    private long thinking;

    /** Takes what the start of a stream tells. Its output is a token or two, however long the answer becomes. */
    void prompt(JsonNode usage) {
        input = count(usage.path("input_tokens"), input);
        cacheRead = count(usage.path("cache_read_input_tokens"), cacheRead);
        cacheWrite = count(usage.path("cache_creation_input_tokens"), cacheWrite);
        longWrite = count(usage.path("cache_creation").path("ephemeral_1h_input_tokens"), longWrite);
    }

    /** Takes what a {@code usage} object tells. */
    void add(JsonNode usage) {
        prompt(usage);
        output = count(usage.path("output_tokens"), output);
        thinking = count(usage.path("output_tokens_details").path("thinking_tokens"), thinking);
    }

    /** All that was told, null when that is nothing. */
    @Nullable
    Usage usage() {
        if (input < 0 && output < 0) {
            return null;
        }
        long out = Math.max(0, output);
        Usage told =
                new Usage(Math.max(0, input), cacheRead, cacheWrite, out, Math.min(thinking, out), 0, 0, 0, 0, false);
        return longWrite == 0 ? told : told.withMedia(0, new MediaUsage(0, 0, 0, 0, longWrite));
    }

    private static long count(JsonNode node, long before) {
        if (!node.isNumber()) {
            return before;
        }
        double value = node.doubleValue();
        boolean believable = value >= 0 && value <= Usage.MAX_COUNT && value == Math.rint(value);
        return believable ? (long) value : before;
    }

    static ObjectNode write(Usage usage, @Nullable Long costNano) {
        ObjectNode out = Json.object()
                .put("input_tokens", usage.inputTokens() + usage.audioInputTokens())
                .put("cache_creation_input_tokens", usage.cacheWriteTokens())
                .put("cache_read_input_tokens", usage.cacheReadTokens())
                .put("output_tokens", usage.completionTokens());
        if (usage.reasoningTokens() > 0) {
            out.putObject("output_tokens_details").put("thinking_tokens", usage.reasoningTokens());
        }
        if (costNano != null) {
            out.put("cost", NanoUsd.toUsd(costNano));
        }
        return out;
    }
}
