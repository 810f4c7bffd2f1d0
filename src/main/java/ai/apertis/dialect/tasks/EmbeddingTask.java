package ai.apertis.dialect.tasks;

import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Params;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/embeddings}: a text, several, or their tokens. To providers of OpenAI's form as bytes, to Gemini
 * translated.
 */
public final class EmbeddingTask extends Task {
    private static final long MOST_DIMENSIONS = 100_000;

    private final Reading read;

    private EmbeddingTask(JsonBody body, Reading read) {
        super(ModelKind.EMBEDDING, body, read.model(), read.fallbacks(), read.spending());
        this.read = read;
    }

    /**
     * Reads and checks a body.
     *
     * @param bytes the request's body
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static EmbeddingTask read(byte[] bytes) {
        Reading reading = new Reading();
        JsonBody body = JsonBody.read(bytes, reading);
        if (!reading.inputSeen) {
            throw ApiError.missingParameter("input").exception();
        }
        return new EmbeddingTask(body, reading);
    }

    @Override
    public Usage most() {
        return Usage.ofTokens(input().tokensFromAbove(), 0);
    }

    @Override
    public Bridge bridge(Target target) {
        if (target.dialect() == DialectName.GEMINI) {
            return new GeminiEmbeddingBridge(GeminiEmbeddings.asked(bytes(), target), target, model(), read.base64);
        }
        needsOpenAi(target);
        return new TaskBridge("/embeddings", passed(target), this::answer);
    }

    private WholeAnswer answer(byte[] body) {
        Usage told = TaskUsage.read(TaskAnswer.read(body, Set.of("data")).usage());
        boolean counted = told == null && read.tokens > 0;
        return WholeAnswer.of(body, counted ? Usage.ofTokens(read.tokens, 0).asEstimate() : told, new TextSample());
    }

    private static final class Reading extends TaskFields {
        private boolean inputSeen;
        private boolean base64;
        private long tokens;

        @Override
        void own(String name, JsonParser json) throws IOException {
            switch (name) {
                case "input" -> input(json);
                case "dimensions" -> Params.integer(name, json, 1, MOST_DIMENSIONS);
                case "encoding_format" -> base64 = base64(name, json);
                default -> json.skipChildren();
            }
        }

        private static boolean base64(String name, JsonParser json) throws IOException {
            @Nullable String format = optionalText(name, json);
            if (format != null && !Set.of("float", "base64").contains(format)) {
                throw ApiError.invalidParameter(name, "'encoding_format' must be 'float' or 'base64'.")
                        .exception();
            }
            return "base64".equals(format);
        }

        private void input(JsonParser json) throws IOException {
            inputSeen = true;
            switch (json.currentToken()) {
                case VALUE_STRING -> text("input", json);
                case START_ARRAY -> list(json);
                default -> throw Params.wrongType("input", "a string or an array", json);
            }
        }

        private void list(JsonParser json) throws IOException {
            int index = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                String at = "input[" + index + "]";
                switch (json.currentToken()) {
                    case VALUE_STRING -> text(at, json);
                    case VALUE_NUMBER_INT -> tokens++;
                    case START_ARRAY -> tokens(at, json);
                    // Some providers embed images too, told as objects.
                    case START_OBJECT -> json.skipChildren();
                    default -> throw Params.wrongType(at, "a string or an array of tokens", json);
                }
                index++;
            }
            if (index == 0) {
                throw ApiError.invalidParameter("input", "'input' must not be empty.")
                        .exception();
            }
        }

        private void tokens(String at, JsonParser json) throws IOException {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                    throw Params.wrongType(at, "an array of tokens", json);
                }
                tokens++;
            }
        }
    }
}
