package ai.apertis.console.reference;

import ai.apertis.console.Markdown;
import ai.apertis.console.reference.ApiOperation.Answer;
import ai.apertis.console.reference.ApiOperation.Body;
import ai.apertis.console.reference.ApiOperation.Field;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads a description of the form of OpenAPI 3.1 for people. */
public final class ApiReader {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final String EVENT_STREAM = "text/event-stream";

    private final JsonNode document;
    private final Schemas schemas;
    private final Calls calls;

    private ApiReader(JsonNode document) {
        this.document = document;
        this.schemas = new Schemas(document);
        this.calls = new Calls(schemas);
    }

    /**
     * All operations, by their first tag.
     *
     * @param document the description; its references lead to places in itself
     * @return groups in the order of the description's tags, without empty ones
     */
    public static List<ApiGroup> read(JsonNode document) {
        return new ApiReader(document).groups();
    }

    private List<ApiGroup> groups() {
        Map<String, Map<String, ApiOperation>> operations = new LinkedHashMap<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(method -> METHODS.contains(method.getKey()))
                        .forEach(method -> add(operations, path.getKey(), path.getValue(), method.getKey())));
        List<ApiGroup> groups = new ArrayList<>();
        for (JsonNode tag : document.path("tags")) {
            String name = tag.path("name").asText();
            Map<String, ApiOperation> its = operations.getOrDefault(name, Map.of());
            if (!its.isEmpty()) {
                String id = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
                groups.add(new ApiGroup(id, name, tag.path("description").asText(), List.copyOf(its.values())));
            }
        }
        return groups;
    }

    /** Adds an operation, or its path to one that is the same in all but its names. */
    private void add(Map<String, Map<String, ApiOperation>> to, String path, JsonNode item, String method) {
        JsonNode operation = item.path(method);
        Map<String, ApiOperation> group =
                to.computeIfAbsent(operation.path("tags").path(0).asText(), tag -> new LinkedHashMap<>());
        String last = path.substring(path.lastIndexOf('/'));
        String does = method
                + last
                + operation.path("requestBody")
                + operation.path("responses")
                + operation.path("parameters");
        group.merge(does, operation(path, item, method), (first, again) -> alsoAt(first, path));
    }

    private static ApiOperation alsoAt(ApiOperation first, String path) {
        List<String> others = new ArrayList<>(first.others());
        others.add(path);
        return new ApiOperation(
                first.id(),
                first.method(),
                first.path(),
                others,
                first.summary(),
                first.html(),
                first.vendor(),
                first.key(),
                first.parameters(),
                first.bodies(),
                first.answers(),
                first.errors(),
                first.call());
    }

    private ApiOperation operation(String path, JsonNode item, String method) {
        JsonNode operation = item.path(method);
        List<Answer> answers = new ArrayList<>();
        List<Answer> errors = new ArrayList<>();
        Map<String, JsonNode> byStatus = new TreeMap<>();
        operation.path("responses").properties().forEach(one -> byStatus.put(one.getKey(), one.getValue()));
        byStatus.forEach((status, response) -> {
            boolean error = status.compareTo("400") >= 0;
            (error ? errors : answers).add(answer(status, schemas.resolved(response), error));
        });
        JsonNode security = operation.has("security") ? operation.path("security") : document.path("security");
        return new ApiOperation(
                operation.path("operationId").asText(),
                method.toUpperCase(Locale.ROOT),
                path,
                List.of(),
                operation.path("summary").asText(),
                Markdown.html(operation.path("description").asText(), link -> link),
                operation.path("externalDocs").path("url").asText(),
                key(security),
                parameters(operation.path("parameters")),
                bodies(schemas.resolved(operation.path("requestBody")).path("content")),
                answers,
                errors,
                calls.call(method, path, item, operation, security));
    }

    private static String key(JsonNode security) {
        return security.isEmpty()
                ? "No key is needed."
                : security.get(0).has("admin") ? "Takes the admin token." : "Takes an API key.";
    }

    private List<Field> parameters(JsonNode parameters) {
        List<Field> fields = new ArrayList<>();
        for (JsonNode named : parameters) {
            JsonNode one = schemas.resolved(named);
            JsonNode schema = one.path("schema");
            String own = Markdown.line(one.path("description").asText());
            fields.add(new Field(
                    one.path("name").asText(),
                    schemas.type(schema),
                    one.path("in").asText(),
                    one.path("required").asBoolean(),
                    (own + " " + schemas.told(schema)).strip()));
        }
        return fields;
    }

    private List<Body> bodies(JsonNode content) {
        List<Body> bodies = new ArrayList<>();
        content.properties().forEach(media -> {
            JsonNode schema = media.getValue().path("schema");
            bodies.add(new Body(
                    media.getKey(),
                    media.getKey().equals(EVENT_STREAM)
                                    || schemas.fields(schema).isEmpty()
                            ? schemas.told(schema)
                            : "",
                    schemas.fields(schema)));
        });
        return bodies;
    }

    private Answer answer(String status, JsonNode response, boolean error) {
        List<Field> headers = new ArrayList<>();
        response.path("headers").properties().forEach(header -> {
            JsonNode one = schemas.resolved(header.getValue());
            headers.add(new Field(
                    header.getKey(),
                    schemas.type(one.path("schema")),
                    "",
                    false,
                    Markdown.line(one.path("description").asText())));
        });
        JsonNode first = response.path("content").elements().hasNext()
                ? response.path("content").elements().next()
                : response.path("content");
        JsonNode example = schemas.example(first);
        return new Answer(
                status,
                Markdown.line(response.path("description").asText()),
                example.isMissingNode() ? "" : example.isTextual() ? example.asText() : Calls.written(example),
                error ? List.of() : headers,
                error ? List.of() : bodies(response.path("content")));
    }
}
