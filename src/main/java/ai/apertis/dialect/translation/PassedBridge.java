package ai.apertis.dialect.translation;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ChatAnswer;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Dialect;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.Splice;
import ai.apertis.dialect.WholeAnswer;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A client at a provider of the same dialect: bytes pass, but for the model's name and what is the gateway's own. */
final class PassedBridge implements Bridge {
    private final Dialect dialect;
    private final ChatRequest request;
    private final Target target;
    private final byte[] body;

    PassedBridge(Dialect dialect, ChatRequest request, JsonBody body, Target target) {
        this.dialect = dialect;
        this.request = request;
        this.target = target;
        this.body = edited(body, target);
    }

    private static byte[] edited(JsonBody body, Target target) {
        Splice edits = new Splice(body.bytes());
        body.remove(edits, Portability.GATEWAY_FIELDS);
        long cap = target.maxOutputTokens();
        switch (target.dialect()) {
            case GEMINI -> {
                byte[] bytes = edits.apply();
                return cap >= 0 ? capped(bytes, cap) : bytes;
            }
            case ANTHROPIC -> limit(body, edits, "max_tokens", cap);
            case OPENAI_RESPONSES -> limit(body, edits, "max_output_tokens", cap);
            case OPENAI -> limit(body, edits, target.quirks().maxTokensName(), cap);
        }
        body.set(edits, "model", Json.text(Json.object().textNode(target.upstreamModel())));
        return edits.apply();
    }

    private static void limit(JsonBody body, Splice edits, String name, long cap) {
        if (cap >= 0) {
            body.set(edits, name, Long.toString(cap));
        }
    }

    /** Google's limit stands one level deeper, where the body cannot be edited in place. */
    private static byte[] capped(byte[] body, long cap) {
        ObjectNode root = Json.request(body);
        String name = root.has("generation_config") ? "generation_config" : "generationConfig";
        if (root.hasNonNull(name) && !root.get(name).isObject()) {
            throw ApiError.invalidParameter(name, "'" + name + "' must be an object.")
                    .exception();
        }
        ObjectNode config = root.withObjectProperty(name);
        config.remove("max_output_tokens");
        config.put("maxOutputTokens", cap);
        return Json.bytes(root);
    }

    @Override
    public String path() {
        return ProviderPaths.of(target, request.stream());
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public WholeAnswer answer(byte[] bytes) {
        try {
            ChatAnswer answer = dialect.answerDecoder().decode(bytes);
            return WholeAnswer.of(
                    receipt -> PassedPassage.priced(bytes, receipt, "usage"),
                    answer.usage(),
                    TranslatedBridge.text(answer));
        } catch (ApiException e) {
            return WholeAnswer.failed(e.error());
        }
    }

    @Override
    public Passage passage() {
        return new PassedPassage(dialect, request);
    }

    @Override
    public ApiError error(int status, byte[] answer) {
        return dialect.errors().decode(status, answer, 0);
    }
}
