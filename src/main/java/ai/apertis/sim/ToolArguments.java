package ai.apertis.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Makes arguments that a tool's JSON schema accepts: the required properties, each with a plain value of its type. */
final class ToolArguments {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_VALUES = 1_000;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonNode root;
    private int values;

    private ToolArguments(JsonNode root) {
        this.root = root;
    }

    /** Arguments for a function's {@code parameters}. */
    static JsonNode of(JsonNode parameters) {
        return new ToolArguments(parameters).object(parameters, 0);
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = NODES.objectNode();
        for (JsonNode name : schema.path("required")) {
            object.set(name.asText(), value(schema.path("properties").path(name.asText()), depth + 1));
        }
        return object;
    }

    private JsonNode value(JsonNode schema, int depth) {
        // A schema that refers to itself twice would otherwise double with every level.
        if (depth > MAX_DEPTH || values++ > MAX_VALUES) {
            return NODES.nullNode();
        }
        if (schema.path("$ref").asText().startsWith("#/")) {
            return value(root.at(schema.path("$ref").asText().substring(1)), depth + 1);
        }
        for (String given : new String[] {"const", "default"}) {
            if (schema.has(given)) {
                return schema.get(given);
            }
        }
        for (String list : new String[] {"enum", "examples"}) {
            if (schema.path(list).has(0)) {
                return schema.path(list).get(0);
            }
        }
        for (String choice : new String[] {"anyOf", "oneOf", "allOf"}) {
            if (schema.path(choice).has(0)) {
                return value(schema.path(choice).get(0), depth + 1);
            }
        }
        JsonNode type = schema.path("type");
        return switch (type.isArray() ? type.path(0).asText() : type.asText()) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            case "integer" -> NODES.numberNode(schema.path("minimum").asLong(1));
            case "number" -> NODES.numberNode(schema.path("minimum").asDouble(1.5));
            case "boolean" -> NODES.booleanNode(true);
            case "null" -> NODES.nullNode();
            default -> NODES.textNode("example");
        };
    }

    private ArrayNode array(JsonNode schema, int depth) {
        ArrayNode array = NODES.arrayNode();
        int items = Math.clamp(schema.path("minItems").asInt(1), 0, MAX_DEPTH);
        for (int i = 0; i < items; i++) {
            array.add(value(schema.path("items"), depth + 1));
        }
        return array;
    }
}
