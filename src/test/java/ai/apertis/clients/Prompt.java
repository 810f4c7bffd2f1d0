package ai.apertis.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person wants of a model, in no SDK's words.
 *
 * @param model the gateway's name of it
 * @param wishes what goes with the question
 * @param maxTokens the limit of the answer
 */
record Prompt(String model, List<Wish> wishes, long maxTokens) {
    /** What may go with a question. */
    enum Wish {
        SYSTEM,
        IMAGE,
        DOCUMENT,
        TOOLS,
        SCHEMA,
        THINKING,
        STOP
    }

    static final String SYSTEM = "You are as brief as a telegram.";
    static final String TEXT = "What is the weather in Oslo and in Rome?";
    static final String STOP = "END";
    static final String TOOL = "get_weather";
    static final String TOOL_DESCRIPTION = "Tells the weather of a city.";
    static final String SCHEMA_NAME = "report";

    /** A red dot. */
    static final byte[] IMAGE = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==");

    /** As much of a PDF as goes on the way: nobody here opens it. */
    static final byte[] PDF = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    static final JsonNode PARAMETERS = json("{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\","
            + "\"description\":\"Its name.\"}},\"required\":[\"city\"],\"additionalProperties\":false}");
    static final JsonNode SCHEMA = json("{\"type\":\"object\",\"properties\":{\"sky\":{\"type\":\"string\"},"
            + "\"degrees\":{\"type\":\"integer\"}},\"required\":[\"sky\",\"degrees\"],\"additionalProperties\":false}");

    private static final ObjectMapper JSON = new ObjectMapper();

    static Prompt of(String model, Wish... wishes) {
        return new Prompt(model, List.of(wishes), 4_000);
    }

    boolean has(Wish wish) {
        return wishes.contains(wish);
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The members of an object, as SDKs take schemas. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(JsonNode object) {
        return new HashMap<>(JSON.convertValue(object, Map.class));
    }

    static @Nullable String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
