package ai.apertis.dialect.anthropic;

import static ai.apertis.config.DialectName.ANTHROPIC;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.CacheMark;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code POST /v1/messages}. */
final class AnthropicRequestDecoder implements RequestDecoder {
    private static final long MAX_TOKENS = 100_000_000;

    @Override
    public ChatRequest decode(byte[] body) {
        Fields in = new Fields(ANTHROPIC, "", Json.request(body));
        Portability.GATEWAY_FIELDS.forEach(in::take);
        if (in.take("thread") != null) {
            throw new ApiError(
                            400,
                            "invalid_request_error",
                            "thread_unsupported_request",
                            "Threads are not supported here. Send the whole conversation in 'messages'.",
                            "thread",
                            0)
                    .exception();
        }
        String model = in.requiredText("model");
        List<Message> messages = messages(in);
        List<Tool> tools =
                in.objects("tools").stream().map(AnthropicRequestDecoder::tool).toList();
        Fields choice = in.peek("tool_choice").isObject() ? in.object("tool_choice") : null;
        Boolean serial = choice == null ? null : choice.bool("disable_parallel_tool_use");
        Fields output = in.peek("output_config").isObject() ? in.object("output_config") : null;
        Fields metadata = in.peek("metadata").isObject() ? in.object("metadata") : null;
        return new ChatRequest(
                ANTHROPIC,
                model,
                messages,
                tools,
                choice == null ? null : toolChoice(choice),
                serial == null ? null : !serial,
                sampling(in),
                thinking(in, output),
                output == null ? null : format(output),
                null,
                Boolean.TRUE.equals(in.bool("stream")),
                true,
                metadata == null ? null : metadata.text("user_id"),
                Map.of(),
                in.text("service_tier"),
                in.rest());
    }

    private static List<Message> messages(Fields in) {
        if (!in.peek("messages").isArray()) {
            throw ApiError.missingParameter("messages").exception();
        }
        List<Message> messages = new ArrayList<>();
        if (!in.peek("system").isMissingNode()) {
            List<Part> system = AnthropicBlocks.read(in, "system");
            if (!system.isEmpty()) {
                messages.add(new Message(Role.SYSTEM, system, null, Extras.NONE));
            }
        }
        for (Fields message : in.objects("messages")) {
            Role role = switch (message.requiredText("role")) {
                case "user" -> Role.USER;
                case "assistant" -> Role.ASSISTANT;
                case "system" -> Role.SYSTEM;
                default -> throw message.invalid("role", "must be user or assistant");
            };
            JsonNode content = message.peek("content");
            if (!content.isTextual() && !content.isArray()) {
                throw message.invalid("content", "must be a string or an array of content blocks");
            }
            messages.add(new Message(role, AnthropicBlocks.read(message, "content"), null, message.rest()));
        }
        return messages;
    }

    private static Sampling sampling(Fields in) {
        return new Sampling(
                in.number("temperature", 0, 1),
                in.number("top_p", 0, 1),
                in.integer("top_k", 0, 1_000_000),
                in.integer("max_tokens", 1, MAX_TOKENS),
                in.texts("stop_sequences"),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static Thinking thinking(Fields in, @Nullable Fields output) {
        Boolean enabled = null;
        Long budget = null;
        if (in.peek("thinking").isObject()) {
            Fields thinking = in.requiredObject("thinking");
            String type = thinking.requiredText("type");
            enabled = !"disabled".equals(type);
            budget = thinking.integer("budget_tokens", 1, MAX_TOKENS);
            if ("enabled".equals(type) && budget == null) {
                throw ApiError.missingParameter("thinking.budget_tokens").exception();
            }
        }
        String word = output == null ? null : output.text("effort");
        Thinking.Effort effort = word == null ? null : Thinking.Effort.ofWord(word);
        if (output != null && word != null && effort == null) {
            throw output.invalid("effort", "must be low, medium, high, xhigh or max");
        }
        return new Thinking(enabled, effort, budget, null);
    }

    private static @Nullable ResponseFormat format(Fields output) {
        if (!"json_schema".equals(output.peek("format").path("type").asText())) {
            return null;
        }
        Fields format = output.requiredObject("format");
        format.take("type");
        JsonNode schema = format.take("schema");
        if (schema == null) {
            throw ApiError.missingParameter(format.at("schema")).exception();
        }
        return new ResponseFormat.JsonSchema(null, null, schema, null);
    }

    private static Tool tool(Fields tool) {
        ObjectNode whole = tool.whole();
        JsonNode type = tool.peek("type");
        if (type.isTextual() && !"custom".equals(type.textValue())) {
            return new Tool.Server(ANTHROPIC, tool.path(), whole);
        }
        String name = tool.requiredText("name");
        String description = tool.text("description");
        JsonNode schema = tool.take("input_schema");
        if (schema == null) {
            throw ApiError.missingParameter(tool.at("input_schema")).exception();
        }
        CacheMark cache = AnthropicBlocks.cacheMark(tool);
        return new Tool.Function(name, description, schema, tool.bool("strict"), cache, tool.rest());
    }

    private static ToolChoice toolChoice(Fields choice) {
        return switch (choice.requiredText("type")) {
            case "auto" -> new ToolChoice(ToolChoice.Mode.AUTO);
            case "any" -> new ToolChoice(ToolChoice.Mode.REQUIRED);
            case "none" -> new ToolChoice(ToolChoice.Mode.NONE);
            case "tool" -> new ToolChoice(ToolChoice.Mode.REQUIRED, List.of(choice.requiredText("name")));
            default -> throw choice.invalid("type", "must be auto, any, tool or none");
        };
    }
}
