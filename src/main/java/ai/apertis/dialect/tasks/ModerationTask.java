package ai.apertis.dialect.tasks;

import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Params;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Set;

/** {@code POST /v1/moderations}. OpenAI's clients need not name a model. */
public final class ModerationTask extends Task {
    private ModerationTask(JsonBody body, Reading read) {
        super(ModelKind.MODERATION, body, read.modelOrNone(), read.fallbacks(), read.spending());
    }

    /**
     * Reads and checks a body.
     *
     * @param bytes the request's body
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static ModerationTask read(byte[] bytes) {
        Reading reading = new Reading();
        JsonBody body = JsonBody.read(bytes, reading);
        if (!reading.inputSeen) {
            throw ApiError.missingParameter("input").exception();
        }
        return new ModerationTask(body, reading);
    }

    @Override
    public Usage most() {
        return Usage.ofTokens(input().tokensFromAbove(), 0);
    }

    @Override
    public Bridge bridge(Target target) {
        needsOpenAi(target);
        return new TaskBridge("/moderations", passed(target), ModerationTask::answer);
    }

    private static WholeAnswer answer(byte[] body) {
        TaskAnswer told = TaskAnswer.read(body, Set.of("results"));
        return WholeAnswer.of(body, TaskUsage.read(told.usage()), new TextSample());
    }

    private static final class Reading extends TaskFields {
        private boolean inputSeen;

        @Override
        void own(String name, JsonParser json) throws IOException {
            if (!name.equals("input")) {
                json.skipChildren();
                return;
            }
            inputSeen = true;
            switch (json.currentToken()) {
                case VALUE_STRING -> {}
                case START_ARRAY -> json.skipChildren();
                default -> throw Params.wrongType("input", "a string or an array", json);
            }
        }
    }
}
