package ai.apertis.limits;

import ai.apertis.redis.Script;
import ai.apertis.redis.SharedStore;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.List;

/**
 * Counts in Redis, so that any number of nodes admit together what one would alone: a window is one counter that expires,
 * and counting is one script. While Redis is away each node counts by itself, so traffic goes on, limited per node.
 */
public final class RedisRateLimiter implements RateLimiter {
    /** Arguments: the limit, the window in milliseconds, what must fit, what is taken. Returns: fits, used, milliseconds left. */
    private static final Script TAKE = Script.of("""
            local used = tonumber(redis.call('GET', KEYS[1]) or '0')
            local left = redis.call('PTTL', KEYS[1])
            local fits = 0
            if used == 0 or tonumber(ARGV[3]) <= tonumber(ARGV[1]) - used then
              fits = 1
              if tonumber(ARGV[4]) > 0 then
                used = redis.call('INCRBY', KEYS[1], ARGV[4])
              end
            end
            if left < 0 then
              left = tonumber(ARGV[2])
              redis.call('PEXPIRE', KEYS[1], left)
            end
            return {fits, used, left}
            """);

    /** Arguments: what is added, the window in milliseconds. Never goes below zero. */
    private static final Script ADD = Script.of("""
            if redis.call('INCRBY', KEYS[1], ARGV[1]) < 0 then
              redis.call('SET', KEYS[1], '0', 'KEEPTTL')
            end
            if redis.call('PTTL', KEYS[1]) < 0 then
              redis.call('PEXPIRE', KEYS[1], ARGV[2])
            end
            return 0
            """);

    private final SharedStore store;
    private final RateLimiter alone;
    private final InstantSource clock;

    /**
     * A limiter that shares its counts.
     *
     * @param store where the counts are
     * @param alone counts while the store is away
     * @param clock tells clients when a window ends
     */
    public RedisRateLimiter(SharedStore store, RateLimiter alone, InstantSource clock) {
        this.store = store;
        this.alone = alone;
        this.clock = clock;
    }

    @Override
    public Future<RateVerdict> take(RateLimit limit, String subject, long amount) {
        return limit.isOff()
                ? Future.succeededFuture(RateVerdict.OFF)
                : asked(limit, subject, amount, amount).recover(away -> alone.take(limit, subject, amount));
    }

    @Override
    public Future<RateVerdict> look(RateLimit limit, String subject) {
        return limit.isOff()
                ? Future.succeededFuture(RateVerdict.OFF)
                : asked(limit, subject, 1, 0).recover(away -> alone.look(limit, subject));
    }

    @Override
    public void add(RateLimit limit, String subject, long amount) {
        if (!limit.isOff()) {
            store.run(ADD, List.of(name(limit, subject)), List.of(Long.toString(amount), millis(limit)))
                    .onFailure(away -> alone.add(limit, subject, amount));
        }
    }

    private Future<RateVerdict> asked(RateLimit limit, String subject, long wanted, long taken) {
        List<String> arguments =
                List.of(Long.toString(limit.amount()), millis(limit), Long.toString(wanted), Long.toString(taken));
        return store.run(TAKE, List.of(name(limit, subject)), arguments).map(answer -> verdict(limit, answer));
    }

    private RateVerdict verdict(RateLimit limit, Response answer) {
        boolean allowed = answer.get(0).toLong() == 1;
        long used = answer.get(1).toLong();
        long left = answer.get(2).toLong();
        return new RateVerdict(
                allowed,
                limit.amount(),
                Math.max(0, limit.amount() - used),
                Math.ceilDiv(clock.millis() + left, 1_000L),
                allowed ? 0 : (int) Math.max(1, Math.ceilDiv(left, 1_000L)));
    }

    private static String millis(RateLimit limit) {
        return Long.toString(limit.window().toMillis());
    }

    private static String name(RateLimit limit, String subject) {
        return "apertis:rate:" + limit.name() + ":" + subject;
    }
}
