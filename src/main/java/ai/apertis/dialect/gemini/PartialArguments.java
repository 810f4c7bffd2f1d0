package ai.apertis.dialect.gemini;

import ai.apertis.dialect.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of a call that Google streams value by value ({@code partialArgs}), each with the place where it belongs. Text
 * may come in pieces. Only complete arguments make JSON, so they are told when the call is complete.
 */
final class PartialArguments {
    private static final Pattern STEP = Pattern.compile("\\.([^.\\[]+)|\\[(\\d{1,4})]|\\['([^']*)']");
    private static final int DEEPEST = 64;

    private final ObjectNode root = Json.object();

    void add(JsonNode pieces) {
        for (JsonNode piece : pieces) {
            List<Object> path = path(piece.path("jsonPath").asText(""));
            JsonNode value = value(piece);
            if (!path.isEmpty() && path.size() <= DEEPEST && path.getFirst() instanceof String && value != null) {
                put(root, path, value);
            }
        }
    }

    String json() {
        return Json.text(root);
    }

    private static @Nullable JsonNode value(JsonNode piece) {
        for (String name : List.of("stringValue", "numberValue", "boolValue")) {
            if (piece.has(name)) {
                return piece.get(name);
            }
        }
        return piece.has("nullValue") ? Json.object().nullNode() : null;
    }

    private static List<Object> path(String text) {
        List<Object> path = new ArrayList<>();
        Matcher steps = STEP.matcher(text);
        while (steps.find()) {
            if (steps.group(2) != null) {
                path.add(Integer.parseInt(steps.group(2)));
            } else {
                path.add(steps.group(1) != null ? steps.group(1) : steps.group(3));
            }
        }
        return path;
    }

    private static void put(JsonNode at, List<Object> path, JsonNode value) {
        Object step = path.getFirst();
        JsonNode before = step instanceof Integer index ? at.path(index) : at.path(step.toString());
        if (path.size() == 1) {
            boolean grows = before.isTextual() && value.isTextual();
            set(at, step, grows ? Json.object().textNode(before.textValue() + value.textValue()) : value);
            return;
        }
        boolean list = path.get(1) instanceof Integer;
        JsonNode next = before;
        if (list ? !next.isArray() : !next.isObject()) {
            next = list ? Json.array() : Json.object();
            set(at, step, next);
        }
        put(next, path.subList(1, path.size()), value);
    }

    private static void set(JsonNode at, Object step, JsonNode value) {
        if (at instanceof ObjectNode object) {
            object.set(step.toString(), value);
        } else if (at instanceof ArrayNode array && step instanceof Integer index) {
            while (array.size() <= index) {
                array.addNull();
            }
            array.set(index, value);
        }
    }
}
