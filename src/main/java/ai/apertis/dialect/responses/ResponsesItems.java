package ai.apertis.dialect.responses;

import static ai.apertis.config.DialectName.OPENAI_RESPONSES;

import ai.apertis.dialect.Extras;
import ai.apertis.dialect.Fields;
import ai.apertis.dialect.Marks;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Message;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Part.Media.Kind;
import ai.apertis.dialect.Role;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.SealedIds;
import ai.apertis.dialect.Tool;
import ai.apertis.dialect.ToolGroup;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Reads the items of {@code input}. Each becomes a message of its own. */
final class ResponsesItems {
    private ResponsesItems() {}

    /** Reads an item; the tools say of which groups its functions may be. */
    static Message read(Fields item, List<Tool> tools) {
        ObjectNode whole = item.whole();
        String type = item.text("type");
        if (type == null || type.equals("message")) {
            return message(item);
        }
        return switch (type) {
            case "function_call", "custom_tool_call" -> call(item, type.startsWith("custom"), tools);
            case "function_call_output", "custom_tool_call_output" -> result(item, type.startsWith("custom"));
            case "reasoning" -> reasoning(item);
            default -> said(Role.ASSISTANT, new Part.Opaque(OPENAI_RESPONSES, item.path(), whole));
        };
    }

    private static Message said(Role role, Part part) {
        return new Message(role, List.of(part), null, Extras.NONE);
    }

    private static Message message(Fields item) {
        Role role = switch (item.requiredText("role")) {
            case "system" -> Role.SYSTEM;
            case "developer" -> Role.DEVELOPER;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> throw item.invalid("role", "must be system, developer, user or assistant");
        };
        List<Part> content = parts(item, "content");
        return new Message(role, content, null, item.rest());
    }

    private static List<Part> parts(Fields owner, String field) {
        if (owner.peek(field).isTextual()) {
            return List.of(new Part.Text(owner.requiredText(field)));
        }
        List<Part> parts = new ArrayList<>();
        for (Fields part : owner.objects(field)) {
            parts.add(part(part));
        }
        return parts;
    }

    private static Part part(Fields part) {
        ObjectNode whole = part.whole();
        return switch (part.requiredText("type")) {
            case "input_text", "output_text", "text" -> {
                String text = part.requiredText("text");
                for (String list : List.of("annotations", "logprobs")) {
                    if (part.peek(list).isEmpty()) {
                        part.take(list);
                    }
                }
                yield new Part.Text(text, List.of(), Marks.of(part.rest()));
            }
            case "refusal" -> new Part.Refusal(part.requiredText("refusal"), Marks.of(part.rest()));
            case "input_image" -> {
                String url = part.text("image_url");
                String id = part.text("file_id");
                if (url == null && id == null) {
                    throw part.invalid("image_url", "or 'file_id' must be there");
                }
                MediaSource source = id == null && url != null
                        ? MediaSource.ofUrl(url)
                        : new MediaSource.FileId(id == null ? "" : id);
                String detail = part.text("detail");
                yield new Part.Media(Kind.IMAGE, source, null, detail, Marks.of(part.rest()));
            }
            case "input_file" -> file(part);
            case "input_audio" -> {
                Fields audio = part.requiredObject("input_audio");
                String data = audio.requiredText("data");
                String format = audio.requiredText("format");
                yield new Part.Media(
                        Kind.AUDIO, new MediaSource.Base64("audio/" + format, data), null, null, Marks.of(part.rest()));
            }
            default -> new Part.Opaque(OPENAI_RESPONSES, part.path(), whole);
        };
    }

    private static Part file(Fields part) {
        String id = part.text("file_id");
        String data = part.text("file_data");
        String url = part.text("file_url");
        String name = part.text("filename");
        MediaSource source;
        if (id != null) {
            source = new MediaSource.FileId(id);
        } else if (data != null) {
            MediaSource found = MediaSource.ofUrl(data);
            source = found instanceof MediaSource.Url ? new MediaSource.Base64("application/pdf", data) : found;
        } else if (url != null) {
            source = new MediaSource.Url(url, null);
        } else {
            throw part.invalid("file_id", "or 'file_data' or 'file_url' must be there");
        }
        return new Part.Media(Kind.DOCUMENT, source, name, null, Marks.of(part.rest()));
    }

    private static Message call(Fields item, boolean custom, List<Tool> tools) {
        SealedIds id = SealedIds.split(item.requiredText("call_id"));
        String name = item.requiredText("name");
        String group = item.peek("namespace").asText("");
        if (ToolGroup.declared(group, tools)) {
            item.take("namespace");
            name = ToolGroup.joined(group, name);
        }
        String arguments = item.requiredText(custom ? "input" : "arguments");
        Marks marks = new Marks(null, id.seal(), item.rest());
        return said(Role.ASSISTANT, new Part.ToolCall(id.id(), name, arguments, custom, marks));
    }

    /**
     * What a tool gave. Codex tells things so that no model asked for, under a name and without a call; the other dialects
     * know no such result, so it is read as words of the user.
     */
    private static Message result(Fields item, boolean custom) {
        if (item.peek("call_id").isMissingNode() && item.peek("name").isTextual()) {
            List<Part> told = parts(item, "output");
            List.of("id", "name", "namespace", "status").forEach(item::take);
            return new Message(Role.USER, told, null, item.rest());
        }
        String id = SealedIds.split(item.requiredText("call_id")).id();
        List<Part> content = parts(item, "output");
        Marks marks = Marks.of(item.rest());
        return said(Role.TOOL, new Part.ToolResult(id, null, content, false, custom, marks));
    }

    private static Message reasoning(Fields item) {
        String id = item.text("id");
        String encrypted = item.text("encrypted_content");
        List<String> summary = new ArrayList<>();
        for (Fields part : item.objects("summary")) {
            part.take("type");
            summary.add(part.requiredText("text"));
        }
        StringBuilder text = new StringBuilder();
        for (Fields part : item.objects("content")) {
            part.take("type");
            text.append(part.requiredText("text"));
        }
        Seal seal = encrypted == null ? null : Seal.read(OPENAI_RESPONSES, encrypted);
        if (seal != null && seal.maker() == OPENAI_RESPONSES) {
            seal = new Seal(OPENAI_RESPONSES, seal.value(), id);
        }
        return said(
                Role.ASSISTANT,
                new Part.Reasoning(id, summary, text.toString(), false, new Marks(null, seal, item.rest())));
    }
}
