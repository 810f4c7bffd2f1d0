package ai.apertis.routing.health;

import ai.apertis.catalog.Provider;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A provider's keys, taken in turn. A key whose rate limit is reached for one model is left alone there; one that the
 * provider does not accept, or that has no money left, is left alone everywhere. Safe for any thread.
 */
public final class KeyPool {
    final KeyCoolDowns coolDowns;
    private final AtomicInteger turn = new AtomicInteger();

    KeyPool(LongSupplier clock, RandomGenerator random) {
        this.coolDowns = new KeyCoolDowns(clock, random);
    }

    /**
     * The key to use now.
     *
     * @param provider whose keys
     * @param at for which endpoint of it
     * @param preferred the key to use if it may be, null for none
     * @param tried keys that shall not be used
     * @return null when every other key is left alone now
     */
    public @Nullable String next(Provider provider, EndpointHealth at, @Nullable String preferred, Set<String> tried) {
        if (preferred != null && provider.keys().contains(preferred) && isUsable(preferred, at, tried)) {
            return preferred;
        }
        int keys = provider.keys().size();
        int first = keys == 1 ? 0 : turn.getAndIncrement();
        for (int i = 0; i < keys; i++) {
            String key = provider.keys().get(Math.floorMod(first + i, keys));
            if (isUsable(key, at, tried)) {
                return key;
            }
        }
        return null;
    }

    /**
     * The key that is left alone for the shortest time, for when there is nothing better.
     *
     * @param provider whose keys
     * @param at for which endpoint of it
     * @param tried keys that shall not be used
     * @return null when all have been tried
     */
    public @Nullable String soonest(Provider provider, EndpointHealth at, Set<String> tried) {
        String soonest = null;
        for (String key : provider.keys()) {
            if (!tried.contains(key) && (soonest == null || leftNanos(key, at) < leftNanos(soonest, at))) {
                soonest = key;
            }
        }
        return soonest;
    }

    /**
     * How long a key is left alone everywhere at its provider.
     *
     * @param key the key
     * @return milliseconds, 0 when it may be used
     */
    public long coolingMillis(String key) {
        return TimeUnit.NANOSECONDS.toMillis(coolDowns.leftNanos(key));
    }

    private boolean isUsable(String key, EndpointHealth at, Set<String> tried) {
        return !tried.contains(key) && leftNanos(key, at) == 0;
    }

    private long leftNanos(String key, EndpointHealth at) {
        return Math.max(coolDowns.leftNanos(key), at.keys.leftNanos(key));
    }
}
