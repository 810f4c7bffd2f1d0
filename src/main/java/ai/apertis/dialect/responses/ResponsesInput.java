package ai.apertis.dialect.responses;

import static ai.apertis.config.DialectName.OPENAI;
import static ai.apertis.config.DialectName.OPENAI_RESPONSES;

import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Message;
import ai.apertis.dialect.Parameter;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.Role;
import ai.apertis.dialect.Seal;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes {@code instructions} and {@code input} for a provider. */
final class ResponsesInput {
    private final ChatRequest request;
    private final boolean own;

    ResponsesInput(ChatRequest request) {
        this.request = request;
        this.own = request.dialect() == OPENAI_RESPONSES;
    }

    /** System text at the head becomes the instructions, any further stays where it is. */
    void write(ObjectNode out) {
        ArrayNode input = Json.array();
        boolean head = true;
        for (Message message : request.messages()) {
            String instructions = head && message.role() == Role.SYSTEM ? plain(message) : null;
            head = false;
            if (instructions != null) {
                out.put("instructions", instructions);
            } else {
                items(input, message);
            }
        }
        out.set("input", input);
    }

    private static @Nullable String plain(Message message) {
        StringBuilder text = new StringBuilder();
        for (Part part : message.content()) {
            boolean bare =
                    part instanceof Part.Text && part.marks().extras().fields().isEmpty();
            if (!bare || !message.extras().fields().isEmpty()) {
                return null;
            }
            text.append(text.isEmpty() ? "" : "\n\n").append(((Part.Text) part).text());
        }
        return text.toString();
    }

    private void items(ArrayNode out, Message message) {
        List<Part> said = new ArrayList<>();
        for (Part part : message.content()) {
            switch (part) {
                case Part.ToolCall call -> {
                    flush(out, message, said);
                    out.add(call(call));
                }
                case Part.ToolResult result -> {
                    flush(out, message, said);
                    out.add(result(result));
                }
                case Part.Reasoning reasoning -> {
                    flush(out, message, said);
                    reasoning(out, reasoning);
                }
                case Part.Opaque opaque
                when message.role() == Role.ASSISTANT && opaque.dialect() == OPENAI_RESPONSES -> {
                    flush(out, message, said);
                    out.add(opaque.json());
                }
                default -> said.add(part);
            }
        }
        flush(out, message, said);
    }

    private void flush(ArrayNode out, Message message, List<Part> said) {
        if (said.isEmpty()) {
            return;
        }
        boolean model = message.role() == Role.ASSISTANT;
        if (model && !own && said.stream().allMatch(Part.Text.class::isInstance)) {
            // Only words may be given back in the short form, which needs no id.
            said.forEach(part -> out.addObject()
                    .put("type", "message")
                    .put("role", "assistant")
                    .put("content", ((Part.Text) part).text()));
            said.clear();
            return;
        }
        ObjectNode item = out.addObject().put("type", "message").put("role", role(message.role()));
        ArrayNode content = item.putArray("content");
        said.forEach(part -> content.add(part(part, model)));
        message.extras().writeTo(item, OPENAI_RESPONSES);
        said.clear();
    }

    private static String role(Role role) {
        return switch (role) {
            case SYSTEM -> "system";
            case DEVELOPER -> "developer";
            case USER, TOOL -> "user";
            case ASSISTANT -> "assistant";
        };
    }

    private ObjectNode part(Part part, boolean model) {
        ObjectNode out = Json.object();
        switch (part) {
            case Part.Text text -> {
                out.put("type", model ? "output_text" : "input_text").put("text", text.text());
                part.marks().extras().writeTo(out, OPENAI_RESPONSES);
                if (model && !out.has("annotations")) {
                    out.putArray("annotations");
                }
                return out;
            }
            case Part.Refusal refusal -> out.put("type", "refusal").put("refusal", refusal.text());
            case Part.Media media -> media(out, media);
            case Part.Opaque opaque
            when opaque.dialect() == OPENAI_RESPONSES -> {
                return opaque.json();
            }
            case Part.Opaque opaque -> throw Portability.refuse(opaque.path());
            // These are items of their own.
            case Part.ToolCall call -> throw Portability.refuse("input[].call_id");
            case Part.ToolResult result -> throw Portability.refuse("input[].call_id");
            case Part.Reasoning reasoning -> throw Portability.refuse("input[].summary");
        }
        part.marks().extras().writeTo(out, OPENAI_RESPONSES);
        return out;
    }

    private void media(ObjectNode out, Part.Media media) {
        // Files uploaded to OpenAI are known to both of its dialects.
        boolean uploaded = own || request.dialect() == OPENAI;
        if (media.source() instanceof MediaSource.FileId && !uploaded) {
            throw Portability.refuse(Parameter.FILE_ID.in(request.dialect()));
        }
        switch (media.kind()) {
            case IMAGE -> {
                out.put("type", "input_image");
                switch (media.source()) {
                    case MediaSource.Url remote -> out.put("image_url", remote.url());
                    case MediaSource.Base64 inline -> out.put("image_url", inline.dataUrl());
                    case MediaSource.FileId file -> out.put("file_id", file.id());
                    case MediaSource.Words words ->
                        out.put("type", "input_text").put("text", words.text());
                }
                if (media.detail() != null) {
                    out.put("detail", media.detail());
                } else if (!own && !(media.source() instanceof MediaSource.Words)) {
                    out.put("detail", "auto");
                }
            }
            case AUDIO -> {
                if (!(media.source() instanceof MediaSource.Base64 inline)) {
                    throw Portability.refuse(Parameter.FILE_URL.in(request.dialect()));
                }
                String format = inline.mediaType().substring(inline.mediaType().indexOf('/') + 1);
                out.put("type", "input_audio")
                        .putObject("input_audio")
                        .put("data", inline.data())
                        .put("format", format.equals("mpeg") ? "mp3" : format);
            }
            case VIDEO -> throw Portability.refuse(Parameter.VIDEO.in(request.dialect()));
            case DOCUMENT -> document(out, media);
        }
    }

    private static void document(ObjectNode out, Part.Media media) {
        out.put("type", "input_file");
        switch (media.source()) {
            case MediaSource.FileId file -> out.put("file_id", file.id());
            case MediaSource.Url remote -> out.put("file_url", remote.url());
            case MediaSource.Base64 inline -> {
                out.put("filename", media.name() == null ? "document" : media.name());
                out.put("file_data", inline.dataUrl());
                return;
            }
            case MediaSource.Words words -> {
                String title = media.name() == null ? "" : media.name() + "\n\n";
                out.put("type", "input_text").put("text", title + words.text());
                return;
            }
        }
        if (media.name() != null) {
            out.put("filename", media.name());
        }
    }

    private ObjectNode call(Part.ToolCall call) {
        ObjectNode out = Json.object()
                .put("type", call.custom() ? "custom_tool_call" : "function_call")
                .put("call_id", call.id());
        ResponsesTools.nameCall(out, call.name(), request.tools());
        String empty = call.custom() ? "" : "{}";
        out.put(call.custom() ? "input" : "arguments", call.arguments().isEmpty() ? empty : call.arguments());
        call.marks().extras().writeTo(out, OPENAI_RESPONSES);
        return out;
    }

    private ObjectNode result(Part.ToolResult result) {
        ObjectNode out = Json.object()
                .put("type", result.custom() ? "custom_tool_call_output" : "function_call_output")
                .put("call_id", result.callId());
        List<Part> content = result.content();
        boolean bare = content.isEmpty()
                || (content.size() == 1
                        && content.getFirst() instanceof Part.Text text
                        && text.marks().extras().fields().isEmpty());
        if (bare) {
            out.put("output", content.isEmpty() ? "" : ((Part.Text) content.getFirst()).text());
        } else {
            ArrayNode output = out.putArray("output");
            content.forEach(part -> output.add(part(part, false)));
        }
        result.marks().extras().writeTo(out, OPENAI_RESPONSES);
        return out;
    }

    /** What another provider thought cannot be proven to OpenAI and is left out. */
    private void reasoning(ArrayNode out, Part.Reasoning reasoning) {
        Seal seal = reasoning.marks().seal();
        boolean made = seal != null && seal.maker() == OPENAI_RESPONSES;
        if (!made && !(own && seal == null)) {
            return;
        }
        String given = reasoning.id();
        String sealed = seal == null ? null : seal.itemId();
        ObjectNode item = out.addObject().put("type", "reasoning");
        if (given != null || sealed != null || !own) {
            item.put("id", given != null ? given : sealed != null ? sealed : Ids.next("rs_"));
        }
        ArrayNode summary = item.putArray("summary");
        List<String> shown = own ? reasoning.summary() : List.of(reasoning.shown());
        shown.stream()
                .filter(text -> !text.isEmpty())
                .forEach(text -> summary.addObject().put("type", "summary_text").put("text", text));
        if (own && !reasoning.text().isEmpty()) {
            item.putArray("content").addObject().put("type", "reasoning_text").put("text", reasoning.text());
        }
        if (seal != null) {
            item.put("encrypted_content", seal.value());
        }
        reasoning.marks().extras().writeTo(item, OPENAI_RESPONSES);
    }
}
