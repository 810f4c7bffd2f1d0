package ai.apertis.dialect.tasks;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Portability;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Embeddings in OpenAI's form as Gemini's, and their vectors back (Gemini API reference, "Embeddings"). */
final class GeminiEmbeddings {
    private static final Set<String> KNOWN = Set.of("model", "input", "dimensions", "encoding_format", "user");

    private GeminiEmbeddings() {}

    /** The body of {@code :batchEmbedContents} for OpenAI's request. */
    static byte[] asked(byte[] body, Target target) {
        ObjectNode root = Json.request(body);
        root.fieldNames().forEachRemaining(name -> {
            if (!KNOWN.contains(name)
                    && !Portability.GATEWAY_FIELDS.contains(name)
                    && !root.path(name).isNull()) {
                throw inexpressible(name);
            }
        });
        JsonNode input = root.path("input");
        ObjectNode batch = Json.object();
        ArrayNode requests = batch.putArray("requests");
        if (input.isTextual()) {
            request(requests, input, root, target);
        } else {
            for (JsonNode text : input) {
                request(requests, text, root, target);
            }
        }
        return Json.bytes(batch);
    }

    private static void request(ArrayNode requests, JsonNode text, ObjectNode root, Target target) {
        if (!text.isTextual()) {
            throw ApiError.invalidParameter("input", "The provider of this model embeds texts, not their tokens.")
                    .exception();
        }
        ObjectNode request = requests.addObject().put("model", "models/" + target.upstreamModel());
        request.putObject("content").putArray("parts").addObject().set("text", text);
        if (root.hasNonNull("dimensions")) {
            request.set("outputDimensionality", root.get("dimensions"));
        }
    }

    /** OpenAI's answer for a list of Gemini's vectors. */
    static byte[] answered(JsonNode embeddings, String model, boolean base64, @Nullable Usage usage) {
        ObjectNode root = Json.object().put("object", "list");
        ArrayNode data = root.putArray("data");
        for (JsonNode embedding : embeddings) {
            JsonNode values = embedding.path("values");
            ObjectNode item = data.addObject().put("object", "embedding").put("index", data.size() - 1);
            if (base64) {
                item.put("embedding", base64(values));
            } else {
                item.set("embedding", values);
            }
        }
        long tokens = usage == null ? 0 : usage.promptTokens();
        root.put("model", model);
        root.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
        return Json.bytes(root);
    }

    /** Four bytes for each number, the lowest first, as OpenAI's SDKs read them. */
    private static String base64(JsonNode values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (JsonNode value : values) {
            bytes.putFloat(value.floatValue());
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** What Gemini says was used. */
    static @Nullable Usage usage(JsonNode answer) {
        JsonNode told = answer.path("usageMetadata").path("promptTokenCount");
        long tokens = told.isIntegralNumber() ? told.asLong(-1) : -1;
        return tokens >= 0 && tokens <= Usage.MAX_COUNT ? Usage.ofTokens(tokens, 0) : null;
    }

    static RuntimeException inexpressible(String name) {
        return ApiError.invalidParameter(name, "The provider of this model has no '" + name + "'.")
                .exception();
    }
}
