package ai.apertis.dialect.tasks;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.dialect.gemini.GeminiDialect;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** OpenAI's embeddings at Gemini. */
final class GeminiEmbeddingBridge implements Bridge {
    private final byte[] body;
    private final Target target;
    private final String model;
    private final boolean base64;

    GeminiEmbeddingBridge(byte[] body, Target target, String model, boolean base64) {
        this.body = body;
        this.target = target;
        this.model = model;
        this.base64 = base64;
    }

    @Override
    public String path() {
        return GeminiEmbedTask.path(target, true);
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public WholeAnswer answer(byte[] bytes) {
        try {
            ObjectNode root = Json.answer(bytes);
            if (!root.path("embeddings").isArray()) {
                throw Json.unreadable();
            }
            Usage usage = GeminiEmbeddings.usage(root);
            byte[] answer = GeminiEmbeddings.answered(root.path("embeddings"), model, base64, usage);
            return WholeAnswer.of(answer, usage, new TextSample());
        } catch (ApiException unreadable) {
            return WholeAnswer.failed(unreadable.error());
        }
    }

    @Override
    public Passage passage() {
        throw new IllegalStateException("embeddings are not streamed");
    }

    @Override
    public ApiError error(int status, byte[] answer) {
        return GeminiDialect.dialect().errors().decode(status, answer, 0);
    }
}
