package ai.apertis.dialect.anthropic;

import static ai.apertis.config.DialectName.ANTHROPIC;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.ChatEvent.Kind;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.SseWriter;
import ai.apertis.dialect.StreamDecoder;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the events of {@code POST /v1/messages}. Blocks of the provider's own tools are left out. */
final class AnthropicStreamDecoder implements StreamDecoder {
    /** A block that is open; {@code kind} is null for a call. */
    private static final class Open {
        private final int block;
        private final @Nullable Kind kind;
        private String given = "";

        private Open(int block, @Nullable Kind kind) {
            this.block = block;
            this.kind = kind;
        }
    }

    private final Map<Integer, Open> open = new LinkedHashMap<>();
    /** Every block that is open on the wire, by the provider's index, the ones left out too. */
    private final Set<Integer> onTheWire = new TreeSet<>();

    private final AnthropicUsage usage = new AnthropicUsage();
    private int next;
    private boolean started;
    private boolean finished;
    private boolean ended;
    private String stopReason = "";
    private @Nullable String stopSequence;

    // The fields of one event. A delta's are read without a tree, because nearly all events are deltas.
    private String type = "";
    private int index;
    private String deltaType = "";
    private String deltaText = "";
    private JsonNode tree = MissingNode.getInstance();
    private JsonNode delta = MissingNode.getInstance();
    private JsonNode told = MissingNode.getInstance();

    @Override
    public void event(@Nullable String name, byte[] buf, int from, int to, Consumer<ChatEvent> out) {
        if (ended) {
            return;
        }
        try (JsonParser json = Json.FACTORY.createParser(buf, from, to - from)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw Json.unreadable();
            }
            read(json);
        } catch (IOException e) {
            throw Json.unreadable();
        }
        act(out);
    }

    @Override
    public void closed(Consumer<ChatEvent> out) {
        if (!ended) {
            end(out);
        }
    }

    @Override
    public boolean cutOff(String reason, Receipt receipt, SseWriter words) {
        for (int block : onTheWire) {
            words.event(
                    "content_block_stop",
                    Json.object().put("type", "content_block_stop").put("index", block));
        }
        return false;
    }

    private void read(JsonParser json) throws IOException {
        type = deltaType = deltaText = "";
        index = 0;
        tree = delta = told = MissingNode.getInstance();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "type" -> type = json.getValueAsString("");
                case "index" -> index = json.getValueAsInt(0);
                case "delta" -> {
                    if (value == JsonToken.START_OBJECT) {
                        readDelta(json);
                    }
                }
                case "message", "content_block", "error" -> tree = Json.tree(json);
                case "usage" -> told = Json.tree(json);
                default -> json.skipChildren();
            }
        }
    }

    private void readDelta(JsonParser json) throws IOException {
        ObjectNode rare = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "type" -> deltaType = json.getValueAsString("");
                case "text", "thinking", "partial_json", "signature" ->
                    deltaText = value == JsonToken.VALUE_STRING ? json.getText() : "";
                default -> {
                    rare = rare == null ? Json.object() : rare;
                    rare.set(field, Json.tree(json));
                }
            }
        }
        delta = rare == null ? delta : rare;
    }

    private void act(Consumer<ChatEvent> out) {
        switch (type) {
            case "message_start" -> start(out);
            case "content_block_start" -> {
                onTheWire.add(index);
                begin(tree, index, out);
            }
            case "content_block_delta" -> delta(out);
            case "content_block_stop" -> {
                onTheWire.remove(index);
                close(open.remove(index), out);
            }
            case "message_delta" -> {
                usage.add(told);
                meter(out);
                stopReason = delta.path("stop_reason").asText(stopReason);
                stopSequence = delta.path("stop_sequence").textValue();
                if (!stopReason.isEmpty()) {
                    finish(out);
                }
            }
            case "message_stop" -> end(out);
            case "error" -> {
                ended = true;
                out.accept(new ChatEvent.Failure(
                        AnthropicErrors.ofEvent(Json.object().set("error", tree))));
            }
            default -> {}
        }
    }

    /** A second start inside a stream comes when the provider went over to another model; the answer goes on. */
    private void start(Consumer<ChatEvent> out) {
        if (!started) {
            started = true;
            out.accept(new ChatEvent.Start(
                    tree.path("id").asText(""), tree.path("model").asText(""), 0));
        }
        usage.prompt(tree.path("usage"));
        meter(out);
        int ready = -1;
        for (JsonNode block : tree.path("content")) {
            begin(block, ready, out);
            close(open.remove(ready), out);
            ready--;
        }
        stopReason = tree.path("stop_reason").asText("");
    }

    private void meter(Consumer<ChatEvent> out) {
        Usage all = usage.usage();
        if (all != null) {
            out.accept(new ChatEvent.Metered(all, null));
        }
    }

    private void begin(JsonNode block, int at, Consumer<ChatEvent> out) {
        if (!started) {
            started = true;
            out.accept(new ChatEvent.Start("", "", 0));
        }
        close(open.remove(at), out);
        switch (block.path("type").asText("")) {
            case "text" -> text(at, Kind.TEXT, block.path("text").asText(""), out);
            case "thinking" -> {
                Open thinking = text(at, Kind.REASONING, block.path("thinking").asText(""), out);
                seal(thinking, block.path("signature").asText(""), out);
            }
            case "redacted_thinking" -> {
                Open thinking = new Open(next++, Kind.REASONING);
                open.put(at, thinking);
                out.accept(new ChatEvent.BlockStart(0, thinking.block, Kind.REASONING, true));
                Seal data = AnthropicAnswerDecoder.redacted(block.path("data").asText(""));
                out.accept(new ChatEvent.Sealed(0, thinking.block, data));
            }
            case "tool_use" -> {
                Open call = new Open(next++, null);
                JsonNode input = block.path("input");
                call.given = input.isEmpty() ? "" : AnthropicAnswerDecoder.input(input);
                open.put(at, call);
                String id = Ids.orNext(block.path("id").asText(""), "toolu_");
                out.accept(new ChatEvent.CallStart(
                        0, call.block, id, block.path("name").asText(""), false, null));
            }
            default -> {}
        }
    }

    private Open text(int at, Kind kind, String given, Consumer<ChatEvent> out) {
        Open begun = new Open(next++, kind);
        open.put(at, begun);
        out.accept(new ChatEvent.BlockStart(0, begun.block, kind, false));
        if (!given.isEmpty()) {
            out.accept(new ChatEvent.TextDelta(0, begun.block, kind, given));
        }
        return begun;
    }

    private static void seal(Open block, String proof, Consumer<ChatEvent> out) {
        if (!proof.isEmpty()) {
            out.accept(new ChatEvent.Sealed(0, block.block, new Seal(ANTHROPIC, proof)));
        }
    }

    private void delta(Consumer<ChatEvent> out) {
        Open block = open.get(index);
        if (block == null) {
            return;
        }
        switch (deltaType) {
            case "text_delta", "thinking_delta" -> {
                if (block.kind != null && !deltaText.isEmpty()) {
                    out.accept(new ChatEvent.TextDelta(0, block.block, block.kind, deltaText));
                }
            }
            case "input_json_delta" -> {
                if (block.kind == null && !deltaText.isEmpty()) {
                    block.given = "";
                    out.accept(new ChatEvent.ArgumentsDelta(0, block.block, deltaText));
                }
            }
            case "signature_delta" -> seal(block, deltaText, out);
            case "citations_delta" -> {
                if (delta.path("citation") instanceof ObjectNode citation) {
                    out.accept(new ChatEvent.Cited(0, block.block, AnthropicAnswerDecoder.citation(citation)));
                }
            }
            default -> {}
        }
    }

    private static void close(@Nullable Open block, Consumer<ChatEvent> out) {
        if (block != null) {
            if (!block.given.isEmpty()) {
                out.accept(new ChatEvent.ArgumentsDelta(0, block.block, block.given));
            }
            out.accept(new ChatEvent.BlockEnd(0, block.block));
        }
    }

    private void finish(Consumer<ChatEvent> out) {
        if (!finished) {
            finished = true;
            open.values().forEach(block -> close(block, out));
            open.clear();
            out.accept(new ChatEvent.Finish(0, AnthropicStops.read(stopReason), stopSequence));
        }
    }

    private void end(Consumer<ChatEvent> out) {
        ended = true;
        if (!stopReason.isEmpty()) {
            finish(out);
        }
        out.accept(
                finished
                        ? new ChatEvent.End()
                        : new ChatEvent.Failure(ApiError.server(
                                502, "bad_gateway", "The provider's stream ended before the answer was whole.")));
    }
}
