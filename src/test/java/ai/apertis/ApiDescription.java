package ai.apertis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** The description of the API as tests look at it. */
final class ApiDescription {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final ObjectNode document;
    private final ObjectNode closed;

    /** A description; answers of our own are to have no members but those that it names. */
    ApiDescription(ObjectNode document) {
        this.document = document;
        this.closed = document.deepCopy();
        walk("", closed, ApiDescription::close);
    }

    /** One operation. */
    record Operation(String method, String path, JsonNode node) {
        String name() {
            return method.toUpperCase(Locale.ROOT) + " " + path;
        }

        boolean isManagement() {
            return node.at("/tags/0").asText().equals("Management");
        }
    }

    List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(member -> METHODS.contains(member.getKey()))
                        .forEach(member -> all.add(new Operation(member.getKey(), path.getKey(), member.getValue()))));
        return all;
    }

    /** What a reference points to, or the node itself. */
    JsonNode resolved(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isTextual() ? document.at(reference.textValue().substring(1)) : node;
    }

    /** An address of an operation, with the examples of its parameters. */
    String address(Operation operation) {
        String address = operation.path();
        List<String> query = new ArrayList<>();
        for (JsonNode written : operation.node().path("parameters")) {
            JsonNode parameter = resolved(written);
            String name = parameter.path("name").asText();
            String example = parameter.path("example").asText();
            if (parameter.path("in").asText().equals("path")) {
                address = address.replace("{" + name + "}", example);
            } else if (parameter.path("in").asText().equals("query")
                    && parameter.path("required").asBoolean()) {
                query.add(name + "=" + example);
            }
        }
        return query.isEmpty() ? address : address + "?" + String.join("&", query);
    }

    /** What is wrong with an answer, by its own schema; empty when nothing is. */
    Set<String> problems(String method, String path, int status, JsonNode answer) {
        String at = "/paths/" + path.replace("/", "~1") + "/" + method + "/responses/" + status;
        JsonNode written = closed.at(at);
        String response = written.has("$ref") ? written.path("$ref").textValue().substring(1) : at;
        if (closed.at(response).isMissingNode()) {
            return Set.of("no answer " + status + " is described for " + method + " " + path);
        }
        return problems(
                "#" + response.replace("{", "%7B").replace("}", "%7D") + "/content/application~1json/schema", answer);
    }

    /** What is wrong with each example of a body, by where it stands. */
    Map<String, Set<String>> examples() {
        Map<String, Set<String>> examples = new TreeMap<>();
        walk("", document, (at, node) -> {
            if (node.has("schema") && (node.has("example") || node.has("examples")) && at.contains("/content/")) {
                List<JsonNode> all = new ArrayList<>();
                node.path("examples").forEach(one -> all.add(one.path("value")));
                if (node.has("example")) {
                    all.add(node.path("example"));
                }
                for (JsonNode one : all) {
                    ObjectNode root = node.path("schema").deepCopy();
                    root.set("components", document.path("components"));
                    examples.computeIfAbsent(at, first -> new HashSet<>()).addAll(messages(validated(root, one)));
                }
            }
        });
        return examples;
    }

    private static Set<ValidationMessage> validated(ObjectNode schema, JsonNode value) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(schema)
                .validate(value);
    }

    private Set<String> problems(String reference, JsonNode value) {
        ObjectNode root = closed.objectNode().put("$ref", reference);
        root.setAll(closed.deepCopy().retain("paths", "components"));
        return messages(validated(root, value));
    }

    /** What is wrong with the description itself, by the schema of OpenAPI 3.1; empty when nothing is. */
    Set<String> problems() {
        JsonSchema schema = JsonSchemaFactory.getInstance(
                        SpecVersion.VersionFlag.V202012,
                        builder -> builder.schemaMappers(mappers ->
                                mappers.mapPrefix("https://spec.openapis.org", "classpath:spec.openapis.org")))
                .getSchema(URI.create("https://spec.openapis.org/oas/3.1/schema/2022-10-07"));
        return messages(schema.validate(document));
    }

    private static Set<String> messages(Set<ValidationMessage> messages) {
        return messages.stream().map(ValidationMessage::getMessage).collect(Collectors.toSet());
    }

    /** References that lead nowhere. */
    Set<String> broken() {
        Set<String> broken = new HashSet<>();
        walk("", document, (at, node) -> {
            JsonNode reference = node.path("$ref");
            if (reference.isTextual()
                    && document.at(reference.textValue().substring(1)).isMissingNode()) {
                broken.add(at + " → " + reference.textValue());
            }
        });
        return broken;
    }

    /** Components that nothing leads to. */
    Set<String> unused() {
        Set<String> unused = new HashSet<>();
        document.path("components").properties().forEach(kind -> {
            if (!kind.getKey().equals("securitySchemes")) {
                kind.getValue()
                        .fieldNames()
                        .forEachRemaining(name -> unused.add("#/components/" + kind.getKey() + "/" + name));
            }
        });
        walk("", document, (at, node) -> unused.remove(node.path("$ref").asText()));
        return unused;
    }

    /** Goes through all objects. */
    private static void walk(String at, JsonNode node, BiConsumer<String, ObjectNode> visitor) {
        if (node instanceof ObjectNode object) {
            visitor.accept(at, object);
            object.properties().forEach(member -> walk(at + "/" + member.getKey(), member.getValue(), visitor));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                walk(at + "/" + i, array.get(i), visitor);
            }
        }
    }

    private static void close(String at, ObjectNode node) {
        boolean objectSchema = node.path("type").asText().equals("object")
                && node.path("properties").isObject();
        if (objectSchema && !node.has("additionalProperties") && !at.contains("/allOf/")) {
            node.put("additionalProperties", false);
        }
    }
}
