package ai.apertis.routing;

import ai.apertis.dispatch.ClientHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is planned for a request.
 *
 * @param candidates who may answer: the endpoints of the model asked for, then those of its fallbacks
 * @param ordered whether the client asked for that order, so that nothing else may change it
 * @param conversation the conversation that it belongs to, null when that is not known
 * @param hedged whether a second attempt may be made while the first is slow
 * @param userPaysHedge whether what the outrun attempt costs is charged with the answer; else it is the operator's
 * @param resumes whether another provider may go on with a stream that breaks off
 * @param headers what of the client's headers goes on to providers of its dialect
 */
public record Itinerary(
        List<Candidate> candidates,
        boolean ordered,
        Affinity.@Nullable Conversation conversation,
        boolean hedged,
        boolean userPaysHedge,
        boolean resumes,
        ClientHeaders headers) {
    /** Copies the list. */
    public Itinerary {
        candidates = List.copyOf(candidates);
    }
}
