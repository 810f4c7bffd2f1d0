package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the known fields out of a client's object, checking their types; what is left afterwards are its extras. JSON null
 * counts as not there, as the SDKs mean it. Every method throws a 400 {@link ApiException} that names the field with its
 * path when the type is wrong.
 */
public final class Fields {
    private final DialectName dialect;
    private final String path;
    private final ObjectNode left;
    private final Map<String, Fields> opened = new LinkedHashMap<>();

    /**
     * Begins with an object.
     *
     * @param dialect the client's
     * @param path where the object stands, empty for the body
     * @param object is not changed
     */
    public Fields(DialectName dialect, String path, ObjectNode object) {
        this.dialect = dialect;
        this.path = path;
        this.left = Json.object();
        left.setAll(object);
    }

    /**
     * Takes text.
     *
     * @param name the field
     * @return null when not there
     */
    public @Nullable String text(String name) {
        JsonNode value = take(name);
        if (value != null && !value.isTextual()) {
            throw invalid(name, "must be a string");
        }
        return value == null ? null : value.textValue();
    }

    /**
     * Takes text that must be there.
     *
     * @param name the field
     * @return the text
     */
    public String requiredText(String name) {
        String value = text(name);
        if (value == null) {
            throw ApiError.missingParameter(at(name)).exception();
        }
        return value;
    }

    /**
     * Takes a whole number.
     *
     * @param name the field
     * @param min the least that is accepted
     * @param max the most that is accepted
     * @return null when not there
     */
    public @Nullable Long integer(String name, long min, long max) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        // A float such as 100.0 is accepted: some clients write every number so. The range guards the conversion.
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(number >= min && number <= max) || number != Math.rint(number)) {
            throw invalid(name, "must be a whole number from " + min + " to " + max);
        }
        return value.isIntegralNumber() ? value.longValue() : (long) number;
    }

    /**
     * Takes a number.
     *
     * @param name the field
     * @param min the least that is accepted
     * @param max the most that is accepted
     * @return null when not there
     */
    public @Nullable Double number(String name, double min, double max) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(number >= min && number <= max)) {
            throw invalid(name, "must be a number from " + min + " to " + max);
        }
        return number;
    }

    /**
     * Takes true or false.
     *
     * @param name the field
     * @return null when not there
     */
    public @Nullable Boolean bool(String name) {
        JsonNode value = take(name);
        if (value != null && !value.isBoolean()) {
            throw invalid(name, "must be true or false");
        }
        return value == null ? null : value.booleanValue();
    }

    /**
     * Takes an array of texts; a single text counts as an array of one.
     *
     * @param name the field
     * @return empty when not there
     */
    public List<String> texts(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return List.of();
        }
        if (value.isTextual()) {
            return List.of(value.textValue());
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : array(name, value)) {
            if (!item.isTextual()) {
                throw invalid(name, "must be an array of strings");
            }
            texts.add(item.textValue());
        }
        return texts;
    }

    /**
     * Opens an object. What is not taken from it is left to this object's extras.
     *
     * @param name the field
     * @return null when not there
     */
    public @Nullable Fields object(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof ObjectNode object)) {
            throw invalid(name, "must be an object");
        }
        Fields inner = new Fields(dialect, at(name), object);
        opened.put(name, inner);
        return inner;
    }

    /**
     * Opens an object that must be there.
     *
     * @param name the field
     * @return its fields
     */
    public Fields requiredObject(String name) {
        Fields value = object(name);
        if (value == null) {
            throw ApiError.missingParameter(at(name)).exception();
        }
        return value;
    }

    /**
     * Opens an array of objects. Each has its own extras.
     *
     * @param name the field
     * @return empty when not there
     */
    public List<Fields> objects(String name) {
        JsonNode value = take(name);
        if (value == null) {
            return List.of();
        }
        List<Fields> objects = new ArrayList<>();
        for (JsonNode item : array(name, value)) {
            String where = at(name) + "[" + objects.size() + "]";
            if (!(item instanceof ObjectNode object)) {
                throw ApiError.invalidParameter(where, "'" + where + "' must be an object.")
                        .exception();
            }
            objects.add(new Fields(dialect, where, object));
        }
        return objects;
    }

    /**
     * Takes whatever is there.
     *
     * @param name the field
     * @return null when not there
     */
    public @Nullable JsonNode take(String name) {
        JsonNode value = left.remove(name);
        return value == null || value.isNull() ? null : value;
    }

    /**
     * Looks without taking.
     *
     * @param name the field
     * @return a missing node when not there
     */
    public JsonNode peek(String name) {
        return left.path(name);
    }

    /**
     * Puts a field back among the extras.
     *
     * @param name the field
     * @param value what was taken
     */
    public void leave(String name, JsonNode value) {
        left.set(name, value);
    }

    /**
     * All that has not been taken, here and in the objects opened.
     *
     * @return extras with this object's path
     */
    public Extras rest() {
        ObjectNode rest = left.deepCopy();
        opened.forEach((name, inner) -> {
            ObjectNode below = inner.rest().fields();
            if (!below.isEmpty()) {
                rest.set(name, below);
            }
        });
        rest.properties().removeIf(field -> field.getValue().isNull());
        return rest.isEmpty() ? Extras.NONE : new Extras(dialect, path, rest);
    }

    /**
     * The object as far as it is not taken, for parts that only this dialect knows.
     *
     * @return a copy
     */
    public ObjectNode whole() {
        return left.deepCopy();
    }

    /**
     * Where the object stands.
     *
     * @return its path, empty for the body
     */
    public String path() {
        return path;
    }

    /**
     * Where a field stands.
     *
     * @param name the field
     * @return its path
     */
    public String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /**
     * The refusal of a field's value.
     *
     * @param name the field
     * @param what completes the sentence that begins with the field's path
     * @return a 400
     */
    public ApiException invalid(String name, String what) {
        return ApiError.invalidParameter(at(name), "'" + at(name) + "' " + what + ".")
                .exception();
    }

    private ArrayNode array(String name, JsonNode value) {
        if (value instanceof ArrayNode array) {
            return array;
        }
        throw invalid(name, "must be an array");
    }
}
