package ai.apertis.dialect.anthropic;

import static ai.apertis.config.DialectName.ANTHROPIC;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.CacheMark;
import ai.apertis.dialect.Fields;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Marks;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Part.Media.Kind;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.SealedIds;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the content blocks of a client's messages. */
final class AnthropicBlocks {
    private AnthropicBlocks() {}

    /** Reads a field that holds a string, an array of blocks, or nothing. */
    static List<Part> read(Fields owner, String field) {
        if (owner.peek(field).isTextual()) {
            return List.of(new Part.Text(owner.requiredText(field)));
        }
        List<Part> parts = new ArrayList<>();
        for (Fields block : owner.objects(field)) {
            parts.add(block(block));
        }
        return parts;
    }

    private static Part block(Fields block) {
        ObjectNode whole = block.whole();
        return switch (block.requiredText("type")) {
            case "text" -> {
                String text = block.requiredText("text");
                CacheMark cache = cacheMark(block);
                yield new Part.Text(text, List.of(), Marks.of(cache, block.rest()));
            }
            case "image" -> media(block, whole, Kind.IMAGE);
            case "document" -> media(block, whole, Kind.DOCUMENT);
            case "tool_use" -> call(block);
            case "tool_result" -> result(block);
            case "thinking" -> {
                String text = block.requiredText("thinking");
                yield new Part.Reasoning(null, List.of(), text, false, sealed(block, "signature"));
            }
            case "redacted_thinking" -> new Part.Reasoning(null, List.of(), "", true, sealed(block, "data"));
            default -> new Part.Opaque(ANTHROPIC, block.path(), whole);
        };
    }

    private static Marks sealed(Fields block, String field) {
        String proof = block.text(field);
        Seal seal = proof == null || proof.isEmpty() ? null : Seal.read(ANTHROPIC, proof);
        return new Marks(null, seal, block.rest());
    }

    private static Part media(Fields block, ObjectNode whole, Kind kind) {
        Fields source = block.requiredObject("source");
        MediaSource found = switch (source.requiredText("type")) {
            case "base64" -> new MediaSource.Base64(source.requiredText("media_type"), source.requiredText("data"));
            case "url" -> MediaSource.ofUrl(source.requiredText("url"));
            case "file" -> new MediaSource.FileId(source.requiredText("file_id"));
            case "text" -> {
                source.take("media_type");
                yield new MediaSource.Words(source.requiredText("data"));
            }
            default -> null;
        };
        if (found == null) {
            return new Part.Opaque(ANTHROPIC, block.path(), whole);
        }
        String title = block.text("title");
        CacheMark cache = cacheMark(block);
        return new Part.Media(kind, found, title, null, Marks.of(cache, block.rest()));
    }

    private static Part call(Fields block) {
        SealedIds id = SealedIds.split(block.requiredText("id"));
        String name = block.requiredText("name");
        JsonNode input = block.take("input");
        if (input == null) {
            throw ApiError.missingParameter(block.at("input")).exception();
        }
        CacheMark cache = cacheMark(block);
        return new Part.ToolCall(id.id(), name, Json.text(input), false, new Marks(cache, id.seal(), block.rest()));
    }

    private static Part result(Fields block) {
        String id = SealedIds.split(block.requiredText("tool_use_id")).id();
        boolean error = Boolean.TRUE.equals(block.bool("is_error"));
        List<Part> content = read(block, "content");
        CacheMark cache = cacheMark(block);
        return new Part.ToolResult(id, null, content, error, false, Marks.of(cache, block.rest()));
    }

    static @Nullable CacheMark cacheMark(Fields fields) {
        if (!fields.peek("cache_control").isObject()) {
            return null;
        }
        Fields mark = fields.requiredObject("cache_control");
        mark.take("type");
        return new CacheMark(mark.text("ttl"));
    }
}
