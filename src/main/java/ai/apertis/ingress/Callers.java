package ai.apertis.ingress;

import ai.apertis.ledger.Keys;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds callers by their keys and remembers them for a second, so that a busy agent's key is not read from the database
 * for every request. What is remembered never spends: the hold reads the key's state again.
 */
public final class Callers {
    private static final Duration REMEMBERED = Duration.ofSeconds(1);
    private static final int MOST = 100_000;

    private final Keys keys;
    private final Cache<String, Caller> known =
            Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(MOST).build();

    /**
     * Callers by their keys.
     *
     * @param keys reads them from the ledger
     */
    public Callers(Keys keys) {
        this.keys = keys;
    }

    /** The caller with a key; empty when the key is unknown. */
    Future<Optional<Caller>> find(String key) {
        Caller remembered = known.getIfPresent(key);
        if (remembered != null) {
            return Future.succeededFuture(Optional.of(remembered));
        }
        return keys.find(key).map(found -> {
            Optional<Caller> caller = found.map(Caller::of);
            caller.ifPresent(read -> known.put(key, read));
            return caller;
        });
    }

    /** Forgets all, because keys have been changed on this node. */
    public void forget() {
        known.invalidateAll();
    }
}
