package ai.apertis.dialect.gemini;

import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.ChatEvent.Kind;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.SseWriter;
import ai.apertis.dialect.StreamEncoder;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the events of {@code :streamGenerateContent}. A call is written whole when its arguments are complete. */
final class GeminiStreamEncoder implements StreamEncoder {
    private record Call(String id, String name, @Nullable Seal seal, StringBuilder arguments) {}

    private final SseWriter sse = new SseWriter();
    private final Map<Integer, Call> calls = new HashMap<>();
    private final Set<Integer> thoughts = new HashSet<>();
    private final List<ChatEvent.Finish> finishes = new ArrayList<>();
    private ChatEvent.@Nullable Metered metered;
    private ChatEvent.@Nullable CutOff cutOff;
    private String id = "";
    private String model = "";

    @Override
    public byte[] encode(ChatEvent event) {
        switch (event) {
            case ChatEvent.Start start -> {
                id = Ids.orNext(start.id(), "");
                model = start.model();
            }
            case ChatEvent.BlockStart block -> {
                if (block.kind() == Kind.REASONING) {
                    thoughts.add(block.block());
                }
            }
            case ChatEvent.TextDelta delta -> text(delta);
            case ChatEvent.Sealed sealed -> {
                ObjectNode part = Json.object().put("text", "");
                if (thoughts.contains(sealed.block())) {
                    part.put("thought", true);
                }
                GeminiAnswerEncoder.sign(part, sealed.seal());
                chunk(sealed.choice(), part, null);
            }
            case ChatEvent.CallStart call ->
                calls.put(call.block(), new Call(call.id(), call.name(), call.seal(), new StringBuilder()));
            case ChatEvent.ArgumentsDelta delta -> {
                Call call = calls.get(delta.block());
                if (call != null) {
                    call.arguments().append(delta.text());
                }
            }
            case ChatEvent.BlockEnd end -> call(end);
            case ChatEvent.Whole whole -> {
                ObjectNode part = whole.part() instanceof Part.Opaque ? null : GeminiAnswerEncoder.part(whole.part());
                if (part != null) {
                    chunk(whole.choice(), part, null);
                }
            }
            case ChatEvent.Finish finish -> finishes.add(finish);
            case ChatEvent.Metered usage -> metered = usage;
            case ChatEvent.Failure failure -> sse.event(null, GeminiErrors.body(failure.error()));
            case ChatEvent.CutOff cut -> {
                cutOff = cut;
                // A call is written whole or not at all.
                calls.clear();
            }
            case ChatEvent.End end ->
                finishes.forEach(finish ->
                        chunk(finish.choice(), Json.object().put("text", ""), GeminiStops.write(finish.reason())));
            // Google tells sources and probabilities beside the content, in forms that cannot be rebuilt.
            case ChatEvent.Cited cited -> {}
            case ChatEvent.Logprobs logprobs -> {}
        }
        return sse.take();
    }

    private void text(ChatEvent.TextDelta delta) {
        boolean thought = delta.kind() == Kind.REASONING || delta.kind() == Kind.SUMMARY;
        sse.event(null, json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("candidates");
            json.writeStartObject();
            json.writeObjectFieldStart("content");
            json.writeArrayFieldStart("parts");
            json.writeStartObject();
            json.writeStringField("text", delta.text());
            if (thought) {
                json.writeBooleanField("thought", true);
            }
            json.writeEndObject();
            json.writeEndArray();
            json.writeStringField("role", "model");
            json.writeEndObject();
            json.writeNumberField("index", delta.choice());
            json.writeEndObject();
            json.writeEndArray();
            json.writeStringField("modelVersion", model);
            json.writeStringField("responseId", id);
            json.writeEndObject();
        });
    }

    private void call(ChatEvent.BlockEnd end) {
        Call call = calls.remove(end.block());
        if (call != null) {
            ObjectNode part = Json.object();
            GeminiAnswerEncoder.call(
                    part, call.id(), call.name(), call.arguments().toString());
            GeminiAnswerEncoder.sign(part, call.seal());
            chunk(end.choice(), part, null);
        }
    }

    private void chunk(int choice, ObjectNode part, @Nullable String finish) {
        ObjectNode out = Json.object();
        ObjectNode candidate = out.putArray("candidates").addObject();
        candidate.putObject("content").put("role", "model").putArray("parts").add(part);
        if (finish != null) {
            candidate.put("finishReason", finish);
        }
        candidate.put("index", choice);
        if (finish != null && metered != null) {
            out.set("usageMetadata", GeminiUsage.write(metered.usage()));
        }
        if (finish != null && cutOff != null) {
            out.set("apertis", cutOff.told());
        }
        out.put("modelVersion", model).put("responseId", id);
        sse.event(null, out);
    }
}
