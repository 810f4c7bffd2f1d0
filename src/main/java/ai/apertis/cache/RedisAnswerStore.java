package ai.apertis.cache;

import ai.apertis.redis.SharedStore;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.Optional;

/** Remembers in Redis for all nodes, and in the process for this one: while Redis is away, each node knows its own. */
public final class RedisAnswerStore implements AnswerStore {
    private static final String PREFIX = "apertis:answer:";

    private final SharedStore store;
    private final AnswerStore alone;
    private final Duration remembered;

    /**
     * A store that nodes share.
     *
     * @param store where the answers are
     * @param alone looked at first
     * @param remembered for how long Redis keeps an answer
     */
    public RedisAnswerStore(SharedStore store, AnswerStore alone, Duration remembered) {
        this.store = store;
        this.alone = alone;
        this.remembered = remembered;
    }

    @Override
    public Future<Optional<RecordedAnswer>> find(AnswerKey key) {
        return alone.find(key)
                .compose(known -> known.isPresent()
                        ? Future.succeededFuture(known)
                        : store.ask(Request.cmd(Command.GET).arg(PREFIX + key.digest()))
                                .map(found ->
                                        Optional.ofNullable(found).map(bytes -> RecordedAnswer.of(bytes.toBuffer())))
                                .otherwise(Optional.empty()));
    }

    @Override
    public void keep(AnswerKey key, RecordedAnswer answer) {
        alone.keep(key, answer);
        store.ask(Request.cmd(Command.SET)
                .arg(PREFIX + key.digest())
                .arg(answer.toBuffer())
                .arg("PX")
                .arg(remembered.toMillis()));
    }
}
