package ai.apertis.catalog;

/** What a model name's suffix asks of the choice between providers. */
public enum RoutePreference {
    /** The order of the catalogue and the health of its endpoints. */
    BALANCED,
    /** {@code :nitro}: the highest throughput first. */
    THROUGHPUT,
    /** {@code :floor}: the lowest price first. */
    PRICE
}
