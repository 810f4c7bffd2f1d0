package ai.apertis.dialect.responses;

import static ai.apertis.config.DialectName.OPENAI_RESPONSES;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Extras;
import ai.apertis.dialect.Fields;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Message;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.RequestDecoder;
import ai.apertis.dialect.ResponseFormat;
import ai.apertis.dialect.Role;
import ai.apertis.dialect.Sampling;
import ai.apertis.dialect.Thinking;
import ai.apertis.dialect.Tool;
import ai.apertis.dialect.ToolChoice;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code POST /v1/responses}. */
final class ResponsesRequestDecoder implements RequestDecoder {
    private static final long MAX_TOKENS = 100_000_000;

    @Override
    public ChatRequest decode(byte[] body) {
        Fields in = new Fields(OPENAI_RESPONSES, "", Json.request(body));
        Portability.GATEWAY_FIELDS.forEach(in::take);
        String model = in.requiredText("model");
        List<Tool> tools = in.objects("tools").stream()
                .flatMap(ResponsesToolsDecoder::read)
                .toList();
        List<Message> messages = messages(in, tools);
        Fields text = in.peek("text").isObject() ? in.object("text") : null;
        if (in.peek("background").isBoolean() && !in.peek("background").booleanValue()) {
            in.take("background");
        }
        return new ChatRequest(
                OPENAI_RESPONSES,
                model,
                messages,
                tools,
                toolChoice(in),
                in.bool("parallel_tool_calls"),
                sampling(in),
                thinking(in),
                text == null ? null : format(text),
                text == null ? null : text.text("verbosity"),
                Boolean.TRUE.equals(in.bool("stream")),
                true,
                in.text("user"),
                metadata(in),
                in.text("service_tier"),
                in.rest());
    }

    private static List<Message> messages(Fields in, List<Tool> tools) {
        List<Message> messages = new ArrayList<>();
        String instructions = in.text("instructions");
        if (instructions != null) {
            messages.add(message(Role.SYSTEM, instructions));
        }
        if (in.peek("input").isTextual()) {
            messages.add(message(Role.USER, in.requiredText("input")));
            return messages;
        }
        if (!in.peek("input").isArray()) {
            throw ApiError.missingParameter("input").exception();
        }
        in.objects("input").forEach(item -> messages.add(ResponsesItems.read(item, tools)));
        return messages;
    }

    private static Message message(Role role, String text) {
        return new Message(role, List.of(new Part.Text(text)), null, Extras.NONE);
    }

    private static Sampling sampling(Fields in) {
        Long topLogprobs = in.integer("top_logprobs", 0, 20);
        return new Sampling(
                in.number("temperature", 0, 2),
                in.number("top_p", 0, 1),
                null,
                in.integer("max_output_tokens", 1, MAX_TOKENS),
                List.of(),
                null,
                null,
                null,
                null,
                topLogprobs == null ? null : topLogprobs > 0,
                topLogprobs,
                null);
    }

    private static Thinking thinking(Fields in) {
        if (!in.peek("reasoning").isObject()) {
            return Thinking.UNTOLD;
        }
        Fields reasoning = in.requiredObject("reasoning");
        Thinking.Effort effort = Thinking.Effort.ofWord(reasoning.peek("effort").asText(""));
        if (effort != null) {
            reasoning.take("effort");
        }
        return new Thinking(null, effort, null, reasoning.text("summary"));
    }

    private static @Nullable ResponseFormat format(Fields text) {
        String type = text.peek("format").path("type").asText("");
        if (!List.of("text", "json_object", "json_schema").contains(type)) {
            return null;
        }
        Fields format = text.requiredObject("format");
        format.take("type");
        if (type.equals("text")) {
            return new ResponseFormat.Text();
        }
        if (type.equals("json_object")) {
            return new ResponseFormat.JsonObject();
        }
        JsonNode schema = format.take("schema");
        if (schema == null) {
            throw ApiError.missingParameter(format.at("schema")).exception();
        }
        return new ResponseFormat.JsonSchema(
                format.text("name"), format.text("description"), schema, format.bool("strict"));
    }

    private static Map<String, String> metadata(Fields in) {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (in.take("metadata") instanceof ObjectNode object) {
            object.properties()
                    .forEach(entry ->
                            metadata.put(entry.getKey(), entry.getValue().asText()));
        }
        return metadata;
    }

    private static @Nullable ToolChoice toolChoice(Fields in) {
        JsonNode choice = in.peek("tool_choice");
        if (choice.isTextual()) {
            return switch (in.requiredText("tool_choice")) {
                case "auto" -> new ToolChoice(ToolChoice.Mode.AUTO);
                case "none" -> new ToolChoice(ToolChoice.Mode.NONE);
                case "required" -> new ToolChoice(ToolChoice.Mode.REQUIRED);
                default -> throw in.invalid("tool_choice", "must be none, auto, required, or name a tool");
            };
        }
        return switch (choice.path("type").asText("")) {
            case "function", "custom" -> {
                Fields named = in.requiredObject("tool_choice");
                named.take("type");
                yield new ToolChoice(ToolChoice.Mode.REQUIRED, List.of(named.requiredText("name")));
            }
            case "allowed_tools" -> {
                Fields allowed = in.requiredObject("tool_choice");
                allowed.take("type");
                List<String> names = new ArrayList<>();
                allowed.objects("tools").forEach(tool -> names.add(tool.requiredText("name")));
                boolean required = "required".equals(allowed.text("mode"));
                yield new ToolChoice(required ? ToolChoice.Mode.REQUIRED : ToolChoice.Mode.AUTO, names);
            }
            default -> null;
        };
    }
}
