package ai.apertis.dialect.anthropic;

import static ai.apertis.config.DialectName.ANTHROPIC;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.CacheMark;
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
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes {@code system} and {@code messages} for a provider. */
final class AnthropicMessages {
    private AnthropicMessages() {}

    /**
     * System text of other dialects all goes to the top, wherever it stood: so does Anthropic's own OpenAI-compatible
     * endpoint.
     */
    static void write(ObjectNode out, ChatRequest request) {
        boolean own = request.dialect() == ANTHROPIC;
        ArrayNode system = Json.array();
        ArrayNode messages = Json.array();
        boolean top = true;
        for (Message message : own ? request.messages() : Turns.join(request.messages())) {
            boolean operator = message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER;
            if (operator && (!own || top)) {
                blocks(system, message.content(), request.dialect());
                message.extras().writeTo(Json.object(), ANTHROPIC);
                top = false;
                continue;
            }
            top = false;
            ArrayNode content = Json.array();
            blocks(content, message.content(), request.dialect());
            if (!content.isEmpty() || own) {
                ObjectNode turn = messages.addObject().put("role", role(message.role()));
                turn.set("content", content);
                message.extras().writeTo(turn, ANTHROPIC);
            }
        }
        if (!system.isEmpty()) {
            out.set("system", system);
        }
        out.set("messages", messages);
    }

    private static String role(Role role) {
        return switch (role) {
            case USER, TOOL -> "user";
            case ASSISTANT -> "assistant";
            case SYSTEM, DEVELOPER -> "system";
        };
    }

    /** Thinking that Anthropic made and will take back. */
    static boolean isOwnThinking(Part part) {
        return part instanceof Part.Reasoning reasoning && reasoning.marks().sealOf(ANTHROPIC) != null;
    }

    private static void blocks(ArrayNode out, List<Part> parts, DialectName client) {
        for (Part part : parts) {
            ObjectNode block = block(part, client);
            if (block != null) {
                cacheMark(block, part.marks().cache());
                part.marks().extras().writeTo(block, ANTHROPIC);
                out.add(block);
            }
        }
    }

    private static @Nullable ObjectNode block(Part part, DialectName client) {
        boolean own = client == ANTHROPIC;
        return switch (part) {
            // Anthropic refuses empty text.
            case Part.Text text when text.text().isEmpty() && !own -> null;
            case Part.Text text -> Json.object().put("type", "text").put("text", text.text());
            case Part.Refusal refusal -> Json.object().put("type", "text").put("text", refusal.text());
            case Part.Media media -> media(media, client);
            case Part.ToolCall call -> {
                ObjectNode block = Json.object()
                        .put("type", "tool_use")
                        .put("id", id(call.id()))
                        .put("name", call.name());
                block.set("input", Json.arguments(call.arguments()));
                yield block;
            }
            case Part.ToolResult result -> {
                ObjectNode block = Json.object().put("type", "tool_result").put("tool_use_id", id(result.callId()));
                blocks(block.putArray("content"), result.content(), client);
                if (result.error()) {
                    block.put("is_error", true);
                }
                yield block;
            }
            case Part.Reasoning reasoning -> reasoning(reasoning, own);
            case Part.Opaque opaque when opaque.dialect() == ANTHROPIC -> opaque.json();
            case Part.Opaque opaque -> throw Portability.refuse(opaque.path());
        };
    }

    /** What another provider thought cannot be proven to Anthropic and is left out. */
    private static @Nullable ObjectNode reasoning(Part.Reasoning reasoning, boolean own) {
        Seal seal = reasoning.marks().seal();
        if (!isOwnThinking(reasoning) && !(own && seal == null)) {
            return null;
        }
        boolean marked = seal != null && AnthropicAnswerDecoder.REDACTED.equals(seal.itemId());
        if (reasoning.redacted() || marked) {
            return Json.object().put("type", "redacted_thinking").put("data", seal == null ? "" : seal.value());
        }
        ObjectNode block = Json.object().put("type", "thinking").put("thinking", reasoning.shown());
        return block.put("signature", seal == null ? "" : seal.value());
    }

    private static ObjectNode media(Part.Media media, DialectName client) {
        String type = switch (media.kind()) {
            case IMAGE -> "image";
            case DOCUMENT -> "document";
            case AUDIO -> throw Portability.refuse(Parameter.AUDIO.in(client));
            case VIDEO -> throw Portability.refuse(Parameter.VIDEO.in(client));
        };
        ObjectNode block = Json.object().put("type", type);
        ObjectNode source = block.putObject("source");
        switch (media.source()) {
            case MediaSource.Url remote -> source.put("type", "url").put("url", remote.url());
            case MediaSource.FileId file
            when client != ANTHROPIC -> throw Portability.refuse(Parameter.FILE_ID.in(client));
            case MediaSource.FileId file -> source.put("type", "file").put("file_id", file.id());
            case MediaSource.Base64 inline
            when client != ANTHROPIC && inline.mediaType().startsWith("text/") ->
                // Anthropic takes PDF in base64, and text as text only.
                source.put("type", "text").put("media_type", "text/plain").put("data", text(inline));
            case MediaSource.Base64 inline ->
                source.put("type", "base64")
                        .put("media_type", inline.mediaType())
                        .put("data", inline.data());
            case MediaSource.Words words ->
                source.put("type", "text").put("media_type", "text/plain").put("data", words.text());
        }
        if (media.name() != null && media.kind() == Part.Media.Kind.DOCUMENT) {
            block.put("title", media.name());
        }
        return block;
    }

    private static String text(MediaSource.Base64 inline) {
        try {
            return new String(Base64.getDecoder().decode(inline.data()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return inline.data();
        }
    }

    static void cacheMark(ObjectNode out, @Nullable CacheMark cache) {
        if (cache != null) {
            ObjectNode mark = out.putObject("cache_control").put("type", "ephemeral");
            if (cache.ttl() != null) {
                mark.put("ttl", cache.ttl());
            }
        }
    }

    /** Anthropic allows letters, digits, {@code _} and {@code -} in ids of calls; some providers use more. */
    private static String id(String id) {
        return id.replaceAll("[^a-zA-Z0-9_-]", "_");
    }
}
