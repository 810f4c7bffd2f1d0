package ai.apertis.ingress;

import ai.apertis.billing.Billing;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.routing.Quotes;
import ai.apertis.routing.Steering;
import ai.apertis.telemetry.Metrics;

/**
 * What conversations need of the rest of the house.
 *
 * @param catalog finds models, and says what holds of times and fallbacks
 * @param billing takes holds
 * @param quotes says what requests may cost
 * @param steering what journeys share
 * @param pace slows keys down
 * @param metrics count refusals
 * @param repeats serves what was asked before
 * @param grounder searches the web for models named with {@code :web}
 * @param abridger summarises what is long ago in a conversation
 * @param departure ends them when the process stops
 */
public record ConversationParts(
        LiveCatalog catalog,
        Billing billing,
        Quotes quotes,
        Steering steering,
        Pace pace,
        Metrics metrics,
        Repeats repeats,
        Grounder grounder,
        Abridger abridger,
        Departure departure) {}
