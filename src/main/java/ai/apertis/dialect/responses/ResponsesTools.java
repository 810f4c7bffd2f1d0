package ai.apertis.dialect.responses;

import static ai.apertis.config.DialectName.OPENAI_RESPONSES;

import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.ResponseFormat;
import ai.apertis.dialect.Tool;
import ai.apertis.dialect.ToolChoice;
import ai.apertis.dialect.ToolGroup;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Tools, the choice among them and the answer's form, as requests say them and answers repeat them. */
final class ResponsesTools {
    private ResponsesTools() {}

    static ArrayNode tools(ChatRequest request) {
        ArrayNode tools = Json.array();
        ToolGroup last = null;
        ArrayNode members = tools;
        for (Tool tool : request.tools()) {
            ToolGroup group = tool instanceof Tool.Function function ? function.group() : null;
            if (group == null) {
                members = tools;
            } else if (last == null || !last.name().equals(group.name())) {
                members = group(tools.addObject(), group);
            }
            members.add(tool(tool, request));
            last = group;
        }
        return tools;
    }

    private static ArrayNode group(ObjectNode out, ToolGroup group) {
        out.put("type", "namespace").put("name", group.name());
        if (group.description() != null) {
            out.put("description", group.description());
        }
        return out.putArray("tools");
    }

    /** Names the function of a call as its client declared it. */
    static ObjectNode nameCall(ObjectNode call, String name, List<Tool> tools) {
        ToolGroup group = ToolGroup.of(name, tools);
        if (group == null) {
            return call.put("name", name);
        }
        return call.put("name", group.member()).put("namespace", group.name());
    }

    private static ObjectNode tool(Tool tool, ChatRequest request) {
        boolean own = request.dialect() == OPENAI_RESPONSES;
        ObjectNode out = Json.object();
        switch (tool) {
            case Tool.Function function -> {
                ToolGroup group = function.group();
                out.put("type", "function").put("name", group == null ? function.name() : group.member());
                if (function.description() != null) {
                    out.put("description", function.description());
                }
                if (function.parameters() != null) {
                    out.set("parameters", function.parameters());
                } else if (!own) {
                    out.putObject("parameters").put("type", "object").putObject("properties");
                }
                // Left out it means true here, and false everywhere else.
                if (function.strict() != null || !own) {
                    out.put("strict", Boolean.TRUE.equals(function.strict()));
                }
                function.extras().writeTo(out, OPENAI_RESPONSES);
            }
            case Tool.Custom custom -> {
                out.put("type", "custom").put("name", custom.name());
                if (custom.description() != null) {
                    out.put("description", custom.description());
                }
                if (custom.format() != null) {
                    out.set("format", flatGrammar(custom.format()));
                }
                custom.extras().writeTo(out, OPENAI_RESPONSES);
            }
            case Tool.Server server
            when server.dialect() == OPENAI_RESPONSES -> {
                return server.json();
            }
            case Tool.Server server -> throw Portability.refuse(server.path());
        }
        return out;
    }

    /** Chat writes a grammar one level deeper. */
    private static JsonNode flatGrammar(JsonNode format) {
        if (format.path("grammar") instanceof ObjectNode grammar) {
            return Json.object().put("type", "grammar").setAll(grammar);
        }
        return format;
    }

    static void choice(ObjectNode out, ToolChoice choice, List<Tool> tools) {
        if (choice.names().isEmpty()) {
            out.put(
                    "tool_choice",
                    switch (choice.mode()) {
                        case AUTO -> "auto";
                        case NONE -> "none";
                        case REQUIRED -> "required";
                    });
        } else if (choice.mode() == ToolChoice.Mode.REQUIRED && choice.names().size() == 1) {
            named(out.putObject("tool_choice"), choice.names().getFirst(), tools);
        } else {
            ObjectNode allowed = out.putObject("tool_choice").put("type", "allowed_tools");
            allowed.put("mode", choice.mode() == ToolChoice.Mode.REQUIRED ? "required" : "auto");
            ArrayNode names = allowed.putArray("tools");
            choice.names().forEach(name -> named(names.addObject(), name, tools));
        }
    }

    private static void named(ObjectNode out, String name, List<Tool> tools) {
        boolean custom = tools.stream()
                .anyMatch(tool ->
                        tool instanceof Tool.Custom found && found.name().equals(name));
        out.put("type", custom ? "custom" : "function").put("name", name);
    }

    static ObjectNode format(ResponseFormat format) {
        return switch (format) {
            case ResponseFormat.Text text -> Json.object().put("type", "text");
            case ResponseFormat.JsonObject json -> Json.object().put("type", "json_object");
            case ResponseFormat.JsonSchema json -> {
                ObjectNode out = Json.object().put("type", "json_schema");
                out.put("name", json.name() == null ? "answer" : json.name());
                if (json.description() != null) {
                    out.put("description", json.description());
                }
                out.set("schema", json.schema());
                if (json.strict() != null) {
                    out.put("strict", json.strict());
                }
                yield out;
            }
        };
    }
}
