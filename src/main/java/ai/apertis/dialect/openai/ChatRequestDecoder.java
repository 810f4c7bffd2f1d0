package ai.apertis.dialect.openai;

import static ai.apertis.config.DialectName.OPENAI;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.CacheMark;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Extras;
import ai.apertis.dialect.Fields;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Marks;
import ai.apertis.dialect.Message;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.RequestDecoder;
import ai.apertis.dialect.ResponseFormat;
import ai.apertis.dialect.Role;
import ai.apertis.dialect.Sampling;
import ai.apertis.dialect.Seal;
import ai.apertis.dialect.SealedIds;
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

/** Reads {@code POST /v1/chat/completions}. */
final class ChatRequestDecoder implements RequestDecoder {
    private static final long MAX_TOKENS = 100_000_000;

    @Override
    public ChatRequest decode(byte[] body) {
        Fields in = new Fields(OPENAI, "", Json.request(body));
        Portability.GATEWAY_FIELDS.forEach(in::take);
        String model = in.requiredText("model");
        if (!in.peek("messages").isArray()) {
            throw ApiError.missingParameter("messages").exception();
        }
        List<Message> messages = new ArrayList<>();
        for (Fields message : in.objects("messages")) {
            messages.add(message(message));
        }
        List<Tool> tools =
                in.objects("tools").stream().map(ChatRequestDecoder::tool).toList();
        ToolChoice choice = toolChoice(in);
        Fields streamOptions = in.object("stream_options");
        boolean includeUsage = streamOptions != null && Boolean.TRUE.equals(streamOptions.bool("include_usage"));
        return new ChatRequest(
                OPENAI,
                model,
                messages,
                tools,
                choice,
                in.bool("parallel_tool_calls"),
                sampling(in),
                thinking(in),
                format(in),
                in.text("verbosity"),
                Boolean.TRUE.equals(in.bool("stream")),
                includeUsage,
                in.text("user"),
                metadata(in),
                in.text("service_tier"),
                in.rest());
    }

    private static Sampling sampling(Fields in) {
        Long maxTokens = in.integer("max_tokens", 1, MAX_TOKENS);
        Long maxCompletionTokens = in.integer("max_completion_tokens", 1, MAX_TOKENS);
        return new Sampling(
                in.number("temperature", 0, 2),
                in.number("top_p", 0, 1),
                in.integer("top_k", -1, 1_000_000),
                maxCompletionTokens != null ? maxCompletionTokens : maxTokens,
                in.texts("stop"),
                in.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE),
                in.number("presence_penalty", -2, 2),
                in.number("frequency_penalty", -2, 2),
                in.integer("n", 1, 128),
                in.bool("logprobs"),
                in.integer("top_logprobs", 0, 20),
                in.take("logit_bias"));
    }

    /** OpenAI's {@code reasoning_effort}, OpenRouter's {@code reasoning}, and the {@code thinking} of several others. */
    private static Thinking thinking(Fields in) {
        Thinking.Effort effort = effort(in, "reasoning_effort");
        Boolean enabled = null;
        Long budget = null;
        String summary = null;
        if (in.peek("reasoning").isObject()) {
            Fields reasoning = in.requiredObject("reasoning");
            enabled = reasoning.bool("enabled");
            budget = reasoning.integer("max_tokens", 0, MAX_TOKENS);
            Thinking.Effort inner = effort(reasoning, "effort");
            effort = inner == null ? effort : inner;
            Boolean exclude = reasoning.bool("exclude");
            summary = exclude == null ? null : exclude ? "none" : "auto";
        }
        if (in.peek("thinking").path("type").isTextual()) {
            Fields thinking = in.requiredObject("thinking");
            enabled = !"disabled".equals(thinking.requiredText("type"));
            budget = thinking.integer("budget_tokens", 0, MAX_TOKENS);
        }
        return new Thinking(enabled, effort, budget, summary);
    }

    /** A vendor's own word, such as Groq's {@code default}, stays among the extras. */
    private static Thinking.@Nullable Effort effort(Fields in, String name) {
        Thinking.Effort effort = Thinking.Effort.ofWord(in.peek(name).asText(""));
        if (effort != null) {
            in.take(name);
        }
        return effort;
    }

    private static @Nullable ResponseFormat format(Fields in) {
        String type = in.peek("response_format").path("type").textValue();
        if (type == null) {
            return null;
        }
        return switch (type) {
            case "text", "json_object" -> {
                in.requiredObject("response_format").take("type");
                yield "text".equals(type) ? new ResponseFormat.Text() : new ResponseFormat.JsonObject();
            }
            case "json_schema" -> {
                Fields format = in.requiredObject("response_format");
                format.take("type");
                yield schema(format.requiredObject("json_schema"));
            }
            default -> null;
        };
    }

    private static ResponseFormat schema(Fields json) {
        JsonNode schema = json.take("schema");
        if (schema == null) {
            throw ApiError.missingParameter(json.at("schema")).exception();
        }
        return new ResponseFormat.JsonSchema(json.text("name"), json.text("description"), schema, json.bool("strict"));
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

    private static Tool tool(Fields tool) {
        ObjectNode whole = tool.whole();
        // Some clients leave the type out of functions.
        String type = tool.text("type");
        if ("function".equals(type) || (type == null && tool.peek("function").isObject())) {
            Fields function = tool.requiredObject("function");
            String name = function.requiredText("name");
            CacheMark cache = ChatParts.cacheMark(tool);
            return new Tool.Function(
                    name,
                    function.text("description"),
                    function.take("parameters"),
                    function.bool("strict"),
                    cache,
                    tool.rest());
        }
        if ("custom".equals(type)) {
            Fields custom = tool.requiredObject("custom");
            return new Tool.Custom(
                    custom.requiredText("name"), custom.text("description"), custom.take("format"), tool.rest());
        }
        if (type == null) {
            throw ApiError.missingParameter(tool.at("type")).exception();
        }
        return new Tool.Server(OPENAI, tool.path(), whole);
    }

    private static @Nullable ToolChoice toolChoice(Fields in) {
        JsonNode choice = in.peek("tool_choice");
        if (choice.isTextual()) {
            String word = in.requiredText("tool_choice");
            return switch (word) {
                case "auto" -> new ToolChoice(ToolChoice.Mode.AUTO);
                case "none" -> new ToolChoice(ToolChoice.Mode.NONE);
                // "any" is Mistral's word.
                case "required", "any" -> new ToolChoice(ToolChoice.Mode.REQUIRED);
                default -> throw in.invalid("tool_choice", "must be none, auto, required, or name a tool");
            };
        }
        String type = choice.path("type").asText("");
        if ("function".equals(type) || "custom".equals(type)) {
            Fields named = in.requiredObject("tool_choice");
            named.take("type");
            return new ToolChoice(
                    ToolChoice.Mode.REQUIRED, List.of(named.requiredObject(type).requiredText("name")));
        }
        if ("allowed_tools".equals(type)) {
            Fields allowed = in.requiredObject("tool_choice");
            allowed.take("type");
            Fields inner = allowed.requiredObject("allowed_tools");
            List<String> names = new ArrayList<>();
            for (Fields tool : inner.objects("tools")) {
                String kind = tool.requiredText("type");
                names.add(tool.requiredObject(kind).requiredText("name"));
            }
            boolean required = "required".equals(inner.text("mode"));
            return new ToolChoice(required ? ToolChoice.Mode.REQUIRED : ToolChoice.Mode.AUTO, names);
        }
        return null;
    }

    private static Message message(Fields in) {
        String role = in.requiredText("role");
        CacheMark cache = ChatParts.cacheMark(in);
        List<Part> content = new ArrayList<>();
        Role speaker = switch (role) {
            case "system" -> Role.SYSTEM;
            case "developer" -> Role.DEVELOPER;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "tool" -> Role.TOOL;
            default -> throw in.invalid("role", "must be system, developer, user, assistant or tool");
        };
        String name = in.text("name");
        switch (speaker) {
            case TOOL -> {
                String id = SealedIds.split(in.requiredText("tool_call_id")).id();
                List<Part> said = ChatParts.read(in);
                content.add(new Part.ToolResult(id, name, said, false, false, Marks.of(cache, Extras.NONE)));
            }
            case ASSISTANT -> assistant(in, content);
            case SYSTEM, DEVELOPER, USER -> {
                if (!in.peek("content").isTextual() && !in.peek("content").isArray()) {
                    throw ApiError.missingParameter(in.at("content")).exception();
                }
                content.addAll(ChatParts.read(in));
            }
        }
        if (cache != null && speaker != Role.TOOL) {
            markLast(content, cache);
        }
        return new Message(speaker, content, name, in.rest());
    }

    /** A mark on a whole message stands for one on its last part. */
    private static void markLast(List<Part> content, CacheMark cache) {
        if (!content.isEmpty() && content.getLast() instanceof Part.Text text) {
            content.removeLast();
            content.add(new Part.Text(
                    text.text(), text.citations(), Marks.of(cache, text.marks().extras())));
        }
    }

    private static void assistant(Fields in, List<Part> content) {
        reasoning(in, content);
        content.addAll(ChatParts.read(in));
        String refusal = in.text("refusal");
        if (refusal != null) {
            content.add(new Part.Refusal(refusal, Marks.NONE));
        }
        for (Fields call : in.objects("tool_calls")) {
            content.add(call(call));
        }
    }

    private static Part call(Fields call) {
        SealedIds id = SealedIds.split(call.requiredText("id"));
        boolean custom = "custom".equals(call.text("type"));
        Fields body = call.requiredObject(custom ? "custom" : "function");
        String name = body.requiredText("name");
        String arguments = body.text(custom ? "input" : "arguments");
        Seal seal = id.seal();
        JsonNode signature = call.peek("extra_content").path("google").path("thought_signature");
        if (signature.isTextual()) {
            call.take("extra_content");
            seal = new Seal(DialectName.GEMINI, signature.textValue());
        }
        return new Part.ToolCall(
                id.id(), name, arguments == null ? "" : arguments, custom, new Marks(null, seal, call.rest()));
    }

    /**
     * Reads reasoning that a client repeats. The fields stay among the extras, for providers of this dialect know their own
     * form of them best.
     */
    private static void reasoning(Fields in, List<Part> content) {
        JsonNode details = in.peek("reasoning_details");
        for (JsonNode detail : details) {
            String signature = detail.path("signature").textValue();
            String data = detail.path("data").textValue();
            String text = detail.path("text").asText(detail.path("summary").asText(""));
            String proof = signature != null ? signature : data;
            Seal seal = proof == null ? null : Seal.read(OPENAI, proof);
            boolean redacted = signature == null && data != null;
            content.add(new Part.Reasoning(null, List.of(), text, redacted, Marks.of(seal)));
        }
        if (!content.isEmpty()) {
            return;
        }
        for (String name : List.of("reasoning_content", "reasoning")) {
            JsonNode text = in.peek(name);
            if (text.isTextual() && !text.textValue().isEmpty()) {
                content.add(new Part.Reasoning(null, List.of(), text.textValue(), false, Marks.NONE));
                return;
            }
        }
    }
}
