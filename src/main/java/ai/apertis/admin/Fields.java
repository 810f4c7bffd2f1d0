package ai.apertis.admin;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.money.NanoUsd;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The fields of a strict JSON body. What is unknown, of a wrong type or out of range is a 400 that names the field. */
final class Fields {
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxNumberLength(64)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode root;

    private Fields(JsonNode root) {
        this.root = root;
    }

    /**
     * Reads a body.
     *
     * @param body its bytes; none at all counts as an empty object
     * @param known the fields that there are
     * @return the fields
     */
    static Fields read(byte[] body, Set<String> known) {
        JsonNode root;
        try {
            root = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw ApiError.badRequest("invalid_request", "The body is not valid JSON: " + e.getOriginalMessage(), null)
                    .exception();
        } catch (IOException | NumberFormatException e) {
            throw ApiError.badRequest("invalid_request", "The body is not valid JSON.", null)
                    .exception();
        }
        if (!root.isObject()) {
            throw ApiError.badRequest("invalid_request", "The body must be a JSON object.", null)
                    .exception();
        }
        for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw ApiError.invalidParameter(name, "There is no field '" + name + "' here.")
                        .exception();
            }
        }
        return new Fields(root);
    }

    /** Whether the field is there, be it as null: a PATCH changes only those. */
    boolean has(String name) {
        return root.has(name);
    }

    String requiredText(String name) {
        String value = text(name);
        if (value == null || value.isBlank()) {
            throw ApiError.missingParameter(name).exception();
        }
        return value;
    }

    @Nullable
    String text(String name) {
        JsonNode node = value(name, JsonNodeType.STRING, "a string");
        String text = node == null ? null : node.textValue();
        if (text != null && (text.length() > 500 || text.indexOf('\0') >= 0)) {
            throw wrong(name, "must be at most 500 characters without NUL");
        }
        return text;
    }

    @Nullable
    Boolean bool(String name) {
        JsonNode node = value(name, JsonNodeType.BOOLEAN, "true or false");
        return node == null ? null : node.booleanValue();
    }

    /** An amount of dollars that is not negative, in nano-USD. */
    @Nullable
    Long usd(String name) {
        Long nano = signedUsd(name);
        if (nano != null && nano < 0) {
            throw wrong(name, "must not be negative");
        }
        return nano;
    }

    /** An amount of dollars, in nano-USD. */
    @Nullable
    Long signedUsd(String name) {
        JsonNode node = value(name, JsonNodeType.NUMBER, "a number of dollars");
        try {
            return node == null ? null : NanoUsd.ofUsd(node.decimalValue());
        } catch (ArithmeticException e) {
            throw wrong(name, "must have at most nine decimals and be at most a thousand million dollars");
        }
    }

    @Nullable
    Long whole(String name, long min, long max) {
        JsonNode node = value(name, JsonNodeType.NUMBER, "a whole number");
        if (node == null) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
            throw wrong(name, "must be a whole number from " + min + " to " + max);
        }
        return node.longValue();
    }

    List<String> texts(String name, int most) {
        JsonNode node = value(name, JsonNodeType.ARRAY, "an array of strings");
        List<String> texts = new ArrayList<>();
        if (node != null) {
            for (JsonNode each : node) {
                if (!each.isTextual() || each.textValue().isBlank() || texts.size() == most) {
                    throw wrong(name, "must be an array of at most " + most + " strings, none of them empty");
                }
                texts.add(each.textValue());
            }
        }
        return texts;
    }

    List<Integer> wholes(String name, int most, int min, int max) {
        return numbers(
                name,
                most,
                "whole numbers from " + min + " to " + max,
                node -> node.isInt() && node.intValue() >= min && node.intValue() <= max ? node.intValue() : null);
    }

    /** Amounts of dollars that are not negative, in nano-USD. */
    List<Long> usds(String name, int most) {
        return numbers(name, most, "dollars that are not negative", node -> {
            try {
                long nano = node.isNumber() ? NanoUsd.ofUsd(node.decimalValue()) : -1;
                return nano < 0 ? null : nano;
            } catch (ArithmeticException e) {
                return null;
            }
        });
    }

    private <T> List<T> numbers(String name, int most, String what, Function<JsonNode, @Nullable T> reader) {
        JsonNode node = value(name, JsonNodeType.ARRAY, "an array of numbers");
        List<T> numbers = new ArrayList<>();
        if (node != null) {
            for (JsonNode each : node) {
                T number = reader.apply(each);
                if (number == null || numbers.size() == most) {
                    throw wrong(name, "must be an array of at most " + most + " " + what);
                }
                numbers.add(number);
            }
        }
        return numbers;
    }

    @Nullable
    Instant time(String name) {
        String text = text(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw wrong(name, "must be a time like 2027-01-31T00:00:00Z");
        }
    }

    @Nullable
    JsonObject object(String name) {
        JsonNode node = value(name, JsonNodeType.OBJECT, "an object");
        return node == null ? null : new JsonObject(node.toString());
    }

    static ApiException wrong(String name, String what) {
        return ApiError.invalidParameter(name, "'" + name + "' " + what + ".").exception();
    }

    private @Nullable JsonNode value(String name, JsonNodeType type, String wanted) {
        JsonNode node = root.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (node.getNodeType() != type) {
            throw wrong(name, "must be " + wanted);
        }
        return node;
    }
}
