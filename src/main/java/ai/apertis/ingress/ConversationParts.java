package ai.apertis.ingress;

import ai.apertis.billing.Billing;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.config.TimeoutsConfig;
import ai.apertis.dispatch.Dispatch;
import ai.apertis.routing.KeyRing;
import ai.apertis.telemetry.Metrics;

/**
 * What conversations need of the rest of the house.
 *
 * @param catalog finds models
 * @param billing takes holds
 * @param dispatch calls providers
 * @param keys chooses among a provider's keys
 * @param metrics count refusals
 * @param timeouts the bounds of a request's time
 */
public record ConversationParts(
        LiveCatalog catalog,
        Billing billing,
        Dispatch dispatch,
        KeyRing keys,
        Metrics metrics,
        TimeoutsConfig timeouts) {}
