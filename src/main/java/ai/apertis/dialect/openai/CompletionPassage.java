package ai.apertis.dialect.openai;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.StopReason;
import ai.apertis.dialect.TextSample;
import ai.apertis.http.SseBytes;
import ai.apertis.http.SseEvent;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A stream of legacy completions: every event as it came, but for the usage chunk that the client did not ask for. */
final class CompletionPassage implements Passage {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE_EVENT = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final boolean usageWanted;
    private final TextSample text = new TextSample();
    private @Nullable Usage usage;
    private @Nullable ApiError error;
    private boolean finished;

    CompletionPassage(boolean usageWanted) {
        this.usageWanted = usageWanted;
    }

    @Override
    public Seen pass(SseEvent event, EventSink out) {
        if (!event.hasData()) {
            out.same();
            return Seen.OTHER;
        }
        if (event.dataIs(DONE)) {
            return Seen.END;
        }
        byte[] data = Arrays.copyOfRange(event.buffer(), event.dataFrom(), event.dataTo());
        JsonNode chunk;
        try {
            chunk = Json.answer(data);
        } catch (ApiException unreadable) {
            // What cannot be read here may still be for the client.
            out.same();
            return Seen.OTHER;
        }
        if (chunk.hasNonNull("error")) {
            error = OpenAiErrors.read(200, data, 0, data.length);
            return Seen.ERROR;
        }
        Usage told = CompletionBridge.usage(chunk);
        usage = told == null ? usage : told;
        JsonNode choices = chunk.path("choices");
        if (choices.isEmpty() && told != null && !usageWanted) {
            return Seen.OTHER;
        }
        long before = text.totalBytes();
        CompletionBridge.addText(chunk, text);
        for (JsonNode choice : choices) {
            finished |= choice.hasNonNull("finish_reason");
        }
        out.same();
        return text.totalBytes() > before ? Seen.CONTENT : Seen.OTHER;
    }

    @Override
    public void end(Receipt receipt, EventSink out) {
        out.event(DONE_EVENT);
    }

    @Override
    public void cutOff(String reason, Receipt receipt, EventSink out) {
        ObjectNode last = Json.object()
                .put("id", Ids.next("cmpl-"))
                .put("object", "text_completion")
                .put("created", System.currentTimeMillis() / 1_000);
        last.putArray("choices")
                .addObject()
                .put("text", "")
                .put("index", 0)
                .putNull("logprobs")
                .put("finish_reason", ChatStops.write(StopReason.LENGTH));
        last.set("apertis", new ChatEvent.CutOff(reason).told());
        if (usageWanted) {
            last.set("usage", ChatUsage.write(receipt.usage(), receipt.costNano()));
        }
        out.event(SseBytes.event(Json.bytes(last)));
        out.event(DONE_EVENT);
    }

    @Override
    public void fail(ApiError failure, EventSink out) {
        out.event(SseBytes.event(OpenAiErrors.body(failure)));
        out.event(DONE_EVENT);
    }

    @Override
    public @Nullable Usage usage() {
        return usage;
    }

    @Override
    public TextSample text() {
        return text;
    }

    @Override
    public boolean finished() {
        return finished;
    }

    @Override
    public @Nullable ApiError error() {
        return error;
    }
}
