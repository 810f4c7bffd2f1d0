package ai.apertis.config;

import java.net.URI;
import java.util.Optional;

/**
 * The account at Stripe that payments are made to.
 *
 * @param apiKey the secret key
 * @param webhookSecret what Stripe signs its events with; without it none are taken
 * @param baseUrl where its API is
 */
public record StripeConfig(Secret apiKey, Optional<Secret> webhookSecret, URI baseUrl) {}
