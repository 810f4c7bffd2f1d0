package ai.apertis.dialect.gemini;

import static ai.apertis.config.DialectName.GEMINI;

import ai.apertis.dialect.AnswerEncoder;
import ai.apertis.dialect.ChatAnswer;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Seal;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Writes {@code GenerateContentResponse} objects. Parts that only the provider's dialect knows are left out. */
final class GeminiAnswerEncoder implements AnswerEncoder {
    @Override
    public byte[] encode(ChatAnswer answer, ChatRequest request) {
        ObjectNode out = Json.object();
        ArrayNode candidates = out.putArray("candidates");
        for (ChatAnswer.Choice choice : answer.choices()) {
            ObjectNode candidate = candidates.addObject();
            ArrayNode parts =
                    candidate.putObject("content").put("role", "model").putArray("parts");
            for (Part part : choice.content()) {
                ObjectNode json = part(part);
                if (json != null) {
                    parts.add(json);
                }
            }
            candidate.put("finishReason", GeminiStops.write(choice.stop()));
            candidate.put("index", candidates.size() - 1);
        }
        if (answer.usage() != null) {
            out.set("usageMetadata", GeminiUsage.write(answer.usage()));
        }
        out.put("modelVersion", answer.model());
        out.put("responseId", Ids.orNext(answer.id(), ""));
        return Json.bytes(out);
    }

    static @Nullable ObjectNode part(Part part) {
        ObjectNode out = Json.object();
        switch (part) {
            case Part.Text text -> out.put("text", text.text());
            case Part.Refusal refusal -> out.put("text", refusal.text());
            case Part.Reasoning reasoning -> out.put("text", reasoning.shown()).put("thought", true);
            case Part.ToolCall call -> call(out, call.id(), call.name(), call.arguments());
            case Part.Media media
            when media.source() instanceof MediaSource.Base64 inline ->
                out.putObject("inlineData").put("mimeType", inline.mediaType()).put("data", inline.data());
            case Part.Opaque opaque
            when opaque.dialect() == GEMINI -> {
                return opaque.json();
            }
            case Part.Media media -> {
                return null;
            }
            case Part.Opaque opaque -> {
                return null;
            }
            case Part.ToolResult result -> {
                return null;
            }
        }
        sign(out, part.marks().seal());
        return out;
    }

    static void call(ObjectNode out, String id, String name, String arguments) {
        out.putObject("functionCall").put("id", id).put("name", name).set("args", Json.arguments(arguments));
    }

    static void sign(ObjectNode part, @Nullable Seal seal) {
        if (seal != null) {
            part.put("thoughtSignature", GeminiSeals.write(seal));
        }
    }
}
