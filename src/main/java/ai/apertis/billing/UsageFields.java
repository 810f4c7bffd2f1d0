package ai.apertis.billing;

import ai.apertis.money.Usage;
import io.vertx.core.json.JsonObject;

/** Writes how a request ended as the columns of its usage row. */
final class UsageFields {
    /** The end of a request whose asker had left before its hold was known. */
    static final Charge NEVER_STARTED =
            new Charge(Usage.NONE, 0, "", null, "", 503, Charge.Ending.FAILED, false, -1, 0);

    private UsageFields() {}

    static JsonObject of(Hold hold, Charge charge, boolean charged) {
        Usage usage = charge.usage();
        return new JsonObject()
                .put("request_id", hold.requestId())
                .put("charge", charged)
                .put("priced_nano", charge.costNano())
                .put("quota_asked", hold.request().quotaMilli(charge.model()))
                .put("model", charge.model())
                .put("provider", charge.provider())
                .put("price_version", charge.priceVersion())
                .put("input_tokens", usage.inputTokens() + usage.media().imageInputTokens())
                .put("cache_read_tokens", usage.cacheReadTokens())
                .put("cache_write_tokens", usage.cacheWriteTokens())
                .put("output_tokens", usage.outputTokens() + usage.media().imageOutputTokens())
                .put("reasoning_tokens", usage.reasoningTokens())
                .put("audio_input_tokens", usage.audioInputTokens())
                .put("audio_output_tokens", usage.audioOutputTokens())
                .put("images", usage.images())
                .put("media_ms", usage.milliseconds())
                .put("estimated", usage.estimated())
                .put("status", charge.status())
                .put("ending", charge.ending().name())
                .put("streamed", charge.streamed())
                .put("ttft_ms", charge.ttftMillis())
                .put("duration_ms", charge.durationMillis())
                .put("prompt_bytes", hold.request().promptBytes())
                .put("attachments", hold.request().attachments());
    }
}
