package ai.apertis.dialect.responses;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ChatEvent;
import ai.apertis.dialect.ChatEvent.Kind;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.SealedIds;
import ai.apertis.dialect.SseWriter;
import ai.apertis.dialect.StopReason;
import ai.apertis.dialect.StreamEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes the events of {@code POST /responses}. Each block is an item of its own, done when the block ends. */
final class ResponsesStreamEncoder implements StreamEncoder {
    /** An item that is open. */
    private static final class Item {
        private final int index;
        private final String id;
        private final StringBuilder text = new StringBuilder();
        private final ArrayNode annotations = Json.array();
        private @Nullable Kind kind;
        private ChatEvent.@Nullable CallStart call;
        private @Nullable Seal seal;

        private Item(int index, String id) {
            this.index = index;
            this.id = id;
        }
    }

    private final ChatRequest request;
    private final SseWriter sse = new SseWriter();
    private final Map<Integer, Item> items = new HashMap<>();
    private final TreeMap<Integer, ObjectNode> output = new TreeMap<>();
    private int sequence;
    private int next;
    private String id = "";
    private String model = "";
    private long created;
    private StopReason stop = StopReason.END;
    private ChatEvent.@Nullable Metered metered;
    private ChatEvent.@Nullable CutOff cutOff;

    ResponsesStreamEncoder(ChatRequest request) {
        this.request = request;
    }

    @Override
    public byte[] encode(ChatEvent event) {
        switch (event) {
            case ChatEvent.Start start -> start(start);
            case ChatEvent.BlockStart block when block.choice() == 0 -> begin(block);
            case ChatEvent.CallStart call when call.choice() == 0 -> begin(call);
            case ChatEvent.TextDelta delta when delta.choice() == 0 -> text(delta);
            case ChatEvent.ArgumentsDelta delta when delta.choice() == 0 -> arguments(delta);
            case ChatEvent.Sealed sealed
            when sealed.choice() == 0 -> {
                Item item = items.get(sealed.block());
                if (item != null) {
                    item.seal = sealed.seal();
                }
            }
            case ChatEvent.Cited cited when cited.choice() == 0 -> cited(cited);
            case ChatEvent.Whole whole when whole.choice() == 0 -> whole(whole);
            case ChatEvent.BlockEnd end when end.choice() == 0 -> done(items.remove(end.block()));
            case ChatEvent.Finish finish when finish.choice() == 0 -> stop = finish.reason();
            case ChatEvent.Metered usage -> metered = usage;
            case ChatEvent.Failure failure -> fail(failure.error());
            case ChatEvent.CutOff cut -> cutOff = cut;
            case ChatEvent.End end -> end();
            default -> {}
        }
        return sse.take();
    }

    private void start(ChatEvent.Start start) {
        id = Ids.orNext(start.id(), "resp_");
        model = start.model();
        created = start.created() > 0 ? start.created() : System.currentTimeMillis() / 1_000;
        for (String type : new String[] {"response.created", "response.in_progress"}) {
            ObjectNode event = event(type);
            event.set("response", ResponsesObject.of(request, id, model, created, "in_progress"));
            sse.event(type, event);
        }
    }

    private ObjectNode event(String type) {
        return Json.object().put("type", type).put("sequence_number", sequence++);
    }

    private ObjectNode event(String type, Item item) {
        return event(type).put("item_id", item.id).put("output_index", item.index);
    }

    private void send(ObjectNode event) {
        sse.event(event.path("type").asText(), event);
    }

    private void item(String type, Item item, JsonNode json) {
        ObjectNode event = event(type).put("output_index", item.index);
        event.set("item", json);
        send(event);
    }

    private void part(String type, Item item, ObjectNode part) {
        ObjectNode event = event(type, item).put("content_index", 0);
        event.set("part", part);
        send(event);
    }

    private void begin(ChatEvent.BlockStart block) {
        boolean thinks = block.kind() == Kind.REASONING || block.kind() == Kind.SUMMARY;
        Item item = new Item(next++, Ids.next(thinks ? "rs_" : "msg_"));
        item.kind = block.kind();
        items.put(block.block(), item);
        if (thinks) {
            item("response.output_item.added", item, ResponsesOutput.reasoning(item.id, "", null));
        } else {
            item("response.output_item.added", item, ResponsesOutput.message(item.id, "in_progress"));
            part("response.content_part.added", item, spoken(item));
        }
    }

    private static ObjectNode spoken(Item item) {
        return item.kind == Kind.REFUSAL
                ? ResponsesOutput.refusal(item.text.toString())
                : ResponsesOutput.text(item.text.toString(), item.annotations);
    }

    private void begin(ChatEvent.CallStart call) {
        Item item = new Item(next++, Ids.next(call.custom() ? "ctc_" : "fc_"));
        item.call = call;
        items.put(call.block(), item);
        item("response.output_item.added", item, called(item, call, "in_progress"));
    }

    private ObjectNode called(Item item, ChatEvent.CallStart call, String status) {
        String callId = SealedIds.join(call.id(), call.seal());
        ObjectNode json = ResponsesOutput.call(item.id, callId, item.text.toString(), call.custom(), status);
        return ResponsesTools.nameCall(json, call.name(), request.tools());
    }

    private void text(ChatEvent.TextDelta delta) {
        Item item = items.get(delta.block());
        if (item == null) {
            return;
        }
        boolean thinks = delta.kind() == Kind.REASONING || delta.kind() == Kind.SUMMARY;
        if (thinks && item.text.isEmpty()) {
            ObjectNode event =
                    event("response.reasoning_summary_part.added", item).put("summary_index", 0);
            event.set("part", ResponsesOutput.summaryPart(""));
            send(event);
        }
        item.text.append(delta.text());
        String type = thinks
                ? "response.reasoning_summary_text.delta"
                : delta.kind() == Kind.REFUSAL ? "response.refusal.delta" : "response.output_text.delta";
        delta(type, thinks ? "summary_index" : "content_index", item, delta.text());
    }

    private void delta(String type, @Nullable String place, Item item, String text) {
        sse.event(type, json -> {
            json.writeStartObject();
            json.writeStringField("type", type);
            json.writeNumberField("sequence_number", sequence++);
            json.writeStringField("item_id", item.id);
            json.writeNumberField("output_index", item.index);
            if (place != null) {
                json.writeNumberField(place, 0);
            }
            json.writeStringField("delta", text);
            if (type.equals("response.output_text.delta")) {
                json.writeArrayFieldStart("logprobs");
                json.writeEndArray();
            }
            json.writeEndObject();
        });
    }

    private void arguments(ChatEvent.ArgumentsDelta delta) {
        Item item = items.get(delta.block());
        if (item != null && item.call != null) {
            item.text.append(delta.text());
            String type = item.call.custom()
                    ? "response.custom_tool_call_input.delta"
                    : "response.function_call_arguments.delta";
            delta(type, null, item, delta.text());
        }
    }

    private void cited(ChatEvent.Cited cited) {
        Item item = items.get(cited.block());
        ObjectNode annotation = item == null ? null : ResponsesOutput.annotation(cited.citation(), item.text.length());
        if (item != null && annotation != null) {
            ObjectNode event = event("response.output_text.annotation.added", item)
                    .put("content_index", 0)
                    .put("annotation_index", item.annotations.size());
            event.set("annotation", annotation);
            item.annotations.add(annotation);
            send(event);
        }
    }

    private void whole(ChatEvent.Whole whole) {
        if (whole.part() instanceof Part.Media media
                && media.kind() == Part.Media.Kind.IMAGE
                && media.source() instanceof MediaSource.Base64 inline) {
            Item item = new Item(next++, Ids.next("ig_"));
            ObjectNode image = ResponsesOutput.image(item.id, inline.data());
            item("response.output_item.added", item, image);
            output.put(item.index, image);
            item("response.output_item.done", item, image);
        }
    }

    private void done(@Nullable Item item) {
        if (item == null) {
            return;
        }
        ObjectNode json;
        String status = cutOff == null ? "completed" : "incomplete";
        if (item.call != null) {
            if (item.text.isEmpty() && !item.call.custom()) {
                item.text.append("{}");
            }
            json = called(item, item.call, status);
            boolean custom = item.call.custom();
            send(event(custom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done", item)
                    .put("name", json.path("name").asText())
                    .put(custom ? "input" : "arguments", item.text.toString()));
        } else if (item.kind == Kind.REASONING || item.kind == Kind.SUMMARY) {
            json = ResponsesOutput.reasoning(item.id, item.text.toString(), item.seal);
            summaryDone(item);
        } else {
            json = ResponsesOutput.message(item.id, status);
            json.withArray("content").add(spoken(item));
            boolean refusal = item.kind == Kind.REFUSAL;
            ObjectNode event = event(refusal ? "response.refusal.done" : "response.output_text.done", item)
                    .put("content_index", 0)
                    .put(refusal ? "refusal" : "text", item.text.toString());
            if (!refusal) {
                event.putArray("logprobs");
            }
            send(event);
            part("response.content_part.done", item, spoken(item));
        }
        output.put(item.index, json);
        item("response.output_item.done", item, json);
    }

    private void summaryDone(Item item) {
        if (!item.text.isEmpty()) {
            String text = item.text.toString();
            send(event("response.reasoning_summary_text.done", item)
                    .put("summary_index", 0)
                    .put("text", text));
            ObjectNode event =
                    event("response.reasoning_summary_part.done", item).put("summary_index", 0);
            event.set("part", ResponsesOutput.summaryPart(text));
            send(event);
        }
    }

    private ObjectNode response(String status) {
        ObjectNode response = ResponsesObject.of(request, id, model, created, status);
        response.putArray("output").addAll(output.values());
        return response;
    }

    private void end() {
        String status = ResponsesObject.status(stop);
        ObjectNode response = response(status);
        ResponsesObject.finish(
                response, stop, metered == null ? null : metered.usage(), metered == null ? null : metered.costNano());
        if (cutOff != null) {
            response.set("apertis", cutOff.told());
        }
        ObjectNode event = event("response." + status);
        event.set("response", response);
        send(event);
    }

    private void fail(ApiError error) {
        ObjectNode event = event("error")
                .put("code", error.code())
                .put("message", error.message())
                .put("param", error.param());
        event.putObject("error")
                .put("type", error.type())
                .put("code", error.code())
                .put("message", error.message())
                .put("param", error.param());
        send(event);
        ObjectNode response = response("failed");
        ResponsesObject.fail(response, error);
        ObjectNode failed = event("response.failed");
        failed.set("response", response);
        send(failed);
    }
}
