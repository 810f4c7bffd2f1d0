package ai.apertis.routing;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Hold;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dispatch.Answer;
import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.dispatch.AttemptFailure.Kind;
import ai.apertis.dispatch.AttemptWatch;
import ai.apertis.dispatch.ProviderCall;
import ai.apertis.routing.Chooser.Choice;
import ai.apertis.routing.health.Visit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
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
    private final Quote quote;
    private final Hold hold;
    private final Answer answer;
    private final End end;
    private final TimeBudget budget;
    private final Chooser chooser;
    /** What is left to try, a list per model, in order. */
    private final List<List<Option>> legs = new ArrayList<>();

    private Candidate candidate;
    private int attempts;
    private @Nullable ProviderCall call;
    private @Nullable AttemptFailure firstFailure;
    private @Nullable AttemptFailure lastFailure;

    /**
     * A journey.
     *
     * @param steering what all journeys share
     * @param client the client's request
     * @param itinerary who may answer, those of one model together, in the order of the models; not empty
     * @param quote what the hold covers
     * @param hold pays
     * @param budget the time there is
     * @param answer where the answer goes
     * @param end told when no attempt answered
     */
    public Journey(
            Steering steering,
            ClientRequest client,
            Itinerary itinerary,
            Quote quote,
            Hold hold,
            TimeBudget budget,
            Answer answer,
            End end) {
        this.steering = steering;
        this.client = client;
        this.quote = quote;
        this.hold = hold;
        this.budget = budget;
        this.answer = answer;
        this.end = end;
        this.chooser = new Chooser(steering.chance());
        this.itinerary = itinerary;
        this.candidate = itinerary.candidates().getFirst();
        String model = "";
        for (Candidate each : itinerary.candidates()) {
            if (!each.model().id().equals(model)) {
                model = each.model().id();
                legs.add(new ArrayList<>());
            }
            legs.getLast().add(new Option(each, steering.health()));
        }
    }

    /** Makes the first attempt. */
    public void go() {
        steering.retries().earn();
        Choice choice = onward();
        if (choice == null) {
            end.failed(SPARED, candidate);
        } else {
            attempt(choice);
        }
    }

    /** Who comes next among the models that are left. Where nobody is well, a request in need is as good a probe as any. */
    private @Nullable Choice onward() {
        Choice well = first(this::usable);
        return well == null ? first(chooser::inNeed) : well;
    }

    private @Nullable Choice usable(List<Option> leg) {
        String model = leg.isEmpty() ? "" : leg.getFirst().candidate().model().id();
        Served last = itinerary.ordered() ? null : steering.affinity().last(itinerary.conversation(), model);
        return chooser.next(leg, last, client.stream());
    }

    /** The first choice there is; models that have none are left behind. */
    private @Nullable Choice first(Function<List<Option>, @Nullable Choice> choosing) {
        for (int leg = 0; leg < legs.size(); leg++) {
            Choice choice = choosing.apply(legs.get(leg));
            if (choice != null) {
                if (leg > 0 && firstFailure == null) {
                    firstFailure = new AttemptFailure(Kind.SPARED, SPARED);
                }
                legs.subList(0, leg).clear();
                return choice;
            }
        }
        return null;
    }

    private void attempt(Choice choice) {
        Option option = choice.option();
        candidate = option.candidate();
        attempts++;
        option.tries(choice.key());
        Attempt attempt = new Attempt(option, choice.key());
        try {
            ProviderCall made = call(choice, attempt);
            call = made;
            steering.dispatch().send(made);
        } catch (ApiException refused) {
            attempt.failed(new AttemptFailure(Kind.INEXPRESSIBLE, refused.error()));
        }
    }

    private ProviderCall call(Choice choice, AttemptWatch watch) {
        Candidate to = choice.option().candidate();
        boolean othersFollow = legs.size() > 1 || legs.getFirst().size() > 1;
        return new ProviderCall(
                hold,
                to.model(),
                to.endpoint(),
                choice.key(),
                client.bridge(to.target(quote.capped() ? quote.outputTokens() : -1)),
                client,
                answer,
                watch,
                budget.arrivedNanos(),
                Math.min(
                        budget.patienceMillis(othersFollow),
                        to.endpoint().provider().firstByteTimeoutMillis()));
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
        if (failure.isFinal()) {
            end.failed(failure.error(), candidate);
        } else if (budget.leftMillis() <= 0) {
            end.failed(timedOut(), candidate);
        } else {
            if (option.isSpent(failure)) {
                legs.getFirst().remove(option);
            }
            Choice choice = afterFailure(failure);
            if (choice == null) {
                end.failed(lastFailure.error(), candidate);
            } else {
                attempt(choice);
            }
        }
    }

    /** Another endpoint or key of the model, if a retry is granted; else a fallback model, which the client asked for. */
    private @Nullable Choice afterFailure(AttemptFailure failure) {
        boolean asked = failure.kind() != Kind.INEXPRESSIBLE;
        Choice same = usable(legs.getFirst());
        if (same != null && (!asked || steering.retries().take())) {
            steering.metrics().retried("endpoint");
            return same;
        }
        // What no endpoint can express is the client's own mistake.
        boolean mayFallBack = lastFailure != null && lastFailure.kind() != Kind.INEXPRESSIBLE;
        if (!mayFallBack || legs.size() == 1) {
            return null;
        }
        legs.removeFirst();
        Choice other = onward();
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

    /** Tells what becomes of one attempt to the health of its endpoint, and goes on when it failed. */
    private final class Attempt implements AttemptWatch {
        private final Option option;
        private final String key;
        private final Visit visit;

        Attempt(Option option, String key) {
            this.option = option;
            this.key = key;
            this.visit = steering.health().visit(option.candidate().endpoint(), key, client.stream());
        }

        @Override
        public void askedAgain() {
            steering.metrics().retried("stale_connection");
        }

        @Override
        public void answering() {
            visit.answered();
            Candidate here = option.candidate();
            steering.affinity().served(itinerary.conversation(), here.model().id(), here.endpoint(), key);
        }

        @Override
        public void failed(AttemptFailure failure) {
            visit.failed(failure);
            steering.metrics()
                    .attemptFailed(
                            option.provider().name(), failure.kind().name().toLowerCase(Locale.ROOT));
            attemptFailed(failure, option);
        }

        @Override
        public void ended(Charge charge) {
            visit.ended(charge);
        }
    }
}
