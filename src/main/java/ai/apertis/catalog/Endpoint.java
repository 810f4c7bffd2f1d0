package ai.apertis.catalog;

import ai.apertis.money.Prices;

/**
 * One way to reach a model: a provider and the name that the model has there.
 *
 * @param provider the provider
 * @param upstreamModel the model's name at that provider
 * @param prices what a request here is charged; the model's own unless the configuration says otherwise
 * @param priceVersion identifies these prices on usage rows: the first hex digits of a hash over them
 * @param priority lower ones are asked first while they are healthy
 * @param weight its share of the traffic among those of the same priority, at least 1
 */
public record Endpoint(
        Provider provider, String upstreamModel, Prices prices, String priceVersion, int priority, int weight) {}
