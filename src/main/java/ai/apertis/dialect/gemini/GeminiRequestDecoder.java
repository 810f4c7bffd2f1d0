package ai.apertis.dialect.gemini;

import static ai.apertis.config.DialectName.GEMINI;

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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of {@code :generateContent} and {@code :streamGenerateContent}. Model and streaming stand in the address;
 * see {@link ChatRequest#addressed}.
 */
final class GeminiRequestDecoder implements RequestDecoder {
    private static final long MAX_TOKENS = 100_000_000;

    @Override
    public ChatRequest decode(byte[] body) {
        ObjectNode root = Json.request(body);
        root.remove(Portability.GATEWAY_FIELDS);
        Fields in = new Fields(GEMINI, "", GeminiSpelling.camel(root));
        String model = in.text("model");
        boolean stream = Boolean.TRUE.equals(in.bool("stream"));
        List<Message> messages = messages(in);
        List<Tool> tools = new ArrayList<>();
        in.objects("tools").forEach(tool -> tools(tool, tools));
        Fields config = in.peek("generationConfig").isObject() ? in.requiredObject("generationConfig") : null;
        return new ChatRequest(
                GEMINI,
                model == null ? "" : model,
                messages,
                tools,
                toolChoice(in),
                null,
                sampling(config),
                thinking(config),
                format(config),
                null,
                stream,
                true,
                null,
                Map.of(),
                null,
                in.rest());
    }

    private static List<Message> messages(Fields in) {
        GeminiContents contents = new GeminiContents();
        List<Message> messages = new ArrayList<>();
        if (in.peek("systemInstruction").isTextual()) {
            Part text = new Part.Text(in.requiredText("systemInstruction"));
            messages.add(new Message(Role.SYSTEM, List.of(text), null, Extras.NONE));
        } else if (in.peek("systemInstruction").isObject()) {
            Fields system = in.requiredObject("systemInstruction");
            List<Part> parts = contents.read(system.objects("parts"));
            messages.add(new Message(Role.SYSTEM, parts, null, Extras.NONE));
        }
        if (!in.peek("contents").isArray()) {
            throw ApiError.missingParameter("contents").exception();
        }
        for (Fields content : in.objects("contents")) {
            String role = content.text("role");
            Role speaker = switch (role == null ? "user" : role) {
                case "user", "function" -> Role.USER;
                case "model" -> Role.ASSISTANT;
                default -> throw content.invalid("role", "must be user or model");
            };
            List<Part> parts = contents.read(content.objects("parts"));
            messages.add(new Message(speaker, parts, null, content.rest()));
        }
        return messages;
    }

    private static Sampling sampling(@Nullable Fields in) {
        if (in == null) {
            return new Sampling(null, null, null, null, List.of(), null, null, null, null, null, null, null);
        }
        return new Sampling(
                in.number("temperature", 0, 2),
                in.number("topP", 0, 1),
                in.integer("topK", 0, 1_000_000),
                in.integer("maxOutputTokens", 1, MAX_TOKENS),
                in.texts("stopSequences"),
                in.integer("seed", Integer.MIN_VALUE, Integer.MAX_VALUE),
                in.number("presencePenalty", -2, 2),
                in.number("frequencyPenalty", -2, 2),
                in.integer("candidateCount", 1, 8),
                in.bool("responseLogprobs"),
                in.integer("logprobs", 0, 20),
                null);
    }

    private static Thinking thinking(@Nullable Fields config) {
        if (config == null || !config.peek("thinkingConfig").isObject()) {
            return Thinking.UNTOLD;
        }
        Fields in = config.requiredObject("thinkingConfig");
        Boolean shown = in.bool("includeThoughts");
        Long budget = in.integer("thinkingBudget", -1, MAX_TOKENS);
        Thinking.Effort effort = Thinking.Effort.ofWord(in.peek("thinkingLevel").asText(""));
        if (effort != null) {
            in.take("thinkingLevel");
        }
        return new Thinking(null, effort, budget, shown == null ? null : shown ? "auto" : "none");
    }

    private static @Nullable ResponseFormat format(@Nullable Fields config) {
        if (config == null) {
            return null;
        }
        // Only text is what every model gives anyway.
        JsonNode modalities = config.peek("responseModalities");
        if (modalities.size() == 1 && "TEXT".equals(modalities.path(0).asText())) {
            config.take("responseModalities");
        }
        if (!"application/json".equals(config.peek("responseMimeType").asText())) {
            return null;
        }
        config.take("responseMimeType");
        JsonNode schema = config.take("responseJsonSchema");
        JsonNode googles = config.take("responseSchema");
        if (schema == null && googles == null) {
            return new ResponseFormat.JsonObject();
        }
        JsonNode found = googles == null ? schema : GeminiSpelling.jsonSchema(googles);
        return found == null ? null : new ResponseFormat.JsonSchema(null, null, found, null);
    }

    private static void tools(Fields tool, List<Tool> out) {
        for (Fields function : tool.objects("functionDeclarations")) {
            JsonNode schema = function.take("parametersJsonSchema");
            JsonNode googles = function.take("parameters");
            String name = function.requiredText("name");
            String description = function.text("description");
            out.add(new Tool.Function(
                    name,
                    description,
                    schema == null && googles != null ? GeminiSpelling.jsonSchema(googles) : schema,
                    null,
                    null,
                    function.rest()));
        }
        for (Map.Entry<String, JsonNode> other : tool.whole().properties()) {
            ObjectNode json = Json.object();
            json.set(other.getKey(), other.getValue());
            out.add(new Tool.Server(GEMINI, tool.at(other.getKey()), json));
        }
    }

    private static @Nullable ToolChoice toolChoice(Fields in) {
        if (!in.peek("toolConfig").path("functionCallingConfig").isObject()) {
            return null;
        }
        Fields config = in.requiredObject("toolConfig").requiredObject("functionCallingConfig");
        ToolChoice.Mode mode = switch (config.peek("mode").asText("")) {
            case "AUTO" -> ToolChoice.Mode.AUTO;
            case "ANY" -> ToolChoice.Mode.REQUIRED;
            case "NONE" -> ToolChoice.Mode.NONE;
            default -> null;
        };
        if (mode == null) {
            return null;
        }
        config.take("mode");
        return new ToolChoice(mode, config.texts("allowedFunctionNames"));
    }
}
