package ai.apertis.dialect.openai;

import static ai.apertis.config.DialectName.OPENAI;

import ai.apertis.dialect.AnswerDecoder;
import ai.apertis.dialect.ChatAnswer;
import ai.apertis.dialect.Citation;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Marks;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Part.Media.Kind;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.ServiceTiers;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code chat.completion} objects, leniently: what is missing or of another type is taken as not there. */
final class ChatAnswerDecoder implements AnswerDecoder {
    @Override
    public ChatAnswer decode(byte[] body) {
        ObjectNode in = Json.answer(body);
        if (in.hasNonNull("error") && !in.path("choices").has(0)) {
            throw OpenAiErrors.read(200, body, 0, body.length).exception();
        }
        List<ChatAnswer.Choice> choices = new ArrayList<>();
        for (JsonNode choice : in.path("choices")) {
            choices.add(choice(choice));
        }
        if (choices.isEmpty()) {
            throw Json.unreadable();
        }
        return new ChatAnswer(
                in.path("id").asText(""),
                in.path("model").asText(""),
                Math.max(0, in.path("created").asLong(0)),
                choices,
                usage(in.path("usage")),
                null,
                ServiceTiers.read(in.path("service_tier").textValue()));
    }

    private static @Nullable Usage usage(JsonNode usage) {
        if (!usage.isObject()) {
            return null;
        }
        byte[] bytes = Json.bytes(usage);
        return OpenAiUsage.read(bytes, 0, bytes.length);
    }

    private static ChatAnswer.Choice choice(JsonNode choice) {
        JsonNode message = choice.path("message");
        List<Part> parts = new ArrayList<>(ChatReasoning.read(message));
        List<Citation> citations = citations(message.path("annotations"));
        JsonNode content = message.path("content");
        if (content.isTextual() && !content.textValue().isEmpty()) {
            parts.add(new Part.Text(content.textValue(), citations, Marks.NONE));
        }
        for (JsonNode part : content) {
            parts.add(part(part));
        }
        String refusal = message.path("refusal").asText("");
        if (!refusal.isEmpty()) {
            parts.add(new Part.Refusal(refusal, Marks.NONE));
        }
        for (JsonNode image : message.path("images")) {
            parts.add(image(image));
        }
        JsonNode audio = message.path("audio");
        if (!audio.path("data").asText("").isEmpty()) {
            MediaSource sound =
                    new MediaSource.Base64("audio/wav", audio.path("data").textValue());
            parts.add(new Part.Media(Kind.AUDIO, sound, audio.path("transcript").textValue(), null, Marks.NONE));
        }
        boolean calls = calls(message, parts);
        String finish = choice.path("finish_reason").asText("");
        JsonNode logprobs = choice.path("logprobs");
        return new ChatAnswer.Choice(
                parts,
                ChatStops.read(finish.isEmpty() ? "stop" : finish, calls),
                null,
                logprobs.isObject() ? logprobs : null);
    }

    private static Part part(JsonNode part) {
        if ("thinking".equals(part.path("type").asText())) {
            StringBuilder text = new StringBuilder();
            part.path("thinking")
                    .forEach(piece -> text.append(piece.path("text").asText("")));
            String whole = text.isEmpty() ? part.path("thinking").asText("") : text.toString();
            return new Part.Reasoning(null, List.of(), whole, false, Marks.NONE);
        }
        return new Part.Text(part.path("text").asText(""));
    }

    /** A generated image as OpenRouter sends it. */
    static Part image(JsonNode image) {
        MediaSource source =
                MediaSource.ofUrl(image.path("image_url").path("url").asText(""));
        return new Part.Media(Kind.IMAGE, source, null, null, Marks.NONE);
    }

    static List<Citation> citations(JsonNode annotations) {
        List<Citation> citations = new ArrayList<>();
        for (JsonNode annotation : annotations) {
            if (annotation instanceof ObjectNode json) {
                JsonNode page = json.path("url_citation");
                citations.add(new Citation(
                        page.path("url").textValue(),
                        page.path("title").textValue(),
                        page.path("content").textValue(),
                        page.path("start_index").asInt(-1),
                        page.path("end_index").asInt(-1),
                        OPENAI,
                        json));
            }
        }
        return citations;
    }

    private static boolean calls(JsonNode message, List<Part> parts) {
        int before = parts.size();
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode custom = call.path("custom");
            boolean isCustom = custom.path("name").isTextual() && !call.has("function");
            JsonNode body = isCustom ? custom : call.path("function");
            JsonNode signature = call.path("extra_content").path("google").path("thought_signature");
            // Some servers add a call of nothing.
            if (body.path("name").asText("").isEmpty()) {
                continue;
            }
            Seal seal = signature.isTextual() ? new Seal(OPENAI, signature.textValue()) : null;
            parts.add(new Part.ToolCall(
                    Ids.orNext(call.path("id").asText(""), "call_"),
                    body.path("name").asText(""),
                    isCustom ? custom.path("input").asText("") : arguments(body.path("arguments")),
                    isCustom,
                    Marks.of(seal)));
        }
        JsonNode legacy = message.path("function_call");
        if (parts.size() == before && !legacy.path("name").asText("").isEmpty()) {
            parts.add(new Part.ToolCall(
                    Ids.next("call_"),
                    legacy.path("name").textValue(),
                    arguments(legacy.path("arguments")),
                    false,
                    Marks.NONE));
        }
        return parts.size() > before;
    }

    /** Some servers send the arguments as an object and not as text. */
    private static String arguments(JsonNode arguments) {
        return arguments.isContainerNode() ? Json.text(arguments) : arguments.asText("");
    }
}
