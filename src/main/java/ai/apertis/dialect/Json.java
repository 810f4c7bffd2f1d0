package ai.apertis.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON trees: strictly what clients send (security rules: depth 64, no duplicate keys), leniently what
 * providers answer. Decimals keep every digit.
 */
public final class Json {
    /** For stream decoders and encoders: parsers bounded like the trees, generators that write events back to back. */
    public static final JsonFactory FACTORY = factory(256);

    private static final JsonMapper CLIENTS = mapper(factory(64), true);
    private static final JsonMapper PROVIDERS = mapper(FACTORY, false);

    private Json() {}

    /**
     * Reads a client's body.
     *
     * @param body JSON
     * @return the object
     * @throws ApiException a 400 when it is not a JSON object, is too deep, or repeats a key
     */
    public static ObjectNode request(byte[] body) {
        try {
            if (CLIENTS.readTree(body) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException | NumberFormatException e) {
            throw ApiError.badRequest("invalid_request", "The body is not valid JSON.", null)
                    .exception();
        }
        throw ApiError.badRequest("invalid_request", "The body must be a JSON object.", null)
                .exception();
    }

    /**
     * Reads a provider's answer.
     *
     * @param body JSON
     * @return the object
     * @throws ApiException a 502 when it is not a JSON object
     */
    public static ObjectNode answer(byte[] body) {
        return answer(body, 0, body.length);
    }

    /**
     * Reads an event of a provider where it lies. What is no UTF-8 in it is read as U+FFFD.
     *
     * @param buf holds JSON
     * @param from index of its first byte
     * @param to index after its last byte
     * @return the object
     * @throws ApiException a 502 when it is not a JSON object
     */
    public static ObjectNode answer(byte[] buf, int from, int to) {
        try {
            if (PROVIDERS.readTree(buf, from, to - from) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException | NumberFormatException e) {
            // One broken byte costs a character and not the answer.
            String text = new String(buf, from, to - from, StandardCharsets.UTF_8);
            if (text.indexOf('\uFFFD') >= 0 && parse(text) instanceof ObjectNode object) {
                return object;
            }
        }
        throw unreadable();
    }

    /**
     * Reads whatever a provider sent.
     *
     * @param body JSON of any kind
     * @return the tree
     * @throws ApiException a 502 when it is not JSON
     */
    public static JsonNode parseAny(byte[] body) {
        try {
            JsonNode node = PROVIDERS.readTree(body);
            return node == null ? JsonNodeFactory.instance.missingNode() : node;
        } catch (IOException | NumberFormatException e) {
            throw unreadable();
        }
    }

    /**
     * What a provider's broken answer becomes.
     *
     * @return a 502
     */
    public static ApiException unreadable() {
        return ApiError.server(502, "bad_gateway", "The provider sent an answer that cannot be read.")
                .exception();
    }

    /**
     * Reads JSON text inside a field, such as a call's arguments.
     *
     * @param text perhaps JSON
     * @return null when it is not
     */
    public static @Nullable JsonNode parse(String text) {
        try {
            JsonNode node = PROVIDERS.readTree(text);
            return node == null || node.isMissingNode() ? null : node;
        } catch (IOException | NumberFormatException e) {
            return null;
        }
    }

    /**
     * Reads a call's arguments for a dialect that wants an object.
     *
     * @param text the model's text
     * @return the object; an empty one for empty text; what is no object, under the name {@code input}
     */
    public static ObjectNode arguments(String text) {
        if (text.isBlank()) {
            return object();
        }
        JsonNode node = parse(text);
        if (node instanceof ObjectNode found) {
            return found;
        }
        ObjectNode wrapped = object();
        return node == null ? wrapped.put("input", text) : wrapped.set("input", node);
    }

    /**
     * Reads the value at which a parser stands.
     *
     * @param parser made by {@link #FACTORY}
     * @return the tree
     * @throws IOException when it is not JSON
     */
    public static JsonNode tree(JsonParser parser) throws IOException {
        try {
            JsonNode node = PROVIDERS.readTree(parser);
            return node == null ? JsonNodeFactory.instance.missingNode() : node;
        } catch (NumberFormatException beyondAllNumbers) {
            throw new JsonParseException(parser, "a number whose exponent is beyond reason", beyondAllNumbers);
        }
    }

    /**
     * Reads the list at which a parser stands, for fields that are empty in nearly every event.
     *
     * @param parser made by {@link #FACTORY}
     * @return the list; a missing node, which costs nothing, when it is empty or no list
     * @throws IOException when it is not JSON
     */
    public static JsonNode list(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return JsonNodeFactory.instance.missingNode();
        }
        ArrayNode list = null;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list = list == null ? array() : list;
            list.add(tree(parser));
        }
        return list == null ? JsonNodeFactory.instance.missingNode() : list;
    }

    /**
     * An empty object.
     *
     * @return new
     */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * An empty array.
     *
     * @return new
     */
    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /**
     * Writes a tree.
     *
     * @param node any
     * @return UTF-8
     */
    public static byte[] bytes(JsonNode node) {
        try {
            return PROVIDERS.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a tree as text.
     *
     * @param node any
     * @return JSON
     */
    public static String text(JsonNode node) {
        try {
            return PROVIDERS.writeValueAsString(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonFactory factory(int depth) {
        StreamReadConstraints bounds = StreamReadConstraints.builder()
                .maxNestingDepth(depth)
                .maxNumberLength(1_000)
                .maxNameLength(10_000)
                .maxStringLength(64 * 1024 * 1024)
                .build();
        return new JsonFactoryBuilder()
                .streamReadConstraints(bounds)
                .rootValueSeparator((String) null)
                .build();
    }

    private static JsonMapper mapper(JsonFactory factory, boolean strict) {
        return JsonMapper.builder(factory)
                .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, strict)
                .configure(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, strict)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }
}
