package ai.apertis.routing;

import ai.apertis.dispatch.Dispatch;
import ai.apertis.routing.health.Allowance;
import ai.apertis.routing.health.Health;
import ai.apertis.telemetry.Metrics;
import java.util.random.RandomGenerator;

/**
 * What all journeys share.
 *
 * @param dispatch makes the calls
 * @param health what is known of endpoints and keys
 * @param retries how many retries may be made
 * @param hedges how many second attempts may be made while the first is slow
 * @param affinity who served conversations last
 * @param chance draws endpoints
 * @param metrics count attempts
 */
public record Steering(
        Dispatch dispatch,
        Health health,
        Allowance retries,
        Allowance hedges,
        Affinity affinity,
        RandomGenerator chance,
        Metrics metrics) {}
