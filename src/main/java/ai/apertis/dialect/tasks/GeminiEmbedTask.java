package ai.apertis.dialect.tasks;

import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.Fallbacks;
import ai.apertis.dialect.InputSize;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.PromptText;
import ai.apertis.dialect.RoutingWishes;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.dialect.gemini.GeminiDialect;
import ai.apertis.dialect.translation.ProviderPaths;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gemini's {@code :embedContent} and {@code :batchEmbedContents}, to Gemini or to providers of OpenAI's form. */
public final class GeminiEmbedTask implements ClientRequest {
    private final String model;
    private final boolean batch;
    private final byte[] bytes;
    private final ObjectNode root;
    private final List<ObjectNode> requests;

    private GeminiEmbedTask(String model, boolean batch, byte[] bytes, ObjectNode root, List<ObjectNode> requests) {
        this.model = model;
        this.batch = batch;
        this.bytes = bytes;
        this.root = root;
        this.requests = requests;
    }

    /**
     * Reads and checks a body.
     *
     * @param bytes the request's body
     * @param model the model's name in the address
     * @param batch whether the address says {@code :batchEmbedContents}
     * @return the request
     * @throws ApiException a 400 that names the field at fault
     */
    public static GeminiEmbedTask read(byte[] bytes, String model, boolean batch) {
        ObjectNode root = Json.request(bytes);
        List<ObjectNode> requests = new ArrayList<>();
        if (batch) {
            for (JsonNode request : root.path("requests")) {
                requests.add(checked(request, "requests[" + requests.size() + "]."));
            }
            if (requests.isEmpty()) {
                throw ApiError.missingParameter("requests").exception();
            }
        } else {
            requests.add(checked(root, ""));
        }
        return new GeminiEmbedTask(model, batch, bytes, root, requests);
    }

    private static ObjectNode checked(JsonNode request, String at) {
        if (!(request instanceof ObjectNode object) || !object.path("content").isObject()) {
            throw ApiError.missingParameter(at + "content").exception();
        }
        return object;
    }

    @Override
    public DialectName dialect() {
        return DialectName.GEMINI;
    }

    @Override
    public ModelKind kind() {
        return ModelKind.EMBEDDING;
    }

    @Override
    public Usage most() {
        return Usage.ofTokens(input().tokensFromAbove(), 0);
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public boolean stream() {
        return false;
    }

    @Override
    public long maxOutputTokens() {
        return -1;
    }

    @Override
    public int choices() {
        return 1;
    }

    @Override
    public InputSize input() {
        return new InputSize(bytes.length, 0, 0);
    }

    @Override
    public Fallbacks fallbacks() {
        return Fallbacks.UNSAID;
    }

    @Override
    public RoutingWishes wishes() {
        return RoutingWishes.NONE;
    }

    @Override
    public TextSample promptText() {
        return PromptText.of(bytes);
    }

    @Override
    public Bridge bridge(Target target) {
        boolean same = target.dialect() == DialectName.GEMINI;
        if (same) {
            return new Crossing(path(target, batch), named(target), true);
        }
        Task.needsOpenAi(target);
        return new Crossing("/embeddings", asked(target), false);
    }

    static String path(Target target, boolean batch) {
        return "/v1beta/models/" + ProviderPaths.escaped(target.upstreamModel())
                + (batch ? ":batchEmbedContents" : ":embedContent");
    }

    /** Google wants the model's name again in each request of a batch. */
    private byte[] named(Target target) {
        ObjectNode copy = root.deepCopy();
        String name = "models/" + target.upstreamModel();
        if (copy.has("model")) {
            copy.put("model", name);
        }
        for (JsonNode request : copy.path("requests")) {
            if (request instanceof ObjectNode object) {
                object.put("model", name);
            }
        }
        return Json.bytes(copy);
    }

    /** The task and the title of a document are hints that other vendors do not take; the rest must be expressible. */
    private byte[] asked(Target target) {
        ObjectNode asked = Json.object().put("model", target.upstreamModel());
        ArrayNode input = asked.putArray("input");
        JsonNode dimensions = null;
        for (ObjectNode request : requests) {
            input.add(text(request.path("content").path("parts")));
            JsonNode told = request.get("outputDimensionality");
            if (input.size() > 1 && !java.util.Objects.equals(told, dimensions)) {
                throw ApiError.invalidParameter(
                                "requests[" + (input.size() - 1) + "].outputDimensionality",
                                "The provider of this model gives all vectors of a batch the same length.")
                        .exception();
            }
            dimensions = told;
        }
        if (dimensions != null && !dimensions.isNull()) {
            asked.set("dimensions", dimensions);
        }
        return Json.bytes(asked.put("encoding_format", "float"));
    }

    private static String text(JsonNode parts) {
        StringBuilder text = new StringBuilder();
        for (JsonNode part : parts) {
            if (!part.path("text").isTextual()) {
                throw ApiError.invalidParameter("content.parts", "The provider of this model embeds only text.")
                        .exception();
            }
            text.append(part.path("text").textValue());
        }
        return text.toString();
    }

    /** The way to a provider and back. */
    private final class Crossing implements Bridge {
        private final String path;
        private final byte[] body;
        private final boolean same;

        private Crossing(String path, byte[] body, boolean same) {
            this.path = path;
            this.body = body;
            this.same = same;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public byte[] body() {
            return body;
        }

        @Override
        public WholeAnswer answer(byte[] answer) {
            try {
                ObjectNode told = Json.answer(answer);
                if (!same) {
                    return translated(told);
                }
                if (!told.has("embedding") && !told.has("embeddings")) {
                    throw Json.unreadable();
                }
                return WholeAnswer.of(answer, GeminiEmbeddings.usage(told), new TextSample());
            } catch (ApiException unreadable) {
                return WholeAnswer.failed(unreadable.error());
            }
        }

        private WholeAnswer translated(ObjectNode told) {
            @Nullable Usage usage = TaskUsage.read(told.path("usage"));
            ObjectNode answer = Json.object();
            ArrayNode embeddings = Json.array();
            for (JsonNode item : told.path("data")) {
                embeddings.addObject().set("values", item.path("embedding"));
            }
            if (embeddings.isEmpty()) {
                throw Json.unreadable();
            }
            if (batch) {
                answer.set("embeddings", embeddings);
            } else {
                answer.set("embedding", embeddings.get(0));
            }
            if (usage != null) {
                answer.putObject("usageMetadata").put("promptTokenCount", usage.promptTokens());
            }
            return WholeAnswer.of(Json.bytes(answer), usage, new TextSample());
        }

        @Override
        public Passage passage() {
            throw new IllegalStateException("embeddings are not streamed");
        }

        @Override
        public ApiError error(int status, byte[] answer) {
            return same
                    ? GeminiDialect.dialect().errors().decode(status, answer, 0)
                    : ai.apertis.dialect.openai.OpenAiErrors.read(status, answer, 0, answer.length);
        }
    }
}
