package ai.apertis.dialect.tasks;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ByteMeter;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.dialect.openai.OpenAiErrors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A task at a provider of OpenAI's form. */
final class TaskBridge implements Bridge {
    private final String path;
    private final byte[] body;
    private final Function<byte[], WholeAnswer> answers;
    private final Supplier<Passage> passages;
    private final @Nullable ByteMeter meter;

    /** A task that is never streamed. */
    TaskBridge(String path, byte[] body, Function<byte[], WholeAnswer> answers) {
        this(path, body, answers, () -> {
            throw new IllegalStateException(path + " is not streamed");
        });
    }

    TaskBridge(String path, byte[] body, Function<byte[], WholeAnswer> answers, Supplier<Passage> passages) {
        this(path, body, answers, passages, null);
    }

    private TaskBridge(
            String path,
            byte[] body,
            Function<byte[], WholeAnswer> answers,
            Supplier<Passage> passages,
            @Nullable ByteMeter meter) {
        this.meter = meter;
        this.path = path;
        this.body = body;
        this.answers = answers;
        this.passages = passages;
    }

    /** A task whose answers are plain bytes, or a stream of events. */
    static TaskBridge ofBytes(String path, byte[] body, ByteMeter meter, Supplier<Passage> passages) {
        return new TaskBridge(
                path,
                body,
                whole -> {
                    throw new IllegalStateException(path + " is answered with bytes");
                },
                passages,
                meter);
    }

    @Override
    public @Nullable ByteMeter meter() {
        return meter;
    }

    @Override
    public boolean mayAnswerWhole() {
        return meter == null;
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
            return answers.apply(answer);
        } catch (ApiException unreadable) {
            return WholeAnswer.failed(unreadable.error());
        }
    }

    @Override
    public Passage passage() {
        return passages.get();
    }

    @Override
    public ApiError error(int status, byte[] answer) {
        return OpenAiErrors.read(status, answer, 0, answer.length);
    }
}
