package ai.apertis.dialect.gemini;

import static ai.apertis.config.DialectName.GEMINI;

import ai.apertis.dialect.Fields;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Marks;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.SealedIds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a client's contents. One per request: calls without ids are matched with results by name. */
final class GeminiContents {
    private final Map<String, Deque<String>> unanswered = new HashMap<>();
    private int calls;

    List<Part> read(List<Fields> parts) {
        List<Part> read = new ArrayList<>();
        for (Fields part : parts) {
            read.add(part(part));
        }
        return read;
    }

    private Part part(Fields part) {
        ObjectNode whole = part.whole();
        boolean thought = Boolean.TRUE.equals(part.bool("thought"));
        String signature = part.text("thoughtSignature");
        Seal seal = signature == null || signature.isEmpty() ? null : GeminiSeals.read(signature);
        if (part.peek("text").isTextual()) {
            String text = part.requiredText("text");
            Marks marks = new Marks(null, seal, part.rest());
            return thought
                    ? new Part.Reasoning(null, List.of(), text, false, marks)
                    : new Part.Text(text, List.of(), marks);
        }
        if (part.peek("functionCall").isObject()) {
            return call(part, seal);
        }
        if (part.peek("functionResponse").isObject()) {
            return result(part, seal);
        }
        if (part.peek("inlineData").isObject() || part.peek("fileData").isObject()) {
            return media(part, seal);
        }
        if (whole.isEmpty()) {
            throw part.invalid("text", "is missing: a part needs a kind of data");
        }
        return new Part.Opaque(GEMINI, part.path(), whole);
    }

    private Part call(Fields part, @Nullable Seal seal) {
        Fields call = part.requiredObject("functionCall");
        String name = call.requiredText("name");
        String told = call.text("id");
        String id = told == null || told.isEmpty()
                ? "call_" + ++calls
                : SealedIds.split(told).id();
        unanswered.computeIfAbsent(name, n -> new ArrayDeque<>()).add(id);
        JsonNode args = call.take("args");
        String arguments = args == null ? "{}" : Json.text(args);
        return new Part.ToolCall(id, name, arguments, false, new Marks(null, seal, part.rest()));
    }

    private Part result(Fields part, @Nullable Seal seal) {
        Fields result = part.requiredObject("functionResponse");
        String name = result.requiredText("name");
        String told = result.text("id");
        String first = unanswered.computeIfAbsent(name, n -> new ArrayDeque<>()).poll();
        String id = told == null || told.isEmpty()
                ? (first == null ? "call_" + name : first)
                : SealedIds.split(told).id();
        JsonNode response = result.take("response");
        List<Part> content = new ArrayList<>();
        boolean error = false;
        if (response != null && !response.isEmpty()) {
            error = isOnly(response, "error");
            boolean plain = error || isOnly(response, "output");
            content.add(new Part.Text(
                    plain ? response.path(error ? "error" : "output").asText() : Json.text(response)));
        }
        content.addAll(read(result.objects("parts")));
        return new Part.ToolResult(id, name, content, error, false, new Marks(null, seal, part.rest()));
    }

    private static boolean isOnly(JsonNode response, String field) {
        return response.size() == 1 && response.path(field).isTextual();
    }

    private static Part media(Fields part, @Nullable Seal seal) {
        boolean inline = part.peek("inlineData").isObject();
        Fields data = part.requiredObject(inline ? "inlineData" : "fileData");
        String type = inline ? data.requiredText("mimeType") : data.text("mimeType");
        MediaSource source;
        if (inline) {
            // Some SDKs write base64 in the alphabet for addresses, which other dialects refuse.
            String text = data.requiredText("data").replace('-', '+').replace('_', '/');
            source = new MediaSource.Base64(type == null ? "" : type, text);
        } else {
            String uri = data.requiredText("fileUri");
            boolean own = !uri.startsWith("https://") || uri.startsWith("https://generativelanguage.googleapis.com/");
            source = own ? new MediaSource.FileId(uri, type) : new MediaSource.Url(uri, type);
        }
        String name = data.text("displayName");
        return new Part.Media(
                Part.Media.kindOf(type == null ? "" : type), source, name, null, new Marks(null, seal, part.rest()));
    }
}
