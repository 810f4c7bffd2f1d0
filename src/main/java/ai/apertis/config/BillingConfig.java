package ai.apertis.config;

import java.math.BigDecimal;

/**
 * Choices about money.
 *
 * @param toleranceUsd by how many US dollars a balance or quota may go below zero
 */
public record BillingConfig(BigDecimal toleranceUsd) {}
