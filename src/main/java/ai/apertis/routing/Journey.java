package ai.apertis.routing;

import ai.apertis.billing.Hold;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dispatch.Answer;
import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.dispatch.Dispatch;
import ai.apertis.dispatch.ProviderCall;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through its attempts, until one answers or none is left. Lives on the client's event loop.
 * Attempts follow one another only while nothing has reached the client.
 */
public final class Journey {
    /** Told when every attempt has failed. */
    @FunctionalInterface
    public interface End {
        /**
         * Nothing more is tried.
         *
         * @param error what to tell the client
         * @param last the candidate tried last
         */
        void failed(ApiError error, Candidate last);
    }

    private final Dispatch dispatch;
    private final KeyRing keys;
    private final ClientRequest client;
    private final List<Candidate> candidates;
    private final Quote quote;
    private final Hold hold;
    private final Answer answer;
    private final End end;
    private final TimeBudget budget;
    private int next;
    private @Nullable ProviderCall call;
    private @Nullable AttemptFailure firstFailure;

    /**
     * A journey.
     *
     * @param dispatch makes the calls
     * @param keys chooses among a provider's keys
     * @param client the client's request
     * @param candidates who may answer, in order; not empty
     * @param quote what the hold covers
     * @param hold pays
     * @param budget the time there is
     * @param answer where the answer goes
     * @param end told when no attempt answered
     */
    public Journey(
            Dispatch dispatch,
            KeyRing keys,
            ClientRequest client,
            List<Candidate> candidates,
            Quote quote,
            Hold hold,
            TimeBudget budget,
            Answer answer,
            End end) {
        this.dispatch = dispatch;
        this.keys = keys;
        this.client = client;
        this.candidates = candidates;
        this.quote = quote;
        this.hold = hold;
        this.budget = budget;
        this.answer = answer;
        this.end = end;
    }

    /** Makes the next attempt. */
    public void go() {
        Candidate candidate = candidates.get(next++);
        ProviderCall attempt;
        try {
            attempt = attempt(candidate);
        } catch (ApiException refused) {
            attemptFailed(new AttemptFailure(AttemptFailure.Kind.STATUS, refused.error()), candidate);
            return;
        }
        call = attempt;
        dispatch.send(attempt);
    }

    private ProviderCall attempt(Candidate candidate) {
        boolean more = next < candidates.size();
        long patience =
                Math.min(budget.leftMillis(), candidate.endpoint().provider().firstByteTimeoutMillis());
        return new ProviderCall(
                hold,
                candidate.model(),
                candidate.endpoint(),
                keys.next(candidate.endpoint().provider()),
                client.bridge(candidate.target(quote.capped() ? quote.outputTokens() : -1)),
                client,
                answer,
                failure -> attemptFailed(failure, candidate),
                budget.arrivedNanos(),
                more ? Math.min(patience, budget.attemptMillis()) : patience);
    }

    /** The client is gone. */
    public void abandon() {
        if (call != null) {
            call.abandon();
        }
    }

    /**
     * How many attempts have been made.
     *
     * @return at least 1 once it has begun
     */
    public int attempts() {
        return next;
    }

    /**
     * Why the first attempt failed.
     *
     * @return null when it has not
     */
    public @Nullable AttemptFailure firstFailure() {
        return firstFailure;
    }

    private void attemptFailed(AttemptFailure failure, Candidate candidate) {
        if (firstFailure == null) {
            firstFailure = failure;
        }
        boolean hopeless = failure.isClientsFault() || failure.kind() == AttemptFailure.Kind.CLIENT_GONE;
        if (budget.leftMillis() <= 0 && !hopeless) {
            end.failed(timedOut(), candidate);
        } else if (hopeless || next >= candidates.size()) {
            end.failed(failure.error(), candidate);
        } else {
            go();
        }
    }

    private ApiError timedOut() {
        long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - budget.arrivedNanos());
        return new ApiError(
                408,
                "timeout",
                "request_timeout",
                "No answer within " + budget.totalMillis() + " ms (" + next + " attempt" + (next == 1 ? "" : "s") + ", "
                        + elapsed + " ms elapsed).");
    }
}
