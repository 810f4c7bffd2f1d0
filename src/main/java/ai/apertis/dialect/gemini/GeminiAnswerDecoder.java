package ai.apertis.dialect.gemini;

import static ai.apertis.config.DialectName.GEMINI;

import ai.apertis.dialect.AnswerDecoder;
import ai.apertis.dialect.ChatAnswer;
import ai.apertis.dialect.Citation;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Marks;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.StopReason;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code GenerateContentResponse} objects, leniently: what is missing or of another type is taken as not there. */
final class GeminiAnswerDecoder implements AnswerDecoder {
    @Override
    public ChatAnswer decode(byte[] body) {
        ObjectNode in = Json.answer(body);
        if (in.path("error").isObject()) {
            throw GeminiErrors.ofEvent(in).exception();
        }
        List<ChatAnswer.Choice> choices = new ArrayList<>();
        for (JsonNode candidate : in.path("candidates")) {
            choices.add(choice(candidate));
        }
        if (choices.isEmpty()) {
            if (!in.path("promptFeedback").path("blockReason").isTextual()) {
                throw Json.unreadable();
            }
            choices.add(new ChatAnswer.Choice(List.of(), StopReason.CONTENT_FILTER, null, null));
        }
        return new ChatAnswer(
                in.path("responseId").asText(""),
                in.path("modelVersion").asText(""),
                0,
                choices,
                GeminiUsage.read(in.path("usageMetadata")),
                null,
                null);
    }

    private static ChatAnswer.Choice choice(JsonNode candidate) {
        List<Part> parts = new ArrayList<>();
        boolean calls = false;
        for (JsonNode json : candidate.path("content").path("parts")) {
            Part part = part(json);
            if (part != null) {
                calls |= part instanceof Part.ToolCall;
                parts.add(part);
            }
        }
        List<Citation> citations = citations(candidate.path("groundingMetadata"));
        for (int i = parts.size() - 1; i >= 0 && !citations.isEmpty(); i--) {
            if (parts.get(i) instanceof Part.Text text) {
                parts.set(i, new Part.Text(text.text(), citations, text.marks()));
                break;
            }
        }
        return new ChatAnswer.Choice(
                parts,
                GeminiStops.read(candidate.path("finishReason").asText("STOP"), calls),
                null,
                logprobs(candidate.path("logprobsResult")));
    }

    /** Null for what says nothing, such as empty text without a signature. */
    static @Nullable Part part(JsonNode part) {
        String signature = part.path("thoughtSignature").asText("");
        Seal seal = signature.isEmpty() ? null : new Seal(GEMINI, signature);
        JsonNode call = part.path("functionCall");
        JsonNode inline = part.path("inlineData");
        if (part.path("text").isTextual()) {
            String text = part.path("text").textValue();
            if (text.isEmpty() && seal == null) {
                return null;
            }
            return part.path("thought").asBoolean()
                    ? new Part.Reasoning(null, List.of(), text, false, Marks.of(seal))
                    : new Part.Text(text, List.of(), Marks.of(seal));
        }
        if (call.path("name").isTextual()) {
            JsonNode args = call.path("args");
            return new Part.ToolCall(
                    Ids.orNext(call.path("id").asText(""), "call_"),
                    call.path("name").textValue(),
                    args.isObject() ? Json.text(args) : "{}",
                    false,
                    Marks.of(seal));
        }
        if (inline.path("data").isTextual()) {
            String type = inline.path("mimeType").asText("");
            MediaSource source =
                    new MediaSource.Base64(type, inline.path("data").textValue());
            return new Part.Media(Part.Media.kindOf(type), source, null, null, Marks.of(seal));
        }
        return part instanceof ObjectNode json && !json.isEmpty() ? new Part.Opaque(GEMINI, "parts", json) : null;
    }

    /** One citation for each page under each supported piece of text. */
    static List<Citation> citations(JsonNode grounding) {
        List<Citation> citations = new ArrayList<>();
        JsonNode chunks = grounding.path("groundingChunks");
        for (JsonNode support : grounding.path("groundingSupports")) {
            for (JsonNode index : support.path("groundingChunkIndices")) {
                JsonNode page = chunks.path(index.asInt(-1)).path("web");
                if (support instanceof ObjectNode json && page.path("uri").isTextual()) {
                    // Google's places count bytes, so only the words are taken over.
                    citations.add(new Citation(
                            page.path("uri").textValue(),
                            page.path("title").textValue(),
                            support.path("segment").path("text").textValue(),
                            -1,
                            -1,
                            GEMINI,
                            json));
                }
            }
        }
        return citations;
    }

    /** Log probabilities in OpenAI Chat's form, null when there are none. */
    static @Nullable JsonNode logprobs(JsonNode result) {
        JsonNode chosen = result.path("chosenCandidates");
        if (chosen.isEmpty()) {
            return null;
        }
        ObjectNode out = Json.object();
        ArrayNode content = out.putArray("content");
        for (int i = 0; i < chosen.size(); i++) {
            ObjectNode token = content.addObject();
            token(token, chosen.path(i));
            ArrayNode top = token.putArray("top_logprobs");
            result.path("topCandidates").path(i).path("candidates").forEach(other -> token(top.addObject(), other));
        }
        return out.putNull("refusal");
    }

    private static void token(ObjectNode out, JsonNode token) {
        out.put("token", token.path("token").asText(""));
        out.put("logprob", token.path("logProbability").asDouble(0));
        out.putNull("bytes");
    }
}
