package ai.apertis.dialect.anthropic;

import static ai.apertis.config.DialectName.ANTHROPIC;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.ChatEvent.Kind;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.SealedIds;
import ai.apertis.dialect.SseWriter;
import ai.apertis.dialect.StopReason;
import ai.apertis.dialect.StreamEncoder;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the events of {@code POST /v1/messages}. Only the first of several answers is written: clients cannot ask for more. */
final class AnthropicStreamEncoder implements StreamEncoder {
    private final SseWriter sse = new SseWriter();
    private final Map<Integer, Integer> indexes = new HashMap<>();
    private final Set<Integer> waiting = new HashSet<>();
    private final Set<Integer> thinking = new HashSet<>();
    private int next;
    private StopReason stop = StopReason.END;
    private @Nullable String stopSequence;
    private ChatEvent.@Nullable Metered metered;
    private ChatEvent.@Nullable CutOff cutOff;

    @Override
    public byte[] encode(ChatEvent event) {
        switch (event) {
            case ChatEvent.Start start -> start(start);
            case ChatEvent.BlockStart block when block.choice() == 0 -> begin(block);
            case ChatEvent.CallStart call
            when call.choice() == 0 -> {
                ObjectNode block = Json.object()
                        .put("type", "tool_use")
                        .put("id", SealedIds.join(call.id(), call.seal()))
                        .put("name", call.name());
                block.putObject("input");
                blockStart(call.block(), block);
            }
            case ChatEvent.TextDelta delta
            when delta.choice() == 0 -> {
                boolean thinks = delta.kind() == Kind.REASONING || delta.kind() == Kind.SUMMARY;
                delta(
                        delta.block(),
                        thinks ? "thinking_delta" : "text_delta",
                        thinks ? "thinking" : "text",
                        delta.text());
            }
            case ChatEvent.ArgumentsDelta delta
            when delta.choice() == 0 -> delta(delta.block(), "input_json_delta", "partial_json", delta.text());
            case ChatEvent.Sealed sealed when sealed.choice() == 0 -> sealed(sealed);
            case ChatEvent.Cited cited when cited.choice() == 0 -> cited(cited);
            case ChatEvent.BlockEnd end when end.choice() == 0 -> end(end);
            case ChatEvent.Finish finish
            when finish.choice() == 0 -> {
                stop = finish.reason();
                stopSequence = finish.stopSequence();
            }
            case ChatEvent.Metered usage -> metered = usage;
            case ChatEvent.Failure failure -> fail(failure.error());
            case ChatEvent.CutOff cut -> cutOff = cut;
            case ChatEvent.End end -> end();
            default -> {}
        }
        return sse.take();
    }

    private void start(ChatEvent.Start start) {
        ObjectNode message = Json.object()
                .put("id", Ids.orNext(start.id(), "msg_"))
                .put("type", "message")
                .put("role", "assistant")
                .put("model", start.model());
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        // What the prompt took is known at the end only, and told there.
        message.set("usage", AnthropicUsage.write(Usage.NONE, null));
        ObjectNode event = Json.object().put("type", "message_start");
        event.set("message", message);
        sse.event("message_start", event);
    }

    private void begin(ChatEvent.BlockStart block) {
        switch (block.kind()) {
            case TEXT, REFUSAL ->
                blockStart(block.block(), Json.object().put("type", "text").put("text", ""));
            case REASONING, SUMMARY -> {
                if (block.redacted()) {
                    // Its start carries the data, which come next.
                    waiting.add(block.block());
                } else {
                    thinking.add(block.block());
                    blockStart(
                            block.block(),
                            Json.object()
                                    .put("type", "thinking")
                                    .put("thinking", "")
                                    .put("signature", ""));
                }
            }
        }
    }

    private void blockStart(int block, ObjectNode content) {
        int index = next++;
        indexes.put(block, index);
        ObjectNode event = Json.object().put("type", "content_block_start").put("index", index);
        event.set("content_block", content);
        sse.event("content_block_start", event);
    }

    private void delta(int block, String type, String field, String text) {
        Integer index = indexes.get(block);
        if (index == null) {
            return;
        }
        sse.event("content_block_delta", json -> {
            json.writeStartObject();
            json.writeStringField("type", "content_block_delta");
            json.writeNumberField("index", index);
            json.writeObjectFieldStart("delta");
            json.writeStringField("type", type);
            json.writeStringField(field, text);
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private void sealed(ChatEvent.Sealed sealed) {
        String proof = sealed.seal().in(ANTHROPIC);
        if (waiting.remove(sealed.block())) {
            blockStart(
                    sealed.block(),
                    Json.object().put("type", "redacted_thinking").put("data", proof));
        } else if (thinking.contains(sealed.block())) {
            // Google signs text too; clients take a signature of thinking only.
            delta(sealed.block(), "signature_delta", "signature", proof);
        }
    }

    private void cited(ChatEvent.Cited cited) {
        ObjectNode citation = AnthropicAnswerEncoder.citation(cited.citation());
        Integer index = indexes.get(cited.block());
        if (citation != null && index != null) {
            ObjectNode event = Json.object().put("type", "content_block_delta").put("index", index);
            event.putObject("delta").put("type", "citations_delta").set("citation", citation);
            sse.event("content_block_delta", event);
        }
    }

    private void end(ChatEvent.BlockEnd end) {
        Integer index = indexes.remove(end.block());
        if (index != null) {
            sse.event(
                    "content_block_stop",
                    Json.object().put("type", "content_block_stop").put("index", index));
        }
    }

    private void fail(ApiError error) {
        sse.event("error", AnthropicErrors.body(error, null));
    }

    private void end() {
        ObjectNode event = Json.object().put("type", "message_delta");
        event.putObject("delta").put("stop_reason", AnthropicStops.write(stop)).put("stop_sequence", stopSequence);
        event.set(
                "usage",
                metered == null
                        ? AnthropicUsage.write(Usage.NONE, null)
                        : AnthropicUsage.write(metered.usage(), metered.costNano()));
        if (cutOff != null) {
            event.set("apertis", cutOff.told());
        }
        sse.event("message_delta", event);
        sse.event("message_stop", Json.object().put("type", "message_stop"));
    }
}
