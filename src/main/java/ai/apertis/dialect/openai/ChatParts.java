package ai.apertis.dialect.openai;

import static ai.apertis.config.DialectName.OPENAI;
import static ai.apertis.config.DialectName.OPENAI_RESPONSES;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.CacheMark;
import ai.apertis.dialect.Fields;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Marks;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Parameter;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Part.Media.Kind;
import ai.apertis.dialect.Portability;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of a chat message's content, both ways. */
final class ChatParts {
    private ChatParts() {}

    /** Reads {@code content}: a string, an array of parts, or nothing. */
    static List<Part> read(Fields message) {
        JsonNode content = message.peek("content");
        if (content.isTextual()) {
            message.take("content");
            return List.of(new Part.Text(content.textValue()));
        }
        List<Part> parts = new ArrayList<>();
        for (Fields part : message.objects("content")) {
            parts.add(readPart(part));
        }
        return parts;
    }

    private static Part readPart(Fields part) {
        ObjectNode whole = part.whole();
        return switch (part.requiredText("type")) {
            case "text" -> {
                String text = part.requiredText("text");
                CacheMark cache = cacheMark(part);
                yield new Part.Text(text, List.of(), Marks.of(cache, part.rest()));
            }
            case "refusal" -> new Part.Refusal(part.requiredText("refusal"), Marks.of(part.rest()));
            case "image_url" -> {
                Fields image = part.requiredObject("image_url");
                MediaSource source = MediaSource.ofUrl(image.requiredText("url"));
                String detail = image.text("detail");
                CacheMark cache = cacheMark(part);
                yield new Part.Media(Kind.IMAGE, source, null, detail, Marks.of(cache, part.rest()));
            }
            case "input_audio" -> {
                Fields audio = part.requiredObject("input_audio");
                String data = audio.requiredText("data");
                String format = audio.requiredText("format");
                yield new Part.Media(
                        Kind.AUDIO, new MediaSource.Base64("audio/" + format, data), null, null, Marks.of(part.rest()));
            }
            case "file" -> file(part);
            default -> new Part.Opaque(OPENAI, part.path(), whole);
        };
    }

    private static Part file(Fields part) {
        Fields file = part.requiredObject("file");
        String id = file.text("file_id");
        String data = file.text("file_data");
        String name = file.text("filename");
        CacheMark cache = cacheMark(part);
        MediaSource source;
        if (id != null) {
            source = new MediaSource.FileId(id);
        } else if (data != null) {
            MediaSource found = MediaSource.ofUrl(data);
            // Some clients send bare base64, which OpenAI takes for a PDF.
            boolean bare = found instanceof MediaSource.Url && !data.contains("://");
            source = bare ? new MediaSource.Base64("application/pdf", data) : found;
        } else {
            throw part.invalid("file", "needs 'file_id' or 'file_data'");
        }
        return new Part.Media(Kind.DOCUMENT, source, name, null, Marks.of(cache, part.rest()));
    }

    /** Takes {@code cache_control}, which coding agents send to Claude models in this dialect too. */
    static @Nullable CacheMark cacheMark(Fields fields) {
        JsonNode mark = fields.peek("cache_control");
        if (!mark.isObject()) {
            return null;
        }
        fields.take("cache_control");
        JsonNode ttl = mark.path("ttl");
        return new CacheMark(ttl.isTextual() ? ttl.textValue() : null);
    }

    /** Writes {@code content}: one plain text as a string, anything else as parts. */
    static void write(ObjectNode message, List<Part> parts, DialectName client, Quirks quirks) {
        if (parts.size() == 1 && parts.getFirst() instanceof Part.Text text && plain(text, quirks)) {
            message.put("content", text.text());
            return;
        }
        ArrayNode content = message.putArray("content");
        for (Part part : parts) {
            content.add(writePart(part, client, quirks));
        }
    }

    private static boolean plain(Part.Text text, Quirks quirks) {
        return text.marks().extras().fields().isEmpty() && (text.marks().cache() == null || !quirks.cacheControl());
    }

    private static ObjectNode writePart(Part part, DialectName client, Quirks quirks) {
        ObjectNode out = Json.object();
        switch (part) {
            case Part.Text text -> out.put("type", "text").put("text", text.text());
            case Part.Refusal refusal -> out.put("type", "refusal").put("refusal", refusal.text());
            case Part.Media media -> writeMedia(out, media, client);
            case Part.Reasoning reasoning -> out.put("type", "text").put("text", reasoning.shown());
            case Part.Opaque opaque
            when opaque.dialect() == OPENAI -> {
                return opaque.json();
            }
            case Part.Opaque opaque -> throw Portability.refuse(opaque.path());
            // These stand in messages of their own.
            case Part.ToolCall call -> throw Portability.refuse("messages[].tool_calls");
            case Part.ToolResult result -> throw Portability.refuse("messages[].tool_call_id");
        }
        part.marks().extras().writeTo(out, OPENAI);
        CacheMark cache = part.marks().cache();
        if (cache != null && quirks.cacheControl()) {
            writeCacheMark(out, cache);
        }
        return out;
    }

    static void writeCacheMark(ObjectNode out, CacheMark cache) {
        ObjectNode mark = out.putObject("cache_control").put("type", "ephemeral");
        if (cache.ttl() != null) {
            mark.put("ttl", cache.ttl());
        }
    }

    private static void writeMedia(ObjectNode out, Part.Media media, DialectName client) {
        switch (media.kind()) {
            case IMAGE -> {
                String url = switch (media.source()) {
                    case MediaSource.Url remote -> remote.url();
                    case MediaSource.Base64 inline -> inline.dataUrl();
                    case MediaSource.FileId file -> throw Portability.refuse(Parameter.FILE_ID.in(client));
                    case MediaSource.Words words -> throw Portability.refuse(Parameter.FILE_ID.in(client));
                };
                ObjectNode image = out.put("type", "image_url").putObject("image_url");
                image.put("url", url);
                if (media.detail() != null) {
                    image.put("detail", media.detail());
                }
            }
            case AUDIO -> {
                if (!(media.source() instanceof MediaSource.Base64 inline)) {
                    throw Portability.refuse(Parameter.FILE_URL.in(client));
                }
                out.put("type", "input_audio")
                        .putObject("input_audio")
                        .put("data", inline.data())
                        .put("format", audioFormat(inline.mediaType()));
            }
            case VIDEO -> throw Portability.refuse(Parameter.VIDEO.in(client));
            case DOCUMENT -> writeDocument(out, media, client);
        }
    }

    private static void writeDocument(ObjectNode out, Part.Media media, DialectName client) {
        ObjectNode file = Json.object();
        switch (media.source()) {
            case MediaSource.FileId id
            when client == OPENAI || client == OPENAI_RESPONSES -> file.put("file_id", id.id());
            case MediaSource.FileId id -> throw Portability.refuse(Parameter.FILE_ID.in(client));
            case MediaSource.Base64 inline -> {
                file.put("filename", media.name() == null ? "document" : media.name());
                file.put("file_data", inline.dataUrl());
            }
            case MediaSource.Words words -> {
                String title = media.name() == null ? "" : media.name() + "\n\n";
                out.put("type", "text").put("text", title + words.text());
                return;
            }
            case MediaSource.Url remote -> throw Portability.refuse(Parameter.FILE_URL.in(client));
        }
        out.put("type", "file").set("file", file);
    }

    private static String audioFormat(String mediaType) {
        String subtype = mediaType.substring(mediaType.indexOf('/') + 1);
        return switch (subtype) {
            case "mpeg" -> "mp3";
            case "x-wav", "wave", "vnd.wave" -> "wav";
            default -> subtype;
        };
    }
}
