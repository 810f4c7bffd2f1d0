package ai.apertis.sim;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The simulated models that do not converse and answer with JSON: {@code sim/embed}, {@code sim/rerank} and {@code
 * sim/moderation}. The same request always gets the same answer.
 */
final class SimTasks {
    /** The models that do not converse. */
    static final List<String> MODELS = List.of(
            "sim/embed", "sim/rerank", "sim/moderation", "sim/image", "sim/speech", "sim/transcribe", "sim/video");

    private static final int DIMENSIONS = 8;
    private static final int MOST_DIMENSIONS = 4_096;
    static final String FLAGGED_WORD = "harm";

    /** An answer and how many tokens of prompt it is for. */
    record Told(JsonObject body, int tokens) {}

    private SimTasks() {}

    /** A vector of length one for each text, made from its characters. */
    static Told embeddings(JsonObject request) {
        expect(request, "sim/embed");
        int dimensions = request.getInteger("dimensions", DIMENSIONS);
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
            throw Refusal.invalid("dimensions", "Invalid 'dimensions': expected 1 to " + MOST_DIMENSIONS + ".");
        }
        boolean base64 = "base64".equals(request.getString("encoding_format"));
        JsonArray data = new JsonArray();
        int tokens = 0;
        for (Object input : inputs(request.getValue("input"))) {
            tokens += input instanceof JsonArray ids ? ids.size() : Tokens.count(input.toString());
            float[] vector = vector(input.toString(), dimensions);
            data.add(new JsonObject()
                    .put("object", "embedding")
                    .put("index", data.size())
                    .put("embedding", base64 ? base64(vector) : list(vector)));
        }
        JsonObject usage = new JsonObject().put("prompt_tokens", tokens).put("total_tokens", tokens);
        return new Told(
                new JsonObject()
                        .put("object", "list")
                        .put("data", data)
                        .put("model", "sim/embed")
                        .put("usage", usage),
                tokens);
    }

    /** A text, texts, the tokens of one text, or those of several. */
    private static List<Object> inputs(Object input) {
        if (!(input instanceof JsonArray list)) {
            if (input instanceof String text && !text.isEmpty()) {
                return List.of(text);
            }
            throw Refusal.invalid("input", "Missing required parameter: 'input'.");
        }
        List<Object> inputs = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            inputs.add(list.getValue(i));
        }
        return !inputs.isEmpty() && inputs.getFirst() instanceof Number ? List.of(list) : inputs;
    }

    private static float[] vector(String text, int dimensions) {
        SplittableRandom random = new SplittableRandom(text.hashCode());
        double[] numbers = random.doubles(dimensions, -1, 1).toArray();
        double length = 0;
        for (double number : numbers) {
            length += number * number;
        }
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (numbers[i] / Math.sqrt(length));
        }
        return vector;
    }

    private static JsonArray list(float[] vector) {
        JsonArray list = new JsonArray();
        for (float number : vector) {
            list.add(number);
        }
        return list;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : vector) {
            bytes.putFloat(number);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** The share of the query's words that a document has. */
    static Told rerank(JsonObject request) {
        expect(request, "sim/rerank");
        Set<String> query = words(request.getString("query", ""));
        JsonArray documents = request.getJsonArray("documents", new JsonArray());
        if (documents.isEmpty()) {
            throw Refusal.invalid("documents", "Missing required parameter: 'documents'.");
        }
        int tokens = 0;
        List<JsonObject> results = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            String text = documents.getValue(i) instanceof JsonObject document
                    ? document.getString("text", "")
                    : documents.getString(i);
            tokens += Tokens.count(request.getString("query", "")) + Tokens.count(text);
            Set<String> shared = words(text);
            shared.retainAll(query);
            JsonObject result = new JsonObject()
                    .put("index", i)
                    .put("relevance_score", query.isEmpty() ? 0.0 : (double) shared.size() / query.size());
            if (request.getBoolean("return_documents", false)) {
                result.put("document", new JsonObject().put("text", text));
            }
            results.add(result);
        }
        results.sort(Comparator.comparing((JsonObject result) -> result.getDouble("relevance_score"))
                .reversed());
        int most = Math.clamp(request.getInteger("top_n", results.size()), 0, results.size());
        return new Told(
                new JsonObject()
                        .put("model", "sim/rerank")
                        .put("results", new JsonArray(results.subList(0, most)))
                        .put("usage", new JsonObject().put("total_tokens", tokens)),
                tokens);
    }

    private static Set<String> words(String text) {
        return new HashSet<>(List.of(text.toLowerCase(Locale.ROOT).split("\\W+")));
    }

    /** Flags every text that has the word harm in it. */
    static Told moderation(JsonObject request) {
        expect(request, "sim/moderation");
        JsonArray results = new JsonArray();
        int tokens = 0;
        for (Object input : inputs(request.getValue("input"))) {
            String text = input instanceof JsonObject part ? part.getString("text", "") : input.toString();
            boolean flagged = words(text).contains(FLAGGED_WORD);
            tokens += Tokens.count(text);
            results.add(new JsonObject()
                    .put("flagged", flagged)
                    .put("categories", new JsonObject().put("violence", flagged))
                    .put("category_scores", new JsonObject().put("violence", flagged ? 1.0 : 0.0)));
        }
        return new Told(
                new JsonObject()
                        .put("id", "modr-sim")
                        .put("model", "sim/moderation")
                        .put("results", results),
                tokens);
    }

    /** Refuses every other model. */
    static void expect(JsonObject request, String model) {
        if (!model.equals(request.getString("model"))) {
            throw new Refusal(
                    404,
                    "invalid_request_error",
                    "model_not_found",
                    null,
                    "The model '" + request.getString("model") + "' does not exist.");
        }
    }
}
