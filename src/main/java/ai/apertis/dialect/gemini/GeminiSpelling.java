package ai.apertis.dialect.gemini;

import ai.apertis.dialect.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Google reads its fields in camelCase and in snake_case, and SDKs mix them. Here all become camelCase, but for what is
 * the client's own: schemas, arguments, results and labels.
 */
final class GeminiSpelling {
    private static final Set<String> CLIENTS_OWN = Set.of(
            "args", "response", "labels", "parameters", "parametersJsonSchema", "responseSchema", "responseJsonSchema");

    private GeminiSpelling() {}

    static ObjectNode camel(ObjectNode object) {
        ObjectNode out = Json.object();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            String name = camel(field.getKey());
            // A function's response is the client's own, a declaration's is a schema; both are left alone.
            out.set(name, CLIENTS_OWN.contains(name) ? field.getValue() : camel(field.getValue()));
        }
        return out;
    }

    private static JsonNode camel(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return camel(object);
        }
        if (node instanceof ArrayNode array) {
            ArrayNode out = Json.array();
            array.forEach(item -> out.add(camel(item)));
            return out;
        }
        return node;
    }

    private static String camel(String name) {
        int at = name.indexOf('_');
        if (at <= 0) {
            return name;
        }
        StringBuilder camel = new StringBuilder();
        for (String word : name.split("_", -1)) {
            camel.append(
                    camel.isEmpty() || word.isEmpty()
                            ? word
                            : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return camel.toString();
    }

    /** Google's own schema language as JSON Schema: types in lower case, {@code nullable} as a type. */
    static JsonNode jsonSchema(JsonNode schema) {
        if (schema instanceof ArrayNode array) {
            ArrayNode out = Json.array();
            array.forEach(item -> out.add(jsonSchema(item)));
            return out;
        }
        if (!(schema instanceof ObjectNode object)) {
            return schema;
        }
        ObjectNode out = Json.object();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            switch (field.getKey()) {
                case "type" ->
                    type(out, field.getValue(), object.path("nullable").asBoolean());
                case "nullable" -> {}
                case "properties", "$defs", "defs" -> {
                    ObjectNode named = out.putObject(field.getKey());
                    field.getValue()
                            .properties()
                            .forEach(inner -> named.set(inner.getKey(), jsonSchema(inner.getValue())));
                }
                case "items", "anyOf", "prefixItems", "additionalProperties" ->
                    out.set(field.getKey(), jsonSchema(field.getValue()));
                // Google's counts are 64-bit numbers, which its JSON writes as text.
                case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties" ->
                    out.put(field.getKey(), field.getValue().asLong());
                default -> out.set(field.getKey(), field.getValue());
            }
        }
        return out;
    }

    private static void type(ObjectNode out, JsonNode type, boolean nullable) {
        if (!type.isTextual()) {
            out.set("type", type);
        } else if (nullable) {
            out.putArray("type").add(type.textValue().toLowerCase(Locale.ROOT)).add("null");
        } else {
            out.put("type", type.textValue().toLowerCase(Locale.ROOT));
        }
    }
}
