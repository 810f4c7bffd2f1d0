package ai.apertis.config;

import java.math.BigDecimal;

/**
 * A subscription plan as configured.
 *
 * @param name its name
 * @param tier the highest tier of models that it includes: {@code free}, {@code lite}, {@code pro} or {@code max}
 * @param priceUsd US dollars per month
 * @param quota units of quota per monthly cycle
 * @param rateMultiplier what rate limits are multiplied by
 */
public record PlanConfig(String name, String tier, BigDecimal priceUsd, long quota, BigDecimal rateMultiplier) {}
