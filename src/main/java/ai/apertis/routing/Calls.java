package ai.apertis.routing;

import ai.apertis.billing.Hold;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dispatch.Answer;
import ai.apertis.dispatch.AttemptWatch;
import ai.apertis.dispatch.ProviderCall;
import ai.apertis.dispatch.Terms;
import ai.apertis.dispatch.Unfinished;
import ai.apertis.routing.Chooser.Choice;
import org.jspecify.annotations.Nullable;

/** Makes the calls of one request. They differ in who is asked, in what is sent there and in how long that may take. */
final class Calls {
    /** When another is to go on with an answer, and no endpoint can or may. */
    static final ApiError UNCONTINUABLE = ApiError.server(502, "bad_gateway", "Nobody could go on with the answer.");

    /** How long one that goes on may take to its first token, milliseconds: the client has waited for the first already. */
    private static final long CONTINUING_MILLIS = 15_000;

    private final ClientRequest client;
    private final Itinerary itinerary;
    private final Terms terms;
    private final Hold hold;
    private final TimeBudget budget;
    private final Answer answer;

    Calls(ClientRequest client, Itinerary itinerary, Terms terms, Hold hold, TimeBudget budget, Answer answer) {
        this.client = client;
        this.itinerary = itinerary;
        this.terms = terms;
        this.hold = hold;
        this.budget = budget;
        this.answer = answer;
    }

    /**
     * A call that begins the answer.
     *
     * @param choice whom to ask
     * @param othersFollow whether another attempt could follow, for which time is left
     * @param watch told how it goes
     * @throws ai.apertis.dialect.ApiException when the request cannot be told in the provider's dialect
     */
    ProviderCall beginning(Choice choice, boolean othersFollow, AttemptWatch watch) {
        Candidate to = choice.option().candidate();
        ClientRequest.Target target = to.target(terms.maxOutputTokens());
        Bridge resumable = itinerary.resumes() ? client.resumable(target, "") : null;
        Bridge bridge = resumable == null ? client.bridge(target) : resumable;
        long patience = Math.min(
                budget.patienceMillis(othersFollow), to.endpoint().provider().firstByteTimeoutMillis());
        return call(choice, watch, bridge, patience, null);
    }

    /**
     * A call that goes on with an answer.
     *
     * @param choice whom to ask
     * @param cut the answer so far
     * @param watch told how it goes
     * @throws ai.apertis.dialect.ApiException when the provider cannot be asked to go on
     */
    ProviderCall continuing(Choice choice, Unfinished cut, AttemptWatch watch) {
        Candidate to = choice.option().candidate();
        long limit = terms.maxOutputTokens() >= 0 ? terms.maxOutputTokens() : client.maxOutputTokens();
        long left = limit < 0 ? -1 : Math.max(1, limit - cut.outputTokens());
        Bridge bridge = client.resumable(to.target(left), cut.soFar());
        if (bridge == null) {
            throw UNCONTINUABLE.exception();
        }
        long patience = Math.min(CONTINUING_MILLIS, to.endpoint().provider().firstByteTimeoutMillis());
        return call(choice, watch, bridge, patience, cut);
    }

    private ProviderCall call(
            Choice choice, AttemptWatch watch, Bridge bridge, long patienceMillis, @Nullable Unfinished before) {
        Candidate to = choice.option().candidate();
        return new ProviderCall(
                hold,
                terms,
                to.model(),
                to.endpoint(),
                choice.key(),
                bridge,
                client,
                itinerary.headers(),
                answer,
                watch,
                budget.arrivedNanos(),
                patienceMillis,
                before);
    }
}
