package ai.apertis.console.reference;

import ai.apertis.console.Markdown;
import ai.apertis.console.reference.ApiOperation.Field;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Reads schemas of a description as lists of their members, to a depth that people still read. */
final class Schemas {
    private static final int DEEPEST = 3;
    private static final Map<String, String> BOUNDS = new LinkedHashMap<>();

    static {
        BOUNDS.put("minimum", "at least %s");
        BOUNDS.put("exclusiveMinimum", "more than %s");
        BOUNDS.put("maximum", "at most %s");
        BOUNDS.put("minLength", "at least %s characters");
        BOUNDS.put("maxLength", "at most %s characters");
        BOUNDS.put("minItems", "at least %s entries");
        BOUNDS.put("maxItems", "at most %s entries");
    }

    private final JsonNode document;

    Schemas(JsonNode document) {
        this.document = document;
    }

    /** What a reference leads to, or the node itself. */
    JsonNode resolved(JsonNode node) {
        JsonNode there = node;
        while (there.has("$ref")) {
            there = document.at(there.path("$ref").asText().substring(1));
        }
        return there;
    }

    /** The members of a body, those of an entry for a list of them. */
    List<Field> fields(JsonNode schema) {
        List<Field> fields = new ArrayList<>();
        add(fields, "", schema, 1);
        return fields;
    }

    private void add(List<Field> fields, String of, JsonNode schema, int depth) {
        JsonNode inner = resolved(schema);
        if (inner.has("items")) {
            add(fields, of + "[]", inner.path("items"), depth);
            return;
        }
        Map<String, JsonNode> members = new LinkedHashMap<>();
        Set<String> required = new HashSet<>();
        gather(inner, members, required);
        List<String> names = new ArrayList<>(members.keySet());
        // What must be there comes first.
        names.sort(Comparator.comparing(name -> !required.contains(name)));
        names.forEach(name -> {
            JsonNode member = members.getOrDefault(name, MissingNode.getInstance());
            String whole = of.isEmpty() ? name : of + "." + name;
            fields.add(new Field(whole, type(member), "", required.contains(name), told(member)));
            if (depth < DEEPEST) {
                add(fields, whole, member, depth + 1);
            }
        });
    }

    private void gather(JsonNode schema, Map<String, JsonNode> members, Set<String> required) {
        schema.path("allOf").forEach(part -> gather(resolved(part), members, required));
        schema.path("properties").properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        schema.path("required").forEach(name -> required.add(name.asText()));
    }

    /** For instance {@code list of string or null}. */
    String type(JsonNode schema) {
        JsonNode inner = resolved(schema);
        for (String choice : List.of("oneOf", "anyOf")) {
            if (inner.has(choice)) {
                return StreamSupport.stream(inner.path(choice).spliterator(), false)
                        .map(this::type)
                        .distinct()
                        .collect(Collectors.joining(" or "));
            }
        }
        JsonNode type = inner.path("type");
        if (type.isArray()) {
            return StreamSupport.stream(type.spliterator(), false)
                    .map(one -> name(one.asText(), inner))
                    .collect(Collectors.joining(" or "));
        }
        return type.isMissingNode() ? inner.has("allOf") ? "object" : "any" : name(type.asText(), inner);
    }

    private String name(String type, JsonNode schema) {
        return switch (type) {
            case "array" -> schema.has("items") ? "list of " + type(schema.path("items")) : "list";
            case "string" -> schema.path("format").asText("string");
            default -> type;
        };
    }

    /** What a schema says of itself, its own words first. */
    String told(JsonNode schema) {
        JsonNode inner = resolved(schema);
        List<String> said = new ArrayList<>();
        String own = schema.path("description").asText(inner.path("description").asText());
        if (!own.isEmpty()) {
            said.add(Markdown.line(own));
        }
        JsonNode of = inner.path("items").has("enum") ? inner.path("items") : inner;
        if (of.has("enum")) {
            said.add(StreamSupport.stream(of.path("enum").spliterator(), false)
                            .filter(value -> !value.isNull())
                            .map(Schemas::code)
                            .collect(Collectors.joining(", "))
                    + ".");
        }
        if (inner.has("const")) {
            said.add("Always " + code(inner.path("const")) + ".");
        }
        String bounds = BOUNDS.entrySet().stream()
                .filter(bound -> inner.has(bound.getKey()))
                .map(bound ->
                        bound.getValue().formatted(inner.path(bound.getKey()).asText()))
                .collect(Collectors.joining(", "));
        if (!bounds.isEmpty()) {
            said.add(Character.toUpperCase(bounds.charAt(0)) + bounds.substring(1) + ".");
        }
        if (inner.has("default")) {
            said.add("Without it " + code(inner.path("default")) + ".");
        }
        return String.join(" ", said);
    }

    private static String code(JsonNode value) {
        String text = value.isTextual() ? value.asText() : value.toString();
        return Markdown.line("`" + text + "`");
    }

    /** An example of a schema, as small as it may be. */
    JsonNode example(JsonNode media) {
        if (media.has("example")) {
            return media.path("example");
        }
        for (JsonNode example : media.path("examples")) {
            return example.path("value");
        }
        JsonNode schema = resolved(media.path("schema"));
        return schema.has("example")
                ? schema.path("example")
                : schema.path("examples").has(0) ? schema.path("examples").get(0) : MissingNode.getInstance();
    }
}
