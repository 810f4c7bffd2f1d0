package ai.apertis.config;

import java.util.Optional;

/**
 * One way to reach a model, as configured.
 *
 * @param provider the name of a configured provider
 * @param model the model's name there
 * @param price what a request here costs, empty for the model's own price
 * @param priority lower ones are asked first
 * @param weight its share among those of the same priority
 */
public record EndpointConfig(String provider, String model, Optional<PriceConfig> price, int priority, int weight) {}
