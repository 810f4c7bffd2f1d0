package ai.apertis.routing;

import ai.apertis.catalog.Endpoint;

/**
 * Who served a conversation last.
 *
 * @param provider the provider's name
 * @param model the model's name there
 * @param key the key that was used
 */
record Served(String provider, String model, String key) {
    /** Whether it was this endpoint. */
    boolean at(Endpoint endpoint) {
        return provider.equals(endpoint.provider().name()) && model.equals(endpoint.upstreamModel());
    }

    /** Leaves the key out, so that no log line can show it. */
    @Override
    public String toString() {
        return "Served[" + provider + ", " + model + "]";
    }
}
