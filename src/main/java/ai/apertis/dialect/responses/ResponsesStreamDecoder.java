package ai.apertis.dialect.responses;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.ChatEvent.Kind;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Part;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the events of {@code POST /responses}. Items of the provider's own tools are left out. */
final class ResponsesStreamDecoder implements StreamDecoder {
    /** A block that is open: a part of a message, a reasoning item, or a call. */
    private static final class Open {
        private final int block;
        private final StringBuilder told = new StringBuilder();

        private Open(int block) {
            this.block = block;
        }
    }

    /** The parts of each open item, by output index and content index; items that are no messages have part 0. */
    private final Map<Integer, Map<Integer, Open>> open = new HashMap<>();

    private final ResponsesCutOff cutOff = new ResponsesCutOff();
    private int next;
    private boolean started;
    private boolean called;
    private boolean ended;

    // The fields of one event. A delta's are read without a tree, because nearly all events are deltas.
    private String type = "";
    private int output;
    private int content;
    private int summary;
    private String delta = "";
    private JsonNode tree = MissingNode.getInstance();
    private JsonNode logprobs = MissingNode.getInstance();

    @Override
    public void event(@Nullable String name, byte[] buf, int from, int to, Consumer<ChatEvent> out) {
        // Some servers end with the word of the other dialect.
        if (ended || (to - from == 6 && buf[from] == '[' && buf[from + 1] == 'D')) {
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
            ended = true;
            out.accept(new ChatEvent.Failure(
                    ApiError.server(502, "bad_gateway", "The provider's stream ended before the answer was whole.")));
        }
    }

    @Override
    public boolean cutOff(String reason, Receipt receipt, SseWriter words) {
        cutOff.end(
                reason,
                receipt,
                (item, part) -> {
                    Open begun = open.getOrDefault(item, Map.of()).get(part);
                    return begun == null ? null : begun.told.toString();
                },
                words);
        return true;
    }

    private void read(JsonParser json) throws IOException {
        type = delta = "";
        output = content = summary = 0;
        tree = logprobs = MissingNode.getInstance();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            switch (field) {
                case "type" -> type = json.getValueAsString("");
                case "sequence_number" -> cutOff.sequence(json.getValueAsInt(0));
                case "output_index" -> output = json.getValueAsInt(0);
                case "content_index" -> content = json.getValueAsInt(0);
                case "summary_index" -> summary = json.getValueAsInt(0);
                case "delta" -> {
                    delta = value == JsonToken.VALUE_STRING ? json.getText() : "";
                    json.skipChildren();
                }
                case "logprobs" -> logprobs = Json.list(json);
                case "response", "item", "part", "annotation", "error" -> tree = Json.tree(json);
                default -> json.skipChildren();
            }
        }
    }

    private void act(Consumer<ChatEvent> out) {
        switch (type) {
            case "response.created", "response.in_progress", "response.queued" -> {
                cutOff.began(tree);
                start(out);
            }
            case "response.output_item.added" -> {
                cutOff.added(output, tree);
                begin(out);
            }
            case "response.content_part.added" -> {
                cutOff.part(output, content, tree);
                String kind = tree.path("type").asText("");
                if (kind.equals("output_text") || kind.equals("refusal")) {
                    text(kind.equals("refusal") ? Kind.REFUSAL : Kind.TEXT, content, out);
                }
            }
            case "response.output_text.delta" -> {
                more(text(Kind.TEXT, content, out), Kind.TEXT, delta, out);
                if (!logprobs.isEmpty()) {
                    ObjectNode json = Json.object();
                    json.set("content", logprobs);
                    out.accept(new ChatEvent.Logprobs(0, json));
                }
            }
            case "response.refusal.delta" -> more(text(Kind.REFUSAL, content, out), Kind.REFUSAL, delta, out);
            case "response.reasoning_text.delta" -> more(text(Kind.REASONING, 0, out), Kind.REASONING, delta, out);
            case "response.reasoning_summary_part.added" -> {
                if (summary > 0) {
                    more(text(Kind.REASONING, 0, out), Kind.SUMMARY, "\n\n", out);
                }
            }
            case "response.reasoning_summary_text.delta" ->
                more(text(Kind.REASONING, 0, out), Kind.SUMMARY, delta, out);
            case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" -> arguments(out);
            case "response.output_text.annotation.added" -> {
                if (tree instanceof ObjectNode annotation) {
                    int block = text(Kind.TEXT, content, out).block;
                    out.accept(new ChatEvent.Cited(0, block, ResponsesAnswerDecoder.citation(annotation)));
                }
            }
            case "response.output_item.done" -> {
                cutOff.done(output, tree);
                done(out);
            }
            case "response.completed", "response.incomplete" -> end(out);
            case "response.failed" -> fail(tree.path("error"), out);
            case "error" -> fail(tree, out);
            default -> {}
        }
    }

    private void start(Consumer<ChatEvent> out) {
        if (!started) {
            started = true;
            out.accept(new ChatEvent.Start(
                    tree.path("id").asText(""),
                    tree.path("model").asText(""),
                    Math.max(0, tree.path("created_at").asLong(0))));
        }
    }

    private void begin(Consumer<ChatEvent> out) {
        switch (tree.path("type").asText("")) {
            case "function_call", "custom_tool_call" -> call(out);
            case "reasoning" -> text(Kind.REASONING, 0, out);
            default -> {}
        }
    }

    private Open call(Consumer<ChatEvent> out) {
        started(out);
        Open call = new Open(next++);
        open.computeIfAbsent(output, o -> new LinkedHashMap<>()).put(0, call);
        called = true;
        boolean custom = tree.path("type").asText().startsWith("custom");
        String id = Ids.orNext(tree.path("call_id").asText(""), "call_");
        out.accept(new ChatEvent.CallStart(0, call.block, id, tree.path("name").asText(""), custom, null));
        return call;
    }

    private void arguments(Consumer<ChatEvent> out) {
        Open call = open.getOrDefault(output, Map.of()).get(0);
        if (call != null && !delta.isEmpty()) {
            call.told.append(delta);
            out.accept(new ChatEvent.ArgumentsDelta(0, call.block, delta));
        }
    }

    private Open text(Kind kind, int part, Consumer<ChatEvent> out) {
        started(out);
        Map<Integer, Open> parts = open.computeIfAbsent(output, o -> new LinkedHashMap<>());
        Open found = parts.get(part);
        if (found == null) {
            found = new Open(next++);
            parts.put(part, found);
            out.accept(new ChatEvent.BlockStart(0, found.block, kind, false));
        }
        return found;
    }

    private void started(Consumer<ChatEvent> out) {
        if (!started) {
            started = true;
            out.accept(new ChatEvent.Start("", "", 0));
        }
    }

    private static void more(Open block, Kind kind, String text, Consumer<ChatEvent> out) {
        if (!text.isEmpty()) {
            block.told.append(text);
            out.accept(new ChatEvent.TextDelta(0, block.block, kind, text));
        }
    }

    /** What an item holds and did not stream is told when it is done. */
    private void done(Consumer<ChatEvent> out) {
        switch (tree.path("type").asText("")) {
            case "message" -> {
                int index = 0;
                for (JsonNode part : tree.path("content")) {
                    boolean refusal = "refusal".equals(part.path("type").asText());
                    Kind kind = refusal ? Kind.REFUSAL : Kind.TEXT;
                    Open block = text(kind, index++, out);
                    String said = part.path(refusal ? "refusal" : "text").asText("");
                    more(block, kind, rest(block, said), out);
                }
            }
            case "reasoning" -> {
                Part.Reasoning whole = ResponsesAnswerDecoder.reasoning(tree);
                Open block = text(Kind.REASONING, 0, out);
                Kind kind = whole.text().isEmpty() ? Kind.SUMMARY : Kind.REASONING;
                more(block, kind, rest(block, whole.shown()), out);
                Seal seal = whole.marks().seal();
                if (seal != null) {
                    out.accept(new ChatEvent.Sealed(0, block.block, seal));
                }
            }
            case "function_call", "custom_tool_call" -> {
                Open begun = open.getOrDefault(output, Map.of()).get(0);
                Open call = begun == null ? call(out) : begun;
                String whole = tree.path("arguments").asText(tree.path("input").asText(""));
                String arguments = rest(call, whole);
                if (!arguments.isEmpty()) {
                    out.accept(new ChatEvent.ArgumentsDelta(0, call.block, arguments));
                }
            }
            default -> {
                List<Part> parts = new ArrayList<>();
                ResponsesAnswerDecoder.item(tree, parts);
                for (Part part : parts) {
                    if (part instanceof Part.Media) {
                        out.accept(new ChatEvent.Whole(0, next++, part));
                    }
                }
            }
        }
        close(open.remove(output), out);
    }

    private static String rest(Open block, String whole) {
        return whole.startsWith(block.told.toString()) ? whole.substring(block.told.length()) : "";
    }

    private static void close(@Nullable Map<Integer, Open> parts, Consumer<ChatEvent> out) {
        if (parts != null) {
            parts.values().forEach(part -> out.accept(new ChatEvent.BlockEnd(0, part.block)));
        }
    }

    private void end(Consumer<ChatEvent> out) {
        start(out);
        ended = true;
        open.values().forEach(parts -> close(parts, out));
        Usage usage = ResponsesAnswerDecoder.usage(tree);
        if (usage != null) {
            out.accept(new ChatEvent.Metered(usage, null));
        }
        out.accept(new ChatEvent.Finish(0, ResponsesAnswerDecoder.stop(tree, called), null));
        out.accept(new ChatEvent.End());
    }

    private void fail(JsonNode error, Consumer<ChatEvent> out) {
        ended = true;
        out.accept(new ChatEvent.Failure(ResponsesAnswerDecoder.error(error)));
    }
}
