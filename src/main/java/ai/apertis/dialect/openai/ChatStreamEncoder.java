package ai.apertis.dialect.openai;

import static ai.apertis.config.DialectName.OPENAI;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.SealedIds;
import ai.apertis.dialect.SseWriter;
import ai.apertis.dialect.StreamEncoder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code chat.completion.chunk} events. Every chunk has {@code id}, {@code object}, {@code created} and
 * {@code choices}, because strict clients throw without. Usage, when asked for, stands both in the chunk with the finish
 * reason and in one after it, because clients look in either; for clients that cannot bear that, only in the latter.
 */
final class ChatStreamEncoder implements StreamEncoder {
    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final SseWriter sse = new SseWriter();
    private final boolean includeUsage;
    private final boolean usageWithFinish;
    private final Map<Integer, Integer> callIndexes = new HashMap<>();
    private final Map<Integer, Integer> callCounts = new HashMap<>();
    private final Set<Integer> customCalls = new HashSet<>();
    private final Set<Integer> redacted = new HashSet<>();
    private final Set<Integer> introduced = new HashSet<>();
    private final List<ChatEvent.Finish> finishes = new ArrayList<>();
    private ChatEvent.@Nullable Metered metered;
    private ChatEvent.@Nullable CutOff cutOff;
    private String id = "";
    private String model = "";
    private long created;

    /** Writes what goes into a delta. */
    @FunctionalInterface
    private interface Delta {
        void write(JsonGenerator json) throws IOException;
    }

    ChatStreamEncoder(ChatRequest request, boolean usageWithFinish) {
        this(request.includeUsage(), usageWithFinish);
    }

    ChatStreamEncoder(boolean includeUsage, boolean usageWithFinish) {
        this.includeUsage = includeUsage;
        this.usageWithFinish = usageWithFinish;
    }

    @Override
    public byte[] encode(ChatEvent event) {
        switch (event) {
            case ChatEvent.Start start -> start(start);
            case ChatEvent.TextDelta delta -> text(delta);
            case ChatEvent.CallStart call -> call(call);
            case ChatEvent.ArgumentsDelta delta -> arguments(delta);
            case ChatEvent.BlockStart block -> {
                if (block.redacted()) {
                    redacted.add(block.block());
                }
            }
            case ChatEvent.Sealed sealed -> sealed(sealed);
            case ChatEvent.Cited cited -> cited(cited);
            case ChatEvent.Whole whole -> whole(whole);
            case ChatEvent.BlockEnd end -> {}
            case ChatEvent.Logprobs logprobs ->
                chunk(logprobs.choice(), json -> {}, json -> json.writeTree(logprobs.json()), null);
            case ChatEvent.Finish finish -> finishes.add(finish);
            case ChatEvent.Metered usage -> metered = usage;
            case ChatEvent.Failure failure -> {
                sse.event(null, OpenAiErrors.body(failure.error()));
                sse.event(null, DONE);
            }
            case ChatEvent.CutOff cut -> cutOff = cut;
            case ChatEvent.End end -> end();
        }
        return sse.take();
    }

    private void start(ChatEvent.Start start) {
        id = Ids.orNext(start.id(), "chatcmpl-");
        model = start.model();
        created = start.created() > 0 ? start.created() : System.currentTimeMillis() / 1_000;
        chunk(0, json -> json.writeStringField("content", ""), null, null);
    }

    private void text(ChatEvent.TextDelta delta) {
        String field = switch (delta.kind()) {
            case TEXT -> "content";
            case REASONING, SUMMARY -> "reasoning_content";
            case REFUSAL -> "refusal";
        };
        chunk(delta.choice(), json -> json.writeStringField(field, delta.text()), null, null);
    }

    private void call(ChatEvent.CallStart call) {
        int index = callCounts.merge(call.choice(), 1, Integer::sum) - 1;
        callIndexes.put(call.block(), index);
        if (call.custom()) {
            customCalls.add(call.block());
        }
        Seal seal = call.seal();
        chunk(
                call.choice(),
                json -> {
                    json.writeArrayFieldStart("tool_calls");
                    json.writeStartObject();
                    json.writeNumberField("index", index);
                    json.writeStringField("id", SealedIds.join(call.id(), seal));
                    json.writeStringField("type", call.custom() ? "custom" : "function");
                    json.writeObjectFieldStart(call.custom() ? "custom" : "function");
                    json.writeStringField("name", call.name());
                    json.writeStringField(call.custom() ? "input" : "arguments", "");
                    json.writeEndObject();
                    if (seal != null && seal.maker() == DialectName.GEMINI) {
                        json.writeObjectFieldStart("extra_content");
                        json.writeObjectFieldStart("google");
                        json.writeStringField("thought_signature", seal.value());
                        json.writeEndObject();
                        json.writeEndObject();
                    }
                    json.writeEndObject();
                    json.writeEndArray();
                },
                null,
                null);
    }

    private void arguments(ChatEvent.ArgumentsDelta delta) {
        boolean custom = customCalls.contains(delta.block());
        chunk(
                delta.choice(),
                json -> {
                    json.writeArrayFieldStart("tool_calls");
                    json.writeStartObject();
                    json.writeNumberField("index", callIndexes.getOrDefault(delta.block(), 0));
                    json.writeObjectFieldStart(custom ? "custom" : "function");
                    json.writeStringField(custom ? "input" : "arguments", delta.text());
                    json.writeEndObject();
                    json.writeEndObject();
                    json.writeEndArray();
                },
                null,
                null);
    }

    private void sealed(ChatEvent.Sealed sealed) {
        ArrayNode details = Json.array();
        ObjectNode detail = details.addObject();
        if (redacted.contains(sealed.block())) {
            detail.put("type", "reasoning.encrypted").put("data", sealed.seal().in(OPENAI));
        } else {
            detail.put("type", "reasoning.text").put("signature", sealed.seal().in(OPENAI));
        }
        detail.put("index", sealed.block());
        tree(sealed.choice(), "reasoning_details", details);
    }

    private void cited(ChatEvent.Cited cited) {
        ArrayNode annotations = Json.array();
        ChatAnswerEncoder.cite(annotations, cited.citation(), 0, "");
        if (!annotations.isEmpty()) {
            tree(cited.choice(), "annotations", annotations);
        }
    }

    private void whole(ChatEvent.Whole whole) {
        if (whole.part() instanceof Part.Media media && media.kind() == Part.Media.Kind.IMAGE) {
            tree(whole.choice(), "images", Json.array().add(ChatAnswerEncoder.image(media)));
        }
    }

    private void tree(int choice, String field, ArrayNode value) {
        chunk(
                choice,
                json -> {
                    json.writeFieldName(field);
                    json.writeTree(value);
                },
                null,
                null);
    }

    private void end() {
        for (ChatEvent.Finish finish : finishes) {
            chunk(finish.choice(), json -> {}, null, ChatStops.write(finish.reason()));
        }
        if (tellsUsage()) {
            sse.event(null, json -> {
                head(json);
                json.writeArrayFieldStart("choices");
                json.writeEndArray();
                usage(json);
                json.writeEndObject();
            });
        }
        sse.event(null, DONE);
    }

    /** Whoever asked for the cost is told it where usage is told. */
    private boolean tellsUsage() {
        return metered != null && (includeUsage || metered.costNano() != null);
    }

    private void head(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("object", "chat.completion.chunk");
        json.writeNumberField("created", created);
        json.writeStringField("model", model);
    }

    private void usage(JsonGenerator json) throws IOException {
        if (metered != null) {
            json.writeFieldName("usage");
            json.writeTree(ChatUsage.write(metered.usage(), metered.costNano()));
        }
    }

    private void chunk(int choice, Delta delta, @Nullable Delta logprobs, @Nullable String finish) {
        sse.event(null, json -> {
            head(json);
            json.writeArrayFieldStart("choices");
            json.writeStartObject();
            json.writeNumberField("index", choice);
            json.writeObjectFieldStart("delta");
            if (introduced.add(choice)) {
                json.writeStringField("role", "assistant");
            }
            delta.write(json);
            json.writeEndObject();
            if (logprobs != null) {
                json.writeFieldName("logprobs");
                logprobs.write(json);
            }
            json.writeStringField("finish_reason", finish);
            json.writeEndObject();
            json.writeEndArray();
            if (usageWithFinish && finish != null && finishes.size() == 1 && tellsUsage()) {
                usage(json);
            } else if (includeUsage) {
                json.writeNullField("usage");
            }
            if (finish != null && cutOff != null) {
                json.writeFieldName("apertis");
                json.writeTree(cutOff.told());
            }
            json.writeEndObject();
        });
    }
}
