package ai.apertis.dialect.openai;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A legacy completion at a provider that has it natively: bytes pass. */
final class CompletionBridge implements Bridge {
    private final byte[] body;
    private final boolean usageWanted;

    CompletionBridge(byte[] body, boolean usageWanted) {
        this.body = body;
        this.usageWanted = usageWanted;
    }

    @Override
    public String path() {
        return "/completions";
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public WholeAnswer answer(byte[] answer) {
        try {
            ObjectNode root = Json.answer(answer);
            if (root.hasNonNull("error")) {
                return WholeAnswer.failed(OpenAiErrors.read(200, answer, 0, answer.length));
            }
            if (!root.path("choices").isArray() || root.path("choices").isEmpty()) {
                throw Json.unreadable();
            }
            TextSample text = new TextSample();
            addText(root, text);
            return WholeAnswer.of(answer, usage(root), text);
        } catch (ApiException unreadable) {
            return WholeAnswer.failed(unreadable.error());
        }
    }

    static void addText(JsonNode root, TextSample text) {
        for (JsonNode choice : root.path("choices")) {
            byte[] bytes = choice.path("text").asText("").getBytes(StandardCharsets.UTF_8);
            text.add(bytes, 0, bytes.length);
        }
    }

    static @Nullable Usage usage(JsonNode root) {
        if (!root.path("usage").isObject()) {
            return null;
        }
        byte[] bytes = Json.bytes(root.path("usage"));
        return OpenAiUsage.read(bytes, 0, bytes.length);
    }

    @Override
    public Passage passage() {
        return new CompletionPassage(usageWanted);
    }

    @Override
    public ApiError error(int status, byte[] answer) {
        return OpenAiErrors.read(status, answer, 0, answer.length);
    }
}
