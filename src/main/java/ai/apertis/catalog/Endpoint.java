package ai.apertis.catalog;

import ai.apertis.money.Prices;

/**
 * One way to reach a model: a provider and the name that the model has there.
 *
 * @param provider the provider
 * @param upstreamModel the model's name at that provider
 * @param prices what a request here is charged; the model's own unless the configuration says otherwise
 */
public record Endpoint(Provider provider, String upstreamModel, Prices prices) {}
