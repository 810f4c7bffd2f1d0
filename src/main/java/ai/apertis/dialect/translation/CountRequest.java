package ai.apertis.dialect.translation;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Splice;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A client's question how many tokens a prompt has. A provider of the client's dialect is asked itself, so the bytes pass;
 * for any other it is counted here what that provider would be sent.
 */
public final class CountRequest {
    private static final String WRAPPER = "generateContentRequest";

    private final ClientRequest request;
    private final boolean wrapped;

    private CountRequest(ClientRequest request, boolean wrapped) {
        this.request = request;
        this.wrapped = wrapped;
    }

    /** What a provider of the same dialect is asked. */
    public static final class Question {
        private final String path;
        private final byte[] body;

        private Question(String path, byte[] body) {
            this.path = path;
            this.body = body;
        }

        /**
         * Where to ask.
         *
         * @return a path below the provider's base URL
         */
        public String path() {
            return path;
        }

        /**
         * What to ask.
         *
         * @return JSON in the provider's dialect
         */
        public byte[] body() {
            return body;
        }
    }

    /**
     * Reads the body of {@code POST /v1/messages/count_tokens}.
     *
     * @param body JSON
     * @return the question
     * @throws ai.apertis.dialect.ApiException a 400 that names what is wrong
     */
    public static CountRequest messages(byte[] body) {
        return new CountRequest(ClientRequests.messages(body), false);
    }

    /**
     * Reads the body of {@code POST /v1/responses/input_tokens}.
     *
     * @param body JSON
     * @return the question
     * @throws ai.apertis.dialect.ApiException a 400 that names what is wrong
     */
    public static CountRequest responses(byte[] body) {
        return new CountRequest(ClientRequests.responses(body), false);
    }

    /**
     * Reads the body of {@code :countTokens}: the contents, or a whole request under {@code generateContentRequest}.
     *
     * @param body JSON
     * @param model the model's name in the address
     * @return the question
     * @throws ai.apertis.dialect.ApiException a 400 that names what is wrong
     */
    public static CountRequest gemini(byte[] body, String model) {
        JsonBody outer = JsonBody.read(body, (name, json) -> json.skipChildren());
        JsonBody.Member inner = outer.find(WRAPPER);
        if (inner == null) {
            return new CountRequest(ClientRequests.gemini(body, model, false), false);
        }
        ObjectNode whole = Json.request(body);
        if (!whole.path(WRAPPER).isObject()) {
            throw ApiError.invalidParameter(WRAPPER, "'" + WRAPPER + "' must be an object.")
                    .exception();
        }
        ObjectNode request = (ObjectNode) whole.get(WRAPPER);
        request.remove("model");
        return new CountRequest(ClientRequests.gemini(Json.bytes(request), model, false), true);
    }

    /**
     * The request whose prompt is to be counted.
     *
     * @return as it would be sent for an answer
     */
    public ClientRequest request() {
        return request;
    }

    /**
     * What to ask a provider.
     *
     * @param target the provider
     * @return null when it speaks another dialect than the client, so that it is counted here
     */
    public @Nullable Question question(Target target) {
        if (target.dialect() != request.dialect()) {
            return null;
        }
        byte[] body = request.bridge(target).body();
        return switch (target.dialect()) {
            case ANTHROPIC -> new Question("/v1/messages/count_tokens", body);
            case OPENAI_RESPONSES -> new Question("/responses/input_tokens", body);
            case GEMINI -> new Question(ProviderPaths.countTokens(target), wrapped ? wrap(body, target) : body);
            case OPENAI -> null;
        };
    }

    private static byte[] wrap(byte[] body, Target target) {
        JsonBody inner = JsonBody.read(body, (name, json) -> json.skipChildren());
        Splice edits = new Splice(body);
        inner.set(edits, "model", Json.text(Json.object().textNode("models/" + target.upstreamModel())));
        return ("{\"" + WRAPPER + "\":" + new String(edits.apply(), StandardCharsets.UTF_8) + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Tells a client what was counted here.
     *
     * @param tokens of the prompt
     * @return JSON in the client's dialect
     */
    public byte[] answer(long tokens) {
        ObjectNode out = Json.object();
        switch (request.dialect()) {
            case ANTHROPIC -> out.put("input_tokens", tokens);
            case GEMINI -> {
                out.put("totalTokens", tokens);
                out.putArray("promptTokensDetails")
                        .addObject()
                        .put("modality", "TEXT")
                        .put("tokenCount", tokens);
            }
            case OPENAI, OPENAI_RESPONSES ->
                out.put("object", "response.input_tokens").put("input_tokens", tokens);
        }
        return Json.bytes(out);
    }

    /**
     * The dialect of the client.
     *
     * @return in which errors are told
     */
    public DialectName dialect() {
        return request.dialect();
    }
}
