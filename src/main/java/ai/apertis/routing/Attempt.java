package ai.apertis.routing;

import ai.apertis.billing.Charge;
import ai.apertis.dialect.ApiException;
import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.dispatch.AttemptFailure.Blame;
import ai.apertis.dispatch.AttemptFailure.Kind;
import ai.apertis.dispatch.AttemptWatch;
import ai.apertis.dispatch.ProviderCall;
import ai.apertis.dispatch.Unfinished;
import ai.apertis.routing.Chooser.Choice;
import ai.apertis.routing.health.Visit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One attempt: tells the health of its endpoint what becomes of it, and then its journey, which knows what comes next. */
final class Attempt implements AttemptWatch {
    private final Journey journey;
    private final Steering steering;
    private final Itinerary itinerary;
    private final Choice choice;
    private final Visit visit;
    private final @Nullable Unfinished before;
    private @Nullable ProviderCall call;
    private boolean heldBack;
    private boolean brokenOff;

    /**
     * An attempt that is not made yet.
     *
     * @param journey whose
     * @param steering what all journeys share
     * @param itinerary what is planned for the request
     * @param stream whether a stream is asked for
     * @param choice whom to ask
     * @param before the stream that it goes on with, null when it begins one
     */
    Attempt(
            Journey journey,
            Steering steering,
            Itinerary itinerary,
            boolean stream,
            Choice choice,
            @Nullable Unfinished before) {
        this.journey = journey;
        this.steering = steering;
        this.itinerary = itinerary;
        this.choice = choice;
        this.before = before;
        this.visit = steering.health().visit(candidate().endpoint(), choice.key(), stream);
    }

    void begin() {
        try {
            ProviderCall made = journey.call(choice, before, this);
            call = made;
            steering.dispatch().send(made);
        } catch (ApiException refused) {
            failed(new AttemptFailure(Kind.INEXPRESSIBLE, refused.error()));
        }
    }

    /** The client is gone. */
    void abandon() {
        if (call != null) {
            call.abandon();
        }
    }

    /** The process stops. */
    void stop() {
        if (call != null) {
            call.stop();
        }
    }

    /** Another attempt answers. */
    void outrun() {
        if (call != null) {
            call.outrun();
        }
    }

    /** Who is asked. */
    Candidate candidate() {
        return choice.option().candidate();
    }

    Option option() {
        return choice.option();
    }

    /** The stream that it goes on with, null when it begins one. */
    @Nullable
    Unfinished before() {
        return before;
    }

    @Override
    public void askedAgain() {
        steering.metrics().retried("stale_connection");
    }

    @Override
    public void answering() {
        visit.answered();
        journey.answering(this);
        steering.affinity()
                .served(
                        itinerary.conversation(),
                        candidate().model().id(),
                        candidate().endpoint(),
                        choice.key());
    }

    @Override
    public boolean races() {
        return before == null && itinerary.hedged();
    }

    @Override
    public long holdBackMillis() {
        long millis = before == null && journey.othersFollow()
                ? choice.option().health().holdBackMillis()
                : 0;
        heldBack = millis > 0;
        return millis;
    }

    @Override
    public boolean mayAnswer() {
        return journey.mayAnswer(this);
    }

    @Override
    public long besidesNano() {
        return journey.besidesNano();
    }

    @Override
    public boolean goesOn(Unfinished cut) {
        if (!itinerary.resumes()) {
            return false;
        }
        brokenOff = true;
        visit.brokeOff();
        tellHeldBack("passed");
        return journey.brokeOff(this, cut);
    }

    @Override
    public void failed(AttemptFailure failure) {
        visit.failed(failure);
        tellHeldBack(failure.blames() == Blame.ENDPOINT ? "cut" : "left");
        steering.metrics()
                .attemptFailed(
                        candidate().endpoint().provider().name(),
                        failure.kind().name().toLowerCase(Locale.ROOT));
        journey.failed(this, failure);
    }

    @Override
    public void ended(Charge charge) {
        journey.ended(this);
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
            steering.metrics().heldBack(candidate().endpoint().provider().name(), outcome);
        }
    }
}
