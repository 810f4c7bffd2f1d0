package ai.apertis.limits;

import ai.apertis.redis.Script;
import ai.apertis.redis.SharedStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts open streams in Redis. A place is a member of the subject's sorted set, scored by when it lapses by Redis's own
 * clock; each node renews its places while their streams run, so those of a dead node free themselves. While Redis is away
 * each node counts its own streams.
 */
public final class RedisStreamLimiter implements StreamLimiter {
    private static final long LEASE_MILLIS = 30_000;
    private static final long RENEWAL_MILLIS = 10_000;

    /** Arguments: how many, the place, the lease in milliseconds. Returns whether it was taken. */
    private static final Script ENTER = Script.of("""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
            if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
              return 0
            end
            redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            return 1
            """);

    /** Arguments: the place, the lease in milliseconds. */
    private static final Script RENEW = Script.of("""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return 0
            """);

    private static final String LEASE = Long.toString(LEASE_MILLIS);

    private final SharedStore store;
    private final StreamLimiter alone;
    private final Set<Shared> open = ConcurrentHashMap.newKeySet();

    /**
     * A limiter that shares its counts.
     *
     * @param vertx renews the places
     * @param store where the counts are
     * @param alone counts while the store is away
     */
    public RedisStreamLimiter(Vertx vertx, SharedStore store, StreamLimiter alone) {
        this.store = store;
        this.alone = alone;
        vertx.setPeriodic(RENEWAL_MILLIS, timer -> open.forEach(Shared::renew));
    }

    @Override
    public Future<Optional<Place>> enter(String subject, int most) {
        if (most == 0) {
            return alone.enter(subject, 0);
        }
        Shared place =
                new Shared("apertis:streams:" + subject, UUID.randomUUID().toString());
        return store.run(ENTER, List.of(place.key), List.of(Integer.toString(most), place.member, LEASE))
                .map(answer -> {
                    if (answer.toLong() == 0) {
                        return Optional.<Place>empty();
                    }
                    open.add(place);
                    return Optional.<Place>of(place);
                })
                .recover(away -> alone.enter(subject, most));
    }

    private final class Shared implements Place {
        private final String key;
        private final String member;

        private Shared(String key, String member) {
            this.key = key;
            this.member = member;
        }

        void renew() {
            store.run(RENEW, List.of(key), List.of(member, LEASE));
        }

        @Override
        public void leave() {
            if (open.remove(this)) {
                store.ask(Request.cmd(Command.ZREM).arg(key).arg(member));
            }
        }
    }
}
