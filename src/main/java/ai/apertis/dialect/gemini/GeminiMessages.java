package ai.apertis.dialect.gemini;

import static ai.apertis.config.DialectName.GEMINI;

import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Message;
import ai.apertis.dialect.Parameter;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.Role;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.Turns;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes {@code systemInstruction} and {@code contents} for a provider. */
final class GeminiMessages {
    /** What Google accepts in the place of a signature that a call never had (Google, "Thought signatures"). */
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    private final ChatRequest request;
    private final boolean own;
    private final boolean wantsSignatures;
    private final Map<String, String> names = new HashMap<>();

    GeminiMessages(ChatRequest request, boolean wantsSignatures) {
        this.request = request;
        this.own = request.dialect() == GEMINI;
        this.wantsSignatures = wantsSignatures;
    }

    /** System text all goes to the top, wherever it stood: Google knows no other place. */
    void write(ObjectNode out) {
        ArrayNode system = Json.array();
        ArrayNode contents = Json.array();
        for (Message message : own ? request.messages() : Turns.join(request.messages())) {
            if (message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER) {
                parts(system, message.content());
                message.extras().writeTo(Json.object(), GEMINI);
                continue;
            }
            ArrayNode parts = Json.array();
            parts(parts, message.content());
            if (!parts.isEmpty() || own) {
                ObjectNode content = contents.addObject();
                content.put("role", message.role() == Role.ASSISTANT ? "model" : "user");
                content.set("parts", parts);
                message.extras().writeTo(content, GEMINI);
            }
        }
        if (!system.isEmpty()) {
            out.putObject("systemInstruction").set("parts", system);
        }
        out.set("contents", contents);
    }

    private void parts(ArrayNode out, List<Part> parts) {
        List<Part.Media> pictures = new ArrayList<>();
        boolean firstCall = true;
        for (Part part : parts) {
            ObjectNode json = part(part, pictures);
            if (json == null) {
                continue;
            }
            Seal seal = part.marks().seal();
            if (seal != null && seal.maker() == GEMINI) {
                json.put("thoughtSignature", seal.value());
            } else if (part instanceof Part.ToolCall && firstCall && wantsSignatures && !own) {
                json.put("thoughtSignature", NO_SIGNATURE);
            }
            firstCall &= !(part instanceof Part.ToolCall);
            part.marks().extras().writeTo(json, GEMINI);
            out.add(json);
        }
        // What tools gave besides words stands beside their results, where every model sees it.
        pictures.forEach(picture -> out.add(media(picture)));
    }

    private @Nullable ObjectNode part(Part part, List<Part.Media> pictures) {
        return switch (part) {
            case Part.Text text when text.text().isEmpty() && !own -> null;
            case Part.Text text -> Json.object().put("text", text.text());
            case Part.Refusal refusal -> Json.object().put("text", refusal.text());
            case Part.Media media -> media(media);
            case Part.ToolCall call -> call(call);
            case Part.ToolResult result -> result(result, pictures);
            case Part.Reasoning reasoning ->
                own || reasoning.marks().sealOf(GEMINI) != null
                        ? Json.object().put("text", reasoning.shown()).put("thought", true)
                        : null;
            case Part.Opaque opaque when opaque.dialect() == GEMINI -> opaque.json();
            case Part.Opaque opaque -> throw Portability.refuse(opaque.path());
        };
    }

    private ObjectNode call(Part.ToolCall call) {
        if (call.custom()) {
            Portability.lacks(request, Parameter.CUSTOM_TOOLS, GEMINI);
        }
        names.put(call.id(), call.name());
        ObjectNode out = Json.object();
        out.putObject("functionCall")
                .put("id", call.id())
                .put("name", call.name())
                .set("args", Json.arguments(call.arguments()));
        return out;
    }

    private ObjectNode result(Part.ToolResult result, List<Part.Media> pictures) {
        ObjectNode out = Json.object();
        ObjectNode body = out.putObject("functionResponse").put("id", result.callId());
        String name = result.name() == null ? names.get(result.callId()) : result.name();
        body.put("name", name == null ? result.callId() : name);
        List<String> words = new ArrayList<>();
        ArrayNode inside = Json.array();
        for (Part part : result.content()) {
            switch (part) {
                case Part.Text text -> {
                    text.marks().extras().writeTo(Json.object(), GEMINI);
                    words.add(text.text());
                }
                case Part.Media media when own -> inside.add(media(media));
                case Part.Media media -> pictures.add(media);
                case Part.Opaque opaque when opaque.dialect() == GEMINI -> inside.add(opaque.json());
                case Part.Opaque opaque -> throw Portability.refuse(opaque.path());
                default -> {}
            }
        }
        body.set("response", response(String.join("\n", words), result.error(), words.isEmpty() && own));
        if (!inside.isEmpty()) {
            body.set("parts", inside);
        }
        return out;
    }

    /** Google wants an object: a tool's own where it gave one, else the keys that Google's documentation names. */
    private static JsonNode response(String words, boolean error, boolean nothing) {
        if (nothing) {
            return Json.object();
        }
        if (error) {
            return Json.object().put("error", words);
        }
        return Json.parse(words) instanceof ObjectNode object
                ? object
                : Json.object().put("output", words);
    }

    private ObjectNode media(Part.Media media) {
        ObjectNode out = Json.object();
        ObjectNode data;
        switch (media.source()) {
            case MediaSource.Base64 inline ->
                data = out.putObject("inlineData")
                        .put("mimeType", inline.mediaType())
                        .put("data", inline.data());
            case MediaSource.Url remote -> data = file(out, remote.url(), remote.mediaType(), media);
            case MediaSource.FileId file when own -> data = file(out, file.id(), file.mediaType(), media);
            case MediaSource.FileId file -> throw Portability.refuse(Parameter.FILE_ID.in(request.dialect()));
            case MediaSource.Words words -> {
                return out.put("text", media.name() == null ? words.text() : media.name() + "\n\n" + words.text());
            }
        }
        if (media.name() != null && own) {
            data.put("displayName", media.name());
        }
        return out;
    }

    private ObjectNode file(ObjectNode out, String uri, @Nullable String mediaType, Part.Media media) {
        ObjectNode file = out.putObject("fileData").put("fileUri", uri);
        if (mediaType != null || !own) {
            file.put("mimeType", mediaType == null ? guess(uri, media.kind()) : mediaType);
        }
        return file;
    }

    /** Google must be told what is at an address. */
    private static String guess(String uri, Part.Media.Kind kind) {
        String path = uri.toLowerCase(Locale.ROOT);
        return switch (kind) {
            case IMAGE -> path.contains(".png") ? "image/png" : path.contains(".webp") ? "image/webp" : "image/jpeg";
            case AUDIO -> path.contains(".wav") ? "audio/wav" : "audio/mpeg";
            case VIDEO -> "video/mp4";
            case DOCUMENT -> path.contains(".txt") ? "text/plain" : "application/pdf";
        };
    }
}
