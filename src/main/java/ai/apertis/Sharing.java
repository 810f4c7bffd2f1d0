package ai.apertis;

import ai.apertis.cache.AnswerStore;
import ai.apertis.cache.ProcessAnswerStore;
import ai.apertis.cache.RedisAnswerStore;
import ai.apertis.config.CacheConfig;
import ai.apertis.config.Environment;
import ai.apertis.limits.ProcessRateLimiter;
import ai.apertis.limits.ProcessStreamLimiter;
import ai.apertis.limits.RateLimiter;
import ai.apertis.limits.RedisRateLimiter;
import ai.apertis.limits.RedisStreamLimiter;
import ai.apertis.limits.StreamLimiter;
import ai.apertis.redis.SharedStore;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What nodes share when they name the same Redis, and each has for itself when they name none. */
record Sharing(Vertx vertx, Optional<SharedStore> redis) {
    private static final Logger LOG = LoggerFactory.getLogger(Sharing.class);

    /** What nodes share; a Redis that is not there yet does not keep a node from starting. */
    static Sharing of(Deployments parts, Environment environment) {
        Optional<SharedStore> redis = environment.redisUrl().map(url -> {
            SharedStore store = new SharedStore(parts.vertx(), url.value());
            parts.lastly(store::close);
            store.open()
                    .onFailure(e -> LOG.warn("Redis does not answer, this node shares nothing: {}", e.getMessage()));
            return store;
        });
        return new Sharing(parts.vertx(), redis);
    }

    RateLimiter limiter() {
        RateLimiter alone = new ProcessRateLimiter(InstantSource.system());
        return redis.<RateLimiter>map(store -> new RedisRateLimiter(store, alone, InstantSource.system()))
                .orElse(alone);
    }

    StreamLimiter streams() {
        StreamLimiter alone = new ProcessStreamLimiter();
        return redis.<StreamLimiter>map(store -> new RedisStreamLimiter(vertx, store, alone))
                .orElse(alone);
    }

    AnswerStore answers(CacheConfig cache) {
        Duration remembered = Duration.ofMillis(cache.ttlMillis());
        AnswerStore alone = new ProcessAnswerStore(remembered, cache.maxBytes());
        return redis.<AnswerStore>map(store -> new RedisAnswerStore(store, alone, remembered))
                .orElse(alone);
    }
}
