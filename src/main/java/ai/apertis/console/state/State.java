package ai.apertis.console.state;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.Provider;
import ai.apertis.ledger.ProviderDays.Span;
import ai.apertis.routing.health.EndpointHealth;
import ai.apertis.routing.health.Health;
import ai.apertis.routing.health.KeyPool;
import java.util.List;
import java.util.Objects;

/** How a provider does now. */
enum State {
    /** Attempts succeed. */
    WORKING("Working", "good"),
    /** Some of its models are left alone, or more attempts fail than may. */
    PARTLY("Partly failing", "warn"),
    /** Nothing can be asked of it, or most attempts fail. */
    UNAVAILABLE("Unavailable", "bad"),
    /** Nobody asked it lately. */
    UNKNOWN("Not asked lately", "");

    /** The least attempts that say anything. */
    static final int FEWEST = 20;

    /** The share of failures above which a provider does badly, percent. */
    static final int PERCENT = 5;

    private final String word;
    private final String look;

    State(String word, String look) {
        this.word = word;
        this.look = look;
    }

    String word() {
        return word;
    }

    /** Of its badge. */
    String look() {
        return look;
    }

    /**
     * How a provider does.
     *
     * @param now what it is asked for
     * @param health what this process has seen of it
     * @param recent what all nodes counted of it in the last spans
     * @param counted whether that could be read
     */
    static State of(Catalog now, Provider provider, Health health, List<Span> recent, boolean counted) {
        long attempts = recent.stream().mapToLong(Span::attempts).sum();
        long failures = recent.stream().mapToLong(Span::failures).sum();
        List<String> breakers = now.models().stream()
                .flatMap((Model model) -> model.endpointsAt(provider).stream())
                .map(Endpoint::upstreamModel)
                .distinct()
                .map(model -> health.known(provider.name(), model))
                .filter(Objects::nonNull)
                .map(EndpointHealth::breaker)
                .toList();
        long open = breakers.stream().filter(phase -> !phase.equals("closed")).count();
        KeyPool keys = health.keys(provider);
        boolean noKey = provider.keys().stream().allMatch(key -> keys.coolingMillis(key) > 0);
        boolean enough = attempts >= FEWEST;
        if (noKey
                || (enough && 2 * failures > attempts)
                || (open > 0 && open == breakers.size() && attempts == failures)) {
            return UNAVAILABLE;
        }
        if (open > 0 || (enough && failures * 100 > attempts * PERCENT)) {
            return PARTLY;
        }
        return attempts > 0 || (!counted && !breakers.isEmpty()) ? WORKING : UNKNOWN;
    }
}
