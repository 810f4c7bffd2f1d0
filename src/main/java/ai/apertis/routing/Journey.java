package ai.apertis.routing;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Hold;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dispatch.Answer;
import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.dispatch.AttemptFailure.Blame;
import ai.apertis.dispatch.AttemptFailure.Kind;
import ai.apertis.dispatch.AttemptWatch;
import ai.apertis.dispatch.ProviderCall;
import ai.apertis.dispatch.Terms;
import ai.apertis.dispatch.Unfinished;
import ai.apertis.money.Usage;
import ai.apertis.routing.Chooser.Choice;
import ai.apertis.routing.health.Visit;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through its attempts, until one answers or none is left. Lives on the client's event loop.
 * Attempts follow one another only while nothing has reached the client: first at the endpoints and keys of the model asked
 * for, as far as the retry budget goes, then at those of its fallbacks.
 */
public final class Journey {
    private static final ApiError SPARED = ApiError.server(
                    503, "service_unavailable", "The model's providers have too much to do now; try again shortly.")
            .retryAfter(1);

    private static final ApiError UNCONTINUABLE =
            ApiError.server(502, "bad_gateway", "Nobody could go on with the answer.");
    private static final AttemptFailure BROKE_OFF = new AttemptFailure(Kind.RESET, UNCONTINUABLE);

    private static final int BYTES_PER_TOKEN = 4;
    /** How often another attempt goes on with one answer: providers that all break off are not worth more. */
    private static final int MOST_CONTINUATIONS = 2;
    /** How long one that goes on may take to its first token, milliseconds: the client has waited for the first already. */
    private static final long CONTINUING_MILLIS = 15_000;

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
    private final Terms terms;
    private final Hold hold;
    private final Answer answer;
    private final End end;
    private final TimeBudget budget;
    private final Legs legs;
    /** Attempts under way: one, or two while the second was made because the first is slow. */
    private final List<Attempt> live = new ArrayList<>(2);

    private Candidate candidate;
    private int attempts;
    private int continuations;
    private @Nullable Candidate continuedBy;
    private @Nullable Attempt winner;
    private @Nullable Hedge hedge;
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
        this.terms = terms;
        this.hold = hold;
        this.budget = budget;
        this.answer = answer;
        this.end = end;
        this.itinerary = itinerary;
        this.legs = new Legs(steering, itinerary, client.stream());
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
        if (itinerary.hedged() && client.stream()) {
            steering.hedges().earn();
            long usual = choice.option().health().firstTokenPatienceMillis();
            if (usual >= 0) {
                Vertx.currentContext().owner().setTimer(Math.max(1, usual), late -> hedge(choice));
            }
        }
        attempt(choice);
    }

    /** The first attempt takes longer than 95 of 100 did, or twice as long as usual: a second one is made, and the first content wins. */
    private void hedge(Choice first) {
        boolean waits = winner == null && attempts == 1 && live.size() == 1;
        if (!waits || !(hold.outcome().result() instanceof HoldOutcome.Held)) {
            return;
        }
        Choice second = legs.beside(first);
        if (second != null && steering.hedges().take()) {
            hedge = new Hedge(0, itinerary.userPaysHedge());
            steering.metrics().retried("hedge");
            attempt(second);
        }
    }

    private void attempt(Choice choice) {
        candidate = choice.option().candidate();
        attempts++;
        choice.option().tries(choice.key());
        Attempt attempt = new Attempt(choice, null);
        live.add(attempt);
        attempt.begin();
    }

    /** A stream broke off in its midst: another endpoint goes on with it, if one can and a retry is granted. */
    private boolean goesOn(Unfinished cut) {
        Choice choice = continuations < MOST_CONTINUATIONS ? next(cut) : null;
        if (choice == null) {
            return false;
        }
        continuations++;
        goOn(choice, cut);
        return true;
    }

    private @Nullable Choice next(Unfinished cut) {
        Choice choice = legs.goingOn(!cut.soFar().isBlank());
        return choice != null && steering.retries().take() ? choice : null;
    }

    private void goOn(Choice choice, Unfinished cut) {
        attempts++;
        choice.option().tries(choice.key());
        steering.metrics().retried("continuation");
        Attempt attempt = new Attempt(choice, cut);
        live.add(attempt);
        attempt.begin();
    }

    /** Who was to go on could not, and of it nothing has reached the client. */
    private void continuingFailed(Unfinished cut, AttemptFailure failure, Option option) {
        legs.failed(option, failure);
        if (failure.kind() == Kind.CLIENT_GONE) {
            cut.leave();
            return;
        }
        Choice choice = failure.kind() == Kind.HOLD_LOST ? null : next(cut);
        if (choice == null) {
            steering.metrics().continued("failed");
            cut.giveUp();
        } else {
            goOn(choice, cut);
        }
    }

    private ProviderCall continuing(Choice choice, Unfinished cut, AttemptWatch watch) {
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

    private ProviderCall beginning(Choice choice, AttemptWatch watch) {
        Candidate to = choice.option().candidate();
        ClientRequest.Target target = to.target(terms.maxOutputTokens());
        Bridge resumable = itinerary.resumes() ? client.resumable(target, "") : null;
        long patience = Math.min(
                budget.patienceMillis(legs.othersFollow()),
                to.endpoint().provider().firstByteTimeoutMillis());
        return call(choice, watch, resumable == null ? client.bridge(target) : resumable, patience, null);
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

    /** The client is gone. */
    public void abandon() {
        List.copyOf(live).forEach(Attempt::abandon);
    }

    /** The process stops: what is under way ends with an error. */
    public void stop() {
        List.copyOf(live).forEach(Attempt::stop);
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
        return continuedBy;
    }

    /**
     * The second attempt that was made because the first was slow.
     *
     * @return null when there was none
     */
    public @Nullable Hedge hedge() {
        return hedge;
    }

    /**
     * Why the first attempt failed.
     *
     * @return null when it has not
     */
    public @Nullable AttemptFailure firstFailure() {
        return firstFailure;
    }

    private void attemptFailed(AttemptFailure failure, Option option) {
        if (firstFailure == null) {
            firstFailure = failure;
        }
        if (lastFailure == null || failure.kind() != Kind.INEXPRESSIBLE) {
            lastFailure = failure;
        }
        legs.failed(option, failure);
        if (!live.isEmpty()) {
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
                attempt(choice);
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

    /** One attempt: tells the health of its endpoint what becomes of it, and goes on when it failed. */
    private final class Attempt implements AttemptWatch {
        private final Choice choice;
        private final Visit visit;
        private @Nullable ProviderCall call;
        private final @Nullable Unfinished before;
        private boolean heldBack;
        private boolean brokenOff;

        Attempt(Choice choice, @Nullable Unfinished before) {
            this.choice = choice;
            this.before = before;
            this.visit = steering.health().visit(here().endpoint(), choice.key(), client.stream());
        }

        void begin() {
            try {
                ProviderCall made = before == null ? beginning(choice, this) : continuing(choice, before, this);
                call = made;
                steering.dispatch().send(made);
            } catch (ApiException refused) {
                failed(new AttemptFailure(Kind.INEXPRESSIBLE, refused.error()));
            }
        }

        void abandon() {
            if (call != null) {
                call.abandon();
            }
        }

        void stop() {
            if (call != null) {
                call.stop();
            }
        }

        private Candidate here() {
            return choice.option().candidate();
        }

        @Override
        public void askedAgain() {
            steering.metrics().retried("stale_connection");
        }

        @Override
        public void answering() {
            visit.answered();
            if (before != null) {
                continuedBy = here();
            }
            steering.affinity().served(itinerary.conversation(), here().model().id(), here().endpoint(), choice.key());
        }

        @Override
        public boolean races() {
            return before == null && itinerary.hedged();
        }

        @Override
        public long holdBackMillis() {
            long millis = before == null && legs.othersFollow()
                    ? choice.option().health().holdBackMillis()
                    : 0;
            heldBack = millis > 0;
            return millis;
        }

        @Override
        public boolean mayAnswer() {
            if (winner == null) {
                winner = this;
                candidate = here();
                for (Attempt other : List.copyOf(live)) {
                    if (other != this) {
                        outrun(other);
                    }
                }
            }
            return winner == this;
        }

        private void outrun(Attempt other) {
            Usage prompt = Usage.ofTokens(client.input().textBytes() / BYTES_PER_TOKEN, 0);
            hedge = new Hedge(other.here().endpoint().prices().cost(prompt), itinerary.userPaysHedge());
            if (other.call != null) {
                other.call.outrun();
            }
        }

        @Override
        public long besidesNano() {
            Hedge made = hedge;
            return made != null && made.userPays() ? made.costNano() : 0;
        }

        @Override
        public boolean goesOn(Unfinished cut) {
            if (!itinerary.resumes()) {
                return false;
            }
            live.remove(this);
            brokenOff = true;
            visit.brokeOff();
            tellHeldBack("passed");
            legs.failed(choice.option(), BROKE_OFF);
            return Journey.this.goesOn(cut);
        }

        @Override
        public void failed(AttemptFailure failure) {
            live.remove(this);
            visit.failed(failure);
            tellHeldBack(failure.blames() == Blame.ENDPOINT ? "cut" : "left");
            steering.metrics()
                    .attemptFailed(
                            here().endpoint().provider().name(),
                            failure.kind().name().toLowerCase(Locale.ROOT));
            if (before != null) {
                continuingFailed(before, failure, choice.option());
            } else if (failure.kind() != Kind.OUTRUN) {
                attemptFailed(failure, choice.option());
            }
        }

        @Override
        public void ended(Charge charge) {
            live.remove(this);
            if (!brokenOff) {
                visit.ended(charge, before == null);
                tellHeldBack("passed");
            }
            if (before != null) {
                steering.metrics().continued(charge.ending() == Charge.Ending.COMPLETED ? "whole" : "cut");
            }
        }

        private void tellHeldBack(String outcome) {
            if (heldBack) {
                steering.metrics().heldBack(here().endpoint().provider().name(), outcome);
            }
        }
    }
}
