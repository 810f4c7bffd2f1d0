package ai.apertis.routing;

import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.Model;

/**
 * One way to answer a request.
 *
 * @param model the model that would answer; another than the one asked for when it is a fallback
 * @param endpoint where
 */
public record Candidate(Model model, Endpoint endpoint) {}
