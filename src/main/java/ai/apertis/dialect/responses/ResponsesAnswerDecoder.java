package ai.apertis.dialect.responses;

import static ai.apertis.config.DialectName.OPENAI_RESPONSES;

import ai.apertis.dialect.AnswerDecoder;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ChatAnswer;
import ai.apertis.dialect.Citation;
import ai.apertis.dialect.Ids;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Marks;
import ai.apertis.dialect.MediaSource;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.ProviderErrors;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.ServiceTiers;
import ai.apertis.dialect.StopReason;
import ai.apertis.dialect.openai.OpenAiUsage;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code response} objects, leniently: what is missing or of another type is taken as not there. */
final class ResponsesAnswerDecoder implements AnswerDecoder {
    @Override
    public ChatAnswer decode(byte[] body) {
        ObjectNode in = Json.answer(body);
        if (in.path("error").isObject()) {
            throw error(in.path("error")).exception();
        }
        if (!in.path("output").isArray()) {
            throw Json.unreadable();
        }
        List<Part> parts = new ArrayList<>();
        in.path("output").forEach(item -> item(item, parts));
        boolean calls = parts.stream().anyMatch(Part.ToolCall.class::isInstance);
        return new ChatAnswer(
                in.path("id").asText(""),
                in.path("model").asText(""),
                Math.max(0, in.path("created_at").asLong(0)),
                List.of(new ChatAnswer.Choice(parts, stop(in, calls), null, null)),
                usage(in),
                null,
                ServiceTiers.read(in.path("service_tier").textValue()));
    }

    static @Nullable Usage usage(JsonNode response) {
        if (!response.path("usage").isObject()) {
            return null;
        }
        byte[] bytes = Json.bytes(response.path("usage"));
        return OpenAiUsage.read(bytes, 0, bytes.length);
    }

    static StopReason stop(JsonNode response, boolean calls) {
        return switch (response.path("incomplete_details").path("reason").asText("")) {
            case "max_output_tokens" -> StopReason.LENGTH;
            case "content_filter" -> StopReason.CONTENT_FILTER;
            case "" -> calls ? StopReason.TOOL_CALLS : StopReason.END;
            default -> StopReason.OTHER;
        };
    }

    /** Errors inside an answer have a code and no status. */
    static ApiError error(JsonNode error) {
        String code = error.path("code").asText("");
        int status = switch (code) {
            case "rate_limit_exceeded", "insufficient_quota" -> 429;
            case "server_error", "" -> 502;
            case "server_is_overloaded", "slow_down" -> 503;
            default -> 400;
        };
        return ProviderErrors.of(
                status,
                code.isEmpty() ? null : code,
                error.path("message").textValue(),
                error.path("param").textValue());
    }

    static void item(JsonNode item, List<Part> out) {
        switch (item.path("type").asText("")) {
            case "message" -> item.path("content").forEach(part -> out.add(part(part)));
            case "reasoning" -> out.add(reasoning(item));
            case "function_call", "custom_tool_call" -> {
                boolean custom = item.path("type").asText().startsWith("custom");
                out.add(new Part.ToolCall(
                        Ids.orNext(item.path("call_id").asText(""), "call_"),
                        item.path("name").asText(""),
                        item.path(custom ? "input" : "arguments").asText(""),
                        custom,
                        Marks.NONE));
            }
            case "image_generation_call" -> image(item, out);
            default -> {
                if (item instanceof ObjectNode json) {
                    out.add(new Part.Opaque(OPENAI_RESPONSES, "output", json));
                }
            }
        }
    }

    private static void image(JsonNode item, List<Part> out) {
        String data = item.path("result").asText("");
        if (!data.isEmpty()) {
            String type = "image/" + item.path("output_format").asText("png");
            MediaSource source = new MediaSource.Base64(type, data);
            out.add(new Part.Media(Part.Media.Kind.IMAGE, source, null, null, Marks.NONE));
        }
    }

    private static Part part(JsonNode part) {
        if ("refusal".equals(part.path("type").asText())) {
            return new Part.Refusal(part.path("refusal").asText(""), Marks.NONE);
        }
        List<Citation> citations = new ArrayList<>();
        for (JsonNode annotation : part.path("annotations")) {
            if (annotation instanceof ObjectNode json) {
                citations.add(citation(json));
            }
        }
        return new Part.Text(part.path("text").asText(""), citations, Marks.NONE);
    }

    static Citation citation(ObjectNode json) {
        return new Citation(
                json.path("url").textValue(),
                json.path("title").textValue(),
                null,
                json.path("start_index").asInt(-1),
                json.path("end_index").asInt(-1),
                OPENAI_RESPONSES,
                json);
    }

    static Part.Reasoning reasoning(JsonNode item) {
        String id = item.path("id").textValue();
        List<String> summary = new ArrayList<>();
        item.path("summary").forEach(part -> summary.add(part.path("text").asText("")));
        StringBuilder text = new StringBuilder();
        item.path("content").forEach(part -> text.append(part.path("text").asText("")));
        String encrypted = item.path("encrypted_content").asText("");
        Seal seal = encrypted.isEmpty() ? null : new Seal(OPENAI_RESPONSES, encrypted, id);
        return new Part.Reasoning(id, summary, text.toString(), false, Marks.of(seal));
    }
}
