package ai.apertis.routing;

import ai.apertis.billing.Hold;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dispatch.Answer;
import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.dispatch.AttemptFailure.Kind;
import ai.apertis.dispatch.AttemptWatch;
import ai.apertis.dispatch.ProviderCall;
import ai.apertis.dispatch.Terms;
import ai.apertis.dispatch.Unfinished;
import ai.apertis.routing.Chooser.Choice;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through its attempts, until one answers or none is left. Lives on the client's event loop.
 * Attempts follow one another only while nothing has reached the client: first at the endpoints and keys of the model asked
 * for, as far as the retry budget goes, then at those of its fallbacks. {@link Legs} knows who is left, {@link Race} who has
 * content first, and {@link Continuation} goes on with a stream that breaks off.
 */
public final class Journey {
    private static final ApiError SPARED = ApiError.server(
                    503, "service_unavailable", "The model's providers have too much to do now; try again shortly.")
            .retryAfter(1);

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

    private final Steering steering;
    private final ClientRequest client;
    private final Itinerary itinerary;
    private final Hold hold;
    private final TimeBudget budget;
    private final End end;
    private final Legs legs;
    private final Calls calls;
    private final Race race;
    private final Continuation continuation;

    private Candidate candidate;
    private int attempts;
    private @Nullable AttemptFailure firstFailure;
    private @Nullable AttemptFailure lastFailure;

    /**
     * A journey.
     *
     * @param steering what all journeys share
     * @param client the client's request
     * @param itinerary who may answer, those of one model together, in the order of the models; not empty
     * @param terms what was agreed about the money
     * @param hold pays
     * @param budget the time there is
     * @param answer where the answer goes
     * @param end told when no attempt answered
     */
    public Journey(
            Steering steering,
            ClientRequest client,
            Itinerary itinerary,
            Terms terms,
            Hold hold,
            TimeBudget budget,
            Answer answer,
            End end) {
        this.steering = steering;
        this.client = client;
        this.itinerary = itinerary;
        this.hold = hold;
        this.budget = budget;
        this.end = end;
        this.legs = new Legs(steering, itinerary, client.stream());
        this.calls = new Calls(client, itinerary, terms, hold, budget, answer);
        this.race = new Race(client, itinerary.userPaysHedge());
        this.continuation = new Continuation(steering, legs, this::attempt);
        this.candidate = itinerary.candidates().getFirst();
    }

    /** Makes the first attempt. */
    public void go() {
        steering.retries().earn();
        Choice choice = legs.onward();
        if (legs.passedOver()) {
            firstFailure = new AttemptFailure(Kind.SPARED, SPARED);
        }
        if (choice == null) {
            end.failed(SPARED, candidate);
            return;
        }
        hedgeIfSlow(choice);
        begin(choice);
    }

    /** When the first attempt takes longer than 95 of 100 did, or twice as long as usual, a second one is made. */
    private void hedgeIfSlow(Choice first) {
        if (!itinerary.hedged() || !client.stream()) {
            return;
        }
        steering.hedges().earn();
        long usual = first.option().health().firstTokenPatienceMillis();
        if (usual >= 0) {
            Vertx.currentContext()
                    .owner()
                    .setTimer(usual, late -> hold.outcome().onSuccess(outcome -> hedge(first, outcome)));
        }
    }

    /** The loser may cost too, so the money must be there; a hold that takes longer than the first token only delays this. */
    private void hedge(Choice first, HoldOutcome outcome) {
        boolean waits = attempts == 1 && race.waitsForOne();
        if (!waits || !(outcome instanceof HoldOutcome.Held)) {
            return;
        }
        Choice second = legs.beside(first);
        if (second != null && steering.hedges().take()) {
            race.hedged();
            steering.metrics().retried("hedge");
            begin(second);
        }
    }

    /** An attempt to begin the answer. */
    private void begin(Choice choice) {
        candidate = choice.option().candidate();
        attempt(choice, null);
    }

    private void attempt(Choice choice, @Nullable Unfinished before) {
        attempts++;
        choice.option().tries(choice.key());
        Attempt attempt = new Attempt(this, steering, itinerary, client.stream(), choice, before);
        race.enters(attempt);
        attempt.begin();
    }

    /**
     * What an attempt sends.
     *
     * @throws ai.apertis.dialect.ApiException when that cannot be told in the provider's dialect
     */
    ProviderCall call(Choice choice, @Nullable Unfinished before, AttemptWatch watch) {
        return before == null
                ? calls.beginning(choice, legs.othersFollow(), watch)
                : calls.continuing(choice, before, watch);
    }

    /** Whether another attempt could follow one that is made now. */
    boolean othersFollow() {
        return legs.othersFollow();
    }

    /** An attempt has content: whether that may go to the client, since no other was first. */
    boolean mayAnswer(Attempt attempt) {
        boolean first = race.isWonBy(attempt);
        if (first) {
            candidate = attempt.candidate();
        }
        return first;
    }

    /** What is charged with the answer for an attempt that was outrun, nano-USD. */
    long besidesNano() {
        return race.besidesNano();
    }

    /** The first content of an attempt is here. */
    void answering(Attempt attempt) {
        if (attempt.before() != null) {
            continuation.isBy(attempt.candidate());
        }
    }

    /** The stream of an attempt broke off in its midst: whether another goes on with it. */
    boolean brokeOff(Attempt attempt, Unfinished cut) {
        race.leaves(attempt);
        return continuation.follows(cut, attempt.option());
    }

    /** An attempt answered, wholly or in part. */
    void ended(Attempt attempt) {
        race.leaves(attempt);
    }

    /** An attempt failed, and nothing of it has reached the client. */
    void failed(Attempt attempt, AttemptFailure failure) {
        race.leaves(attempt);
        Unfinished cut = attempt.before();
        if (cut != null) {
            continuation.failed(cut, attempt.option(), failure);
        } else if (failure.kind() != Kind.OUTRUN) {
            goOnAfter(failure, attempt.option());
        }
    }

    private void goOnAfter(AttemptFailure failure, Option option) {
        if (firstFailure == null) {
            firstFailure = failure;
        }
        if (lastFailure == null || failure.kind() != Kind.INEXPRESSIBLE) {
            lastFailure = failure;
        }
        legs.failed(option, failure);
        if (!race.isOver()) {
            // An error never wins while the other attempt may still answer.
            return;
        }
        if (failure.isFinal()) {
            end.failed(failure.error(), candidate);
        } else if (budget.leftMillis() <= 0) {
            end.failed(timedOut(), candidate);
        } else {
            Choice choice = afterFailure(failure, lastFailure);
            if (choice == null) {
                end.failed(lastFailure.error(), candidate);
            } else {
                begin(choice);
            }
        }
    }

    /** Another endpoint or key of the model, if a retry is granted; else a fallback model, which the client asked for. */
    private @Nullable Choice afterFailure(AttemptFailure failure, AttemptFailure telling) {
        Choice same = legs.here();
        if (same != null
                && (failure.kind() == Kind.INEXPRESSIBLE || steering.retries().take())) {
            steering.metrics().retried("endpoint");
            return same;
        }
        // What no endpoint can express is the client's own mistake.
        if (telling.kind() == Kind.INEXPRESSIBLE || !legs.fallBack()) {
            return null;
        }
        Choice other = legs.onward();
        if (other != null) {
            steering.metrics().retried("fallback");
        }
        return other;
    }

    private ApiError timedOut() {
        long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - budget.arrivedNanos());
        return new ApiError(
                408,
                "timeout",
                "request_timeout",
                "No answer within " + budget.totalMillis() + " ms (" + attempts + " attempt"
                        + (attempts == 1 ? "" : "s") + ", " + elapsed + " ms elapsed).");
    }

    /** The client is gone. */
    public void abandon() {
        race.abandon();
    }

    /** The process stops: what is under way ends with an error. */
    public void stop() {
        race.stop();
    }

    /**
     * How many attempts have been made.
     *
     * @return at least 1 once it has begun
     */
    public int attempts() {
        return attempts;
    }

    /**
     * The candidate tried last: of an answer, who gave it.
     *
     * @return one of those it was given
     */
    public Candidate candidate() {
        return candidate;
    }

    /**
     * Who went on with a stream that had broken off.
     *
     * @return the last one whose text has reached the client, null when nobody had to
     */
    public @Nullable Candidate continuedBy() {
        return continuation.by();
    }

    /**
     * The second attempt that was made because the first was slow.
     *
     * @return null when there was none
     */
    public @Nullable Hedge hedge() {
        return race.hedge();
    }

    /**
     * Why the first attempt failed.
     *
     * @return null when it has not
     */
    public @Nullable AttemptFailure firstFailure() {
        return firstFailure;
    }
}
