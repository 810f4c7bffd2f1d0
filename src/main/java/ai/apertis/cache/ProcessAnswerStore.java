package ai.apertis.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** Remembers in this process, bounded by the bytes of the answers; what is asked for least goes first. */
public final class ProcessAnswerStore implements AnswerStore {
    private static final int OVERHEAD_BYTES = 200;

    private final Cache<AnswerKey, RecordedAnswer> answers;

    /**
     * An empty store.
     *
     * @param remembered for how long
     * @param mostBytes how much, all answers together
     */
    public ProcessAnswerStore(Duration remembered, long mostBytes) {
        this.answers = Caffeine.newBuilder()
                .expireAfterWrite(remembered)
                .maximumWeight(mostBytes)
                .weigher((AnswerKey key, RecordedAnswer answer) ->
                        OVERHEAD_BYTES + answer.body().length())
                .build();
    }

    @Override
    public Future<Optional<RecordedAnswer>> find(AnswerKey key) {
        return Future.succeededFuture(Optional.ofNullable(answers.getIfPresent(key)));
    }

    @Override
    public void keep(AnswerKey key, RecordedAnswer answer) {
        answers.put(key, answer);
    }
}
