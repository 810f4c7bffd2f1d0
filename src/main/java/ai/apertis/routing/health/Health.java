package ai.apertis.routing.health;

import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.Provider;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The health of every endpoint and key that was asked since the process started. Outlives a reload of the catalogue: an
 * endpoint is known by its provider's name and the model's name there.
 */
public final class Health {
    private record Place(String provider, String model) {}

    private final Map<Place, EndpointHealth> endpoints = new ConcurrentHashMap<>();
    private final Map<String, KeyPool> keys = new ConcurrentHashMap<>();
    private final Map<String, Tally> tallies = new ConcurrentHashMap<>();
    private final int loops;
    private final LongSupplier clock;
    private final RandomGenerator random;
    private final Consumer<EndpointHealth> onNew;

    /**
     * Knows nothing yet.
     *
     * @param loops event loops that call providers, each with connections of its own
     * @param clock nanoseconds, as {@link System#nanoTime}
     * @param random varies back-offs
     * @param onNew told of each endpoint when it is first asked for, once
     */
    public Health(int loops, LongSupplier clock, RandomGenerator random, Consumer<EndpointHealth> onNew) {
        this.loops = loops;
        this.clock = clock;
        this.random = random;
        this.onNew = onNew;
    }

    /**
     * An endpoint's health.
     *
     * @param endpoint which
     * @return always the same one for the same endpoint
     */
    public EndpointHealth of(Endpoint endpoint) {
        Place place = new Place(endpoint.provider().name(), endpoint.upstreamModel());
        EndpointHealth known = endpoints.get(place);
        if (known != null) {
            return known;
        }
        EndpointHealth made = new EndpointHealth(
                endpoint, loops, clock, random, tallies.computeIfAbsent(place.provider(), name -> new Tally()));
        EndpointHealth first = endpoints.putIfAbsent(place, made);
        if (first != null) {
            return first;
        }
        onNew.accept(made);
        return made;
    }

    /**
     * An endpoint's health, if it was ever asked for.
     *
     * @param provider the provider's name
     * @param model the model's name there
     * @return null when nothing is known of it
     */
    public @Nullable EndpointHealth known(String provider, String model) {
        return endpoints.get(new Place(provider, model));
    }

    /**
     * Forgets what was seen of a provider, because it is another one from now on, or none. Requests that are under way there
     * keep what they have.
     *
     * @param provider its name
     */
    public void forget(String provider) {
        endpoints.keySet().removeIf(place -> place.provider().equals(provider));
        keys.remove(provider);
    }

    /**
     * How attempts ended, by provider. Whoever is forgotten stays in here.
     *
     * @return a copy, of tallies that go on counting
     */
    public Map<String, Tally> tallies() {
        return Map.copyOf(tallies);
    }

    /**
     * A provider's keys.
     *
     * @param provider which
     * @return always the same pool for the same provider
     */
    public KeyPool keys(Provider provider) {
        return keys.computeIfAbsent(provider.name(), made -> new KeyPool(clock, random));
    }

    /**
     * A key for a call whose outcome nobody tells.
     *
     * @param endpoint where
     * @return the next one that may be used, else the one that is left alone for the shortest time
     */
    public String key(Endpoint endpoint) {
        EndpointHealth at = of(endpoint);
        KeyPool pool = keys(endpoint.provider());
        String usable = pool.next(endpoint.provider(), at, null, Set.of());
        return usable == null ? Objects.requireNonNull(pool.soonest(endpoint.provider(), at, Set.of())) : usable;
    }

    /**
     * An attempt begins.
     *
     * @param endpoint where
     * @param key with which of its provider's keys
     * @param stream whether a stream is asked for
     * @return to be told how it goes
     */
    public Visit visit(Endpoint endpoint, String key, boolean stream) {
        return new Visit(of(endpoint), keys(endpoint.provider()), key, stream);
    }
}
