package ai.apertis.dialect.openai;

import static ai.apertis.config.DialectName.OPENAI;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Message;
import ai.apertis.dialect.Parameter;
import ai.apertis.dialect.Part;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.RequestEncoder;
import ai.apertis.dialect.ResponseFormat;
import ai.apertis.dialect.Role;
import ai.apertis.dialect.Sampling;
import ai.apertis.dialect.Thinking;
import ai.apertis.dialect.Tool;
import ai.apertis.dialect.ToolChoice;
import ai.apertis.dialect.Turns;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes {@code POST /chat/completions} for a provider. */
final class ChatRequestEncoder implements RequestEncoder {
    @Override
    public byte[] encode(ChatRequest request, Target target) {
        Quirks quirks = target.quirks();
        ObjectNode out = Json.object().put("model", target.upstreamModel());
        ArrayNode messages = out.putArray("messages");
        List<Message> turns = request.dialect() == OPENAI ? request.messages() : Turns.join(request.messages());
        for (Message message : turns) {
            message(messages, message, request.dialect(), quirks);
        }
        tools(out, request, quirks);
        sampling(out, request.sampling(), quirks);
        thinking(out, request, target);
        format(out, request.format());
        if (request.verbosity() != null) {
            out.put("verbosity", request.verbosity());
        }
        if (request.user() != null) {
            out.put("user", request.user());
        }
        if (request.serviceTier() != null && request.dialect() != DialectName.ANTHROPIC) {
            out.put("service_tier", request.serviceTier());
        }
        if (!request.metadata().isEmpty() && request.dialect() == OPENAI) {
            ObjectNode metadata = out.putObject("metadata");
            request.metadata().forEach(metadata::put);
        }
        if (request.stream()) {
            out.put("stream", true);
            if (quirks.streamUsage() == Quirks.StreamUsage.ASKED) {
                out.putObject("stream_options").put("include_usage", true);
            }
        }
        request.extras().writeTo(out, OPENAI);
        quirks.refusedParameters().forEach(name -> refuse(out, name, request));
        return Json.bytes(out);
    }

    /** What the provider would answer with an error is dropped where that may be, else refused here. */
    private static void refuse(ObjectNode out, String name, ChatRequest request) {
        if (out.remove(name) == null) {
            return;
        }
        for (Parameter parameter : Parameter.values()) {
            if (parameter.in(OPENAI).equals(name)) {
                Portability.lacks(request, parameter, OPENAI);
                return;
            }
        }
        throw Portability.refuse(name);
    }

    private static void sampling(ObjectNode out, Sampling sampling, Quirks quirks) {
        if (sampling.maxTokens() != null) {
            out.put(quirks.maxTokensName(), sampling.maxTokens());
        }
        ChatSampling.write(out, sampling);
    }

    private static void thinking(ObjectNode out, ChatRequest request, Target target) {
        Thinking thinking = request.thinking();
        Thinking.Effort effort = thinking.effortOrBudget();
        if (!target.reasons() || !thinking.told()) {
            return;
        }
        boolean wanted = thinking.wanted();
        switch (target.quirks().effort()) {
            case REASONING_EFFORT -> {
                if (effort != null) {
                    out.put("reasoning_effort", effort.word());
                }
            }
            case REASONING -> reasoningObject(out.putObject("reasoning"), thinking, effort);
            case THINKING -> out.putObject("thinking").put("type", wanted ? "enabled" : "disabled");
            case ENABLE_THINKING -> {
                out.put("enable_thinking", wanted);
                if (thinking.budgetTokens() != null && wanted) {
                    out.put("thinking_budget", thinking.budgetTokens());
                }
            }
            case NONE -> {}
        }
    }

    private static void reasoningObject(ObjectNode out, Thinking thinking, Thinking.@Nullable Effort effort) {
        if (thinking.enabled() != null) {
            out.put("enabled", thinking.enabled());
        }
        if (thinking.budgetTokens() != null && thinking.budgetTokens() > 0) {
            out.put("max_tokens", thinking.budgetTokens());
        } else if (effort != null && !Boolean.FALSE.equals(thinking.enabled())) {
            out.put("effort", effort.word());
        }
        if (thinking.summary() != null) {
            out.put("exclude", "none".equals(thinking.summary()));
        }
    }

    private static void format(ObjectNode out, @Nullable ResponseFormat format) {
        switch (format) {
            case null -> {}
            case ResponseFormat.Text text -> out.putObject("response_format").put("type", "text");
            case ResponseFormat.JsonObject json ->
                out.putObject("response_format").put("type", "json_object");
            case ResponseFormat.JsonSchema json -> {
                ObjectNode schema = out.putObject("response_format")
                        .put("type", "json_schema")
                        .putObject("json_schema");
                schema.put("name", json.name() == null ? "answer" : json.name());
                if (json.description() != null) {
                    schema.put("description", json.description());
                }
                schema.set("schema", json.schema());
                if (json.strict() != null) {
                    schema.put("strict", json.strict());
                }
            }
        }
    }

    private static void tools(ObjectNode out, ChatRequest request, Quirks quirks) {
        if (!request.tools().isEmpty()) {
            ArrayNode tools = out.putArray("tools");
            for (Tool tool : request.tools()) {
                tools.add(tool(tool, quirks));
            }
        }
        ToolChoice choice = request.toolChoice();
        if (choice != null) {
            choice(out, choice, request.tools(), quirks);
        }
        if (request.parallelToolCalls() != null) {
            out.put("parallel_tool_calls", request.parallelToolCalls());
        }
    }

    private static ObjectNode tool(Tool tool, Quirks quirks) {
        ObjectNode out = Json.object();
        switch (tool) {
            case Tool.Function function -> {
                ObjectNode body = out.put("type", "function").putObject("function");
                body.put("name", function.name());
                if (function.description() != null) {
                    body.put("description", function.description());
                }
                if (function.parameters() != null) {
                    body.set("parameters", function.parameters());
                }
                if (function.strict() != null) {
                    body.put("strict", function.strict());
                }
                if (function.cache() != null && quirks.cacheControl()) {
                    ChatParts.writeCacheMark(out, function.cache());
                }
                function.extras().writeTo(out, OPENAI);
            }
            case Tool.Custom custom -> {
                ObjectNode body = out.put("type", "custom").putObject("custom");
                body.put("name", custom.name());
                if (custom.description() != null) {
                    body.put("description", custom.description());
                }
                if (custom.format() != null) {
                    body.set("format", ChatSampling.nestedGrammar(custom.format()));
                }
                custom.extras().writeTo(out, OPENAI);
            }
            case Tool.Server server
            when server.dialect() == OPENAI -> {
                return server.json();
            }
            case Tool.Server server -> throw Portability.refuse(server.path());
        }
        return out;
    }

    private static void choice(ObjectNode out, ToolChoice choice, List<Tool> tools, Quirks quirks) {
        if (choice.names().isEmpty()) {
            out.put(
                    "tool_choice",
                    switch (choice.mode()) {
                        case AUTO -> "auto";
                        case NONE -> "none";
                        case REQUIRED -> quirks.requiredToolChoice();
                    });
        } else if (choice.mode() == ToolChoice.Mode.REQUIRED && choice.names().size() == 1) {
            named(out.putObject("tool_choice"), choice.names().getFirst(), tools);
        } else {
            ObjectNode allowed =
                    out.putObject("tool_choice").put("type", "allowed_tools").putObject("allowed_tools");
            allowed.put("mode", choice.mode() == ToolChoice.Mode.REQUIRED ? "required" : "auto");
            ArrayNode names = allowed.putArray("tools");
            choice.names().forEach(name -> named(names.addObject(), name, tools));
        }
    }

    private static void named(ObjectNode out, String name, List<Tool> tools) {
        boolean custom = tools.stream()
                .anyMatch(tool ->
                        tool instanceof Tool.Custom found && found.name().equals(name));
        String type = custom ? "custom" : "function";
        out.put("type", type).putObject(type).put("name", name);
    }

    private static void message(ArrayNode out, Message message, DialectName client, Quirks quirks) {
        if (message.role() == Role.ASSISTANT) {
            out.add(assistant(message, client, quirks));
            return;
        }
        List<Part> rest = new ArrayList<>();
        List<Part> pictures = new ArrayList<>();
        for (Part part : message.content()) {
            if (part instanceof Part.ToolResult result) {
                out.add(toolMessage(message, result, client, pictures, quirks));
            } else {
                rest.add(part);
            }
        }
        // A tool message holds only text, so what else a tool gave follows as the user's.
        rest.addAll(0, pictures);
        boolean bare = message.role() == Role.TOOL || message.content().size() != rest.size();
        if (!rest.isEmpty() || !bare) {
            ObjectNode turn = out.addObject().put("role", bare ? "user" : role(message.role(), quirks));
            ChatParts.write(turn, rest, client, quirks);
            if (!bare) {
                if (message.name() != null) {
                    turn.put("name", message.name());
                }
                message.extras().writeTo(turn, OPENAI);
            }
        }
    }

    private static String role(Role role, Quirks quirks) {
        return switch (role) {
            case SYSTEM -> "system";
            case DEVELOPER -> quirks.systemRole();
            case USER -> "user";
            case ASSISTANT -> "assistant";
            case TOOL -> "tool";
        };
    }

    private static ObjectNode toolMessage(
            Message message, Part.ToolResult result, DialectName client, List<Part> pictures, Quirks quirks) {
        ObjectNode out = Json.object().put("role", "tool").put("tool_call_id", result.callId());
        List<Part> words = new ArrayList<>(result.content());
        if (client != OPENAI) {
            words.removeIf(part -> part instanceof Part.Media);
            result.content().stream().filter(Part.Media.class::isInstance).forEach(pictures::add);
            out.put("content", words(words));
            result.marks().extras().writeTo(out, OPENAI);
        } else {
            ChatParts.write(out, words, client, quirks);
        }
        if (message.role() == Role.TOOL && message.name() != null && client == OPENAI) {
            out.put("name", message.name());
        }
        if (result.marks().cache() != null && quirks.cacheControl()) {
            ChatParts.writeCacheMark(out, result.marks().cache());
        }
        if (message.role() == Role.TOOL) {
            message.extras().writeTo(out, OPENAI);
        }
        return out;
    }

    private static String words(List<Part> parts) {
        StringBuilder words = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Text text -> {
                    text.marks().extras().writeTo(Json.object(), OPENAI);
                    words.append(words.isEmpty() ? "" : "\n").append(text.text());
                }
                case Part.Opaque opaque -> throw Portability.refuse(opaque.path());
                default -> throw Portability.refuse("a tool's result");
            }
        }
        return words.toString();
    }

    private static ObjectNode assistant(Message message, DialectName client, Quirks quirks) {
        ObjectNode out = Json.object().put("role", "assistant");
        List<Part> said = new ArrayList<>();
        ArrayNode calls = Json.array();
        List<Part.Reasoning> thoughts = new ArrayList<>();
        for (Part part : message.content()) {
            switch (part) {
                case Part.ToolCall call -> calls.add(call(call));
                case Part.Reasoning reasoning -> thoughts.add(reasoning);
                case Part.Refusal refusal when client != OPENAI -> said.add(new Part.Text(refusal.text()));
                default -> said.add(part);
            }
        }
        if (said.isEmpty()) {
            out.putNull("content");
        } else if (said.getLast() instanceof Part.Refusal refusal && client == OPENAI && said.size() == 1) {
            out.putNull("content").put("refusal", refusal.text());
        } else {
            ChatParts.write(out, said, client, quirks);
        }
        if (!calls.isEmpty()) {
            out.set("tool_calls", calls);
        }
        if (client != OPENAI && quirks.repeatsReasoning()) {
            ChatReasoning.repeat(out, thoughts, quirks.reasoningField());
        }
        if (message.name() != null) {
            out.put("name", message.name());
        }
        message.extras().writeTo(out, OPENAI);
        if (thoughts.stream().anyMatch(ChatReasoning::foreign)) {
            out.remove("reasoning_details");
        }
        return out;
    }

    private static ObjectNode call(Part.ToolCall call) {
        ObjectNode out = Json.object().put("id", call.id());
        String type = call.custom() ? "custom" : "function";
        out.put("type", type)
                .putObject(type)
                .put("name", call.name())
                .put(call.custom() ? "input" : "arguments", call.arguments());
        String signature = call.marks().sealOf(DialectName.GEMINI);
        if (signature != null) {
            out.putObject("extra_content").putObject("google").put("thought_signature", signature);
        }
        call.marks().extras().writeTo(out, OPENAI);
        return out;
    }
}
