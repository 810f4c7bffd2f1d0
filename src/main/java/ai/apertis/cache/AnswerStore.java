package ai.apertis.cache;

import io.vertx.core.Future;
import java.util.Optional;

/** Remembers answers for a while. May forget any of them earlier. */
public interface AnswerStore {
    /**
     * Looks for an answer.
     *
     * @param key what was asked
     * @return the answer, empty when it is not remembered; never fails
     */
    Future<Optional<RecordedAnswer>> find(AnswerKey key);

    /**
     * Remembers an answer. On this node it can be found at once.
     *
     * @param key what was asked
     * @param answer the whole of it
     */
    void keep(AnswerKey key, RecordedAnswer answer);
}
