package ai.apertis.config;

import java.util.Optional;

/**
 * How accounts can pay.
 *
 * @param stripe by Stripe, empty when it is off
 */
public record PaymentsConfig(Optional<StripeConfig> stripe) {}
