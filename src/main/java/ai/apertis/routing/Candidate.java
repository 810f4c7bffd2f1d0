package ai.apertis.routing;

import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.Model;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ClientRequest;

/**
 * One way to answer a request.
 *
 * @param model the model that would answer; another than the one asked for when it is a fallback
 * @param endpoint where
 * @param rank its place among the model's endpoints; those of one rank share the traffic by their health, lower ranks come
 *     first while they are healthy
 */
public record Candidate(Model model, Endpoint endpoint, int rank) {
    /**
     * Whether it can go on from the beginning of an answer.
     *
     * @return true when the model can and the provider can be told so
     */
    public boolean prefills() {
        return model.capabilities().contains("prefill")
                && endpoint.provider().quirks().prefill() != Quirks.Prefill.NONE;
    }

    /**
     * How a request is to be written for it.
     *
     * @param maxOutputTokens a cap on the output that replaces the client's, tokens; -1 leaves it as it is
     * @return the target of a bridge
     */
    public ClientRequest.Target target(long maxOutputTokens) {
        return new ClientRequest.Target(
                endpoint.provider().dialect(),
                endpoint.upstreamModel(),
                maxOutputTokens,
                model.maxOutput(),
                model.capabilities().contains("reasoning"),
                endpoint.provider().quirks(),
                model.kinds(),
                model.refuses());
    }
}
