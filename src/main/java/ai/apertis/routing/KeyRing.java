package ai.apertis.routing;

import ai.apertis.catalog.Provider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes a provider's keys in turn. */
public final class KeyRing {
    private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();

    /** A ring where every provider begins with its first key. */
    public KeyRing() {}

    /**
     * The key to use now.
     *
     * @param provider whose keys
     * @return one of them
     */
    public String next(Provider provider) {
        if (provider.keys().size() == 1) {
            return provider.keys().getFirst();
        }
        int turn = turns.computeIfAbsent(provider.name(), name -> new AtomicInteger())
                .getAndIncrement();
        return provider.keys().get(Math.floorMod(turn, provider.keys().size()));
    }
}
