package ai.apertis.catalog;

import ai.apertis.config.LimitsConfig;
import ai.apertis.config.RoutingConfig;
import ai.apertis.config.TimeoutsConfig;

/**
 * All that a reload changes, immutable, swapped whole. A request takes it once and keeps it to its end.
 *
 * @param version identifies the configuration, {@link ai.apertis.config.Config#version}
 * @param catalog models, providers and plans
 * @param limits how much one client may ask for
 * @param timeouts bounds of a request's time
 * @param routing what happens when providers fail
 */
public record Snapshot(
        String version, Catalog catalog, LimitsConfig limits, TimeoutsConfig timeouts, RoutingConfig routing) {}
