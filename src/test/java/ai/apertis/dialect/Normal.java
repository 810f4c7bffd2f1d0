package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Brings two requests that mean the same to the same form. What is done here is all that the way through the canonical
 * form may change: nulls, empty lists and false flags go, numbers lose trailing zeros, a single text may be a string or a list, and
 * each dialect's second spellings give way to its first.
 */
final class Normal {
    private Normal() {}

    static ObjectNode withModel(Recording recording) {
        ObjectNode body = recording.request().deepCopy();
        if (recording.dialect() == DialectName.GEMINI) {
            String path = recording.json().path("request").path("path").asText();
            int from = path.lastIndexOf("models/") + 7;
            int to = path.indexOf(':', from);
            body.put("model", path.substring(from, to));
            body.put("stream", recording.streamed());
        }
        return body;
    }

    static JsonNode form(DialectName dialect, JsonNode request) {
        JsonNode form = general(request);
        if (form instanceof ObjectNode object) {
            // Wishes about the provider are for the gateway, which takes them out.
            object.remove("provider");
            switch (dialect) {
                case OPENAI -> chat(object);
                case ANTHROPIC -> anthropic(object);
                case GEMINI -> {
                    return gemini(object);
                }
                case OPENAI_RESPONSES -> responses(object);
            }
        }
        return form;
    }

    private static JsonNode general(JsonNode node) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        if (node.isNumber()) {
            BigDecimal value = node.decimalValue().stripTrailingZeros();
            return make.textNode(value.toPlainString());
        }
        if (node instanceof ArrayNode array) {
            ArrayNode out = make.arrayNode();
            array.forEach(item -> out.add(general(item)));
            return out;
        }
        if (node instanceof ObjectNode object) {
            ObjectNode out = make.objectNode();
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                boolean nothing = field.getValue().isNull()
                        || (field.getValue().isArray() && field.getValue().isEmpty());
                if (!nothing) {
                    out.set(field.getKey(), general(field.getValue()));
                }
            }
            return out;
        }
        return node;
    }

    private static void chat(ObjectNode body) {
        rename(body, "max_completion_tokens", "max_tokens");
        // Usage is always asked for, and a request that is not streamed need not say so.
        body.remove("stream_options");
        body.remove(List.of("stream").stream()
                .filter(f -> !body.path(f).asBoolean())
                .toList());
        list(body, "stop");
        if (body.path("reasoning").size() == 1 && body.path("reasoning").has("effort")) {
            body.set("reasoning_effort", body.remove("reasoning").get("effort"));
        }
        if (body.path("tool_choice").asText().equals("any")) {
            body.put("tool_choice", "required");
        }
        body.path("tools").forEach(tool -> {
            if (!tool.has("type")) {
                ((ObjectNode) tool).put("type", "function");
            }
        });
        body.path("messages").forEach(message -> {
            text((ObjectNode) message, "content", "text");
            message.path("tool_calls").forEach(call -> {
                if (!call.has("type")) {
                    ((ObjectNode) call).put("type", "function");
                }
            });
        });
    }

    private static void anthropic(ObjectNode body) {
        body.remove(List.of("stream").stream()
                .filter(f -> !body.path(f).asBoolean())
                .toList());
        text(body, "system", "text");
        body.path("messages").forEach(message -> {
            text((ObjectNode) message, "content", "text");
            message.path("content").forEach(block -> {
                if (block.path("type").asText().equals("tool_result")) {
                    text((ObjectNode) block, "content", "text");
                    if (!block.path("is_error").asBoolean()) {
                        ((ObjectNode) block).remove("is_error");
                    }
                }
            });
        });
    }

    private static JsonNode gemini(ObjectNode body) {
        ObjectNode camel = (ObjectNode) camel(body);
        camel.remove(List.of("model", "stream"));
        if (camel.path("systemInstruction") instanceof ObjectNode system) {
            system.remove("role");
        }
        // Functions may be declared in several lists; the order of tools means nothing.
        ArrayNode functions = JsonNodeFactory.instance.arrayNode();
        TreeSet<String> others = new TreeSet<>();
        for (JsonNode tool : camel.path("tools")) {
            tool.path("functionDeclarations").forEach(function -> functions.add(declaration((ObjectNode) function)));
            tool.properties().stream()
                    .filter(field -> !field.getKey().equals("functionDeclarations"))
                    .forEach(field -> others.add(field.toString()));
        }
        camel.remove("tools");
        camel.set("functions", functions);
        camel.put("others", others.toString());
        if (camel.path("generationConfig") instanceof ObjectNode config) {
            if (config.path("responseModalities").toString().equals("[\"TEXT\"]")) {
                config.remove("responseModalities");
            }
            if (config.isEmpty()) {
                camel.remove("generationConfig");
            }
        }
        return camel;
    }

    private static ObjectNode declaration(ObjectNode function) {
        JsonNode googles = function.remove("parameters");
        if (googles != null) {
            function.set("parametersJsonSchema", Json.parse(lowerTypes(googles.toString())));
        }
        return function;
    }

    private static String lowerTypes(String json) {
        String out = json;
        for (String type : List.of("OBJECT", "STRING", "INTEGER", "NUMBER", "BOOLEAN", "ARRAY")) {
            out = out.replace(
                    "\"type\":\"" + type + "\"", "\"type\":\"" + type.toLowerCase(java.util.Locale.ROOT) + "\"");
        }
        return out;
    }

    private static JsonNode camel(JsonNode node) {
        if (node instanceof ArrayNode array) {
            ArrayNode out = JsonNodeFactory.instance.arrayNode();
            array.forEach(item -> out.add(camel(item)));
            return out;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            StringBuilder name = new StringBuilder();
            boolean up = false;
            for (char c : field.getKey().toCharArray()) {
                if (c == '_') {
                    up = true;
                } else {
                    name.append(up ? Character.toUpperCase(c) : c);
                    up = false;
                }
            }
            JsonNode value = field.getValue();
            boolean own =
                    name.toString().matches("args|response|parameters|parametersJsonSchema|response(Json)?Schema");
            if (name.toString().equals("data")) {
                value = JsonNodeFactory.instance.textNode(
                        value.asText().replace('-', '+').replace('_', '/'));
            }
            out.set(name.toString(), own ? value : camel(value));
        }
        return out;
    }

    private static void responses(ObjectNode body) {
        body.remove(List.of("stream", "background").stream()
                .filter(f -> !body.path(f).asBoolean())
                .toList());
        if (body.path("input").isTextual()) {
            String text = body.path("input").textValue();
            body.putArray("input").addObject().put("role", "user").put("content", text);
        }
        ArrayNode input = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : body.path("input")) {
            if (item.has("role") && !item.has("type")) {
                ((ObjectNode) item).put("type", "message");
            }
            if (item.path("type").asText().equals("message")) {
                boolean model = item.path("role").asText().equals("assistant");
                text((ObjectNode) item, "content", model ? "output_text" : "input_text");
            }
            // System text at the head is the instructions.
            boolean head = input.isEmpty() && !body.has("instructions");
            if (head && item.path("role").asText().equals("system")) {
                body.put(
                        "instructions",
                        item.path("content").path(0).path("text").asText());
            } else {
                input.add(item);
            }
        }
        body.set("input", input);
    }

    private static void rename(ObjectNode body, String from, String to) {
        JsonNode value = body.remove(from);
        if (value != null) {
            body.set(to, value);
        }
    }

    private static void list(ObjectNode body, String field) {
        if (body.path(field).isTextual()) {
            body.putArray(field).add(body.path(field).textValue());
        }
    }

    private static void text(ObjectNode owner, String field, String type) {
        JsonNode text = owner.path(field);
        if (text.isTextual()) {
            owner.putArray(field).addObject().put("type", type).put("text", text.textValue());
        }
    }

    /** Where two trees differ first, for people. */
    static String difference(String path, JsonNode before, JsonNode after) {
        if (before instanceof ObjectNode a && after instanceof ObjectNode b) {
            TreeSet<String> names = new TreeSet<>();
            a.fieldNames().forEachRemaining(names::add);
            b.fieldNames().forEachRemaining(names::add);
            StringBuilder all = new StringBuilder();
            for (String name : names) {
                if (!a.path(name).equals(b.path(name))) {
                    all.append(difference(path + "." + name, a.path(name), b.path(name)))
                            .append("; ");
                }
            }
            return all.toString();
        }
        if (before instanceof ArrayNode a && after instanceof ArrayNode b && a.size() == b.size()) {
            for (int i = 0; i < a.size(); i++) {
                if (!a.get(i).equals(b.get(i))) {
                    return difference(path + "[" + i + "]", a.get(i), b.get(i));
                }
            }
        }
        return path + ": " + before + " became " + after;
    }

    /** The words, calls and results of a conversation, apart from who said them and how they are cut into messages. */
    static List<String> said(ChatRequest request) {
        List<String> system = new ArrayList<>();
        List<String> said = new ArrayList<>();
        for (Message message : request.messages()) {
            boolean operator = message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER;
            for (Part part : message.content()) {
                switch (part) {
                    case Part.Text text when text.text().isEmpty() -> {}
                    case Part.Text text -> (operator ? system : said).add("text " + text.text());
                    case Part.Refusal refusal -> said.add("text " + refusal.text());
                    case Part.Media media -> {}
                    case Part.ToolCall call ->
                        said.add("call " + call.name() + " " + general(Json.arguments(call.arguments())));
                    case Part.ToolResult result -> {
                        StringBuilder words = new StringBuilder();
                        result.content().forEach(piece -> {
                            if (piece instanceof Part.Text text) {
                                words.append(words.isEmpty() ? "" : "\n").append(text.text());
                            }
                        });
                        JsonNode json = Json.parse(words.toString());
                        said.add("result "
                                + (json == null
                                        ? words.toString()
                                        : general(json).toString()));
                    }
                    case Part.Reasoning reasoning -> {}
                    case Part.Opaque opaque -> said.add("opaque");
                }
            }
        }
        system.addAll(said);
        request.tools().forEach(tool -> system.add("tool " + (tool instanceof Tool.Function f ? f.name() : "other")));
        return system;
    }
}
