package ai.apertis.routing;

import ai.apertis.catalog.Provider;
import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.routing.health.EndpointHealth;
import ai.apertis.routing.health.Health;
import ai.apertis.routing.health.KeyPool;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A candidate of one request, and which of its provider's keys the request has tried there. */
final class Option {
    private final Candidate candidate;
    private final EndpointHealth health;
    private final KeyPool keys;
    private final Set<String> tried = new HashSet<>(2);

    Option(Candidate candidate, Health health) {
        this.candidate = candidate;
        this.health = health.of(candidate.endpoint());
        this.keys = health.keys(provider());
    }

    Candidate candidate() {
        return candidate;
    }

    EndpointHealth health() {
        return health;
    }

    Provider provider() {
        return candidate.endpoint().provider();
    }

    /** The key to use, null when the endpoint is to be left alone now. */
    @Nullable
    String usableKey(@Nullable String preferred) {
        return health.isOpen() || health.isFull() ? null : keys.next(provider(), health, preferred, tried);
    }

    /** The key to use although the endpoint or its keys should be left alone; null when it is full or all were tried. */
    @Nullable
    String anyKey() {
        return health.isFull() ? null : keys.soonest(provider(), health, tried);
    }

    void tries(String key) {
        tried.add(key);
    }

    /** Whether it can be tried again: only when it was the key that failed, and there is another. */
    boolean isSpent(AttemptFailure failure) {
        return switch (failure.blames()) {
            case KEY, KEY_HERE -> tried.size() >= provider().keys().size();
            case ENDPOINT, CLIENT, NOBODY -> true;
        };
    }
}
