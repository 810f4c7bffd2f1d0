package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Hold;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.Settlement;
import ai.apertis.catalog.Model;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dispatch.Answer;
import ai.apertis.dispatch.ClientHeaders;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.money.Usage;
import ai.apertis.routing.Candidate;
import ai.apertis.routing.Itinerary;
import ai.apertis.routing.Journey;
import ai.apertis.routing.Quote;
import ai.apertis.routing.TimeBudget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A question that the gateway asks a model for a client's sake, on the client's key: held for, routed and charged like any
 * request, with a row of usage of its own. Lives on the client's event loop.
 */
final class InnerCall implements Answer {
    private final ConversationParts parts;
    private final ClientRequest request;
    private final List<Candidate> candidates;
    private final Itinerary itinerary;
    private final Purse purse;
    private final TimeBudget budget;
    private final Promise<Buffer> answer = Promise.promise();
    private @Nullable Journey journey;
    private boolean abandoned;

    /**
     * A call.
     *
     * @param model who is asked
     * @param request not streamed
     * @param candidates the model's endpoints, at least one
     * @param budget the time there is
     */
    InnerCall(
            ConversationParts parts,
            KeyRecord key,
            Permissions permissions,
            Model model,
            ClientRequest request,
            List<Candidate> candidates,
            TimeBudget budget) {
        this.parts = parts;
        this.request = request;
        this.candidates = candidates;
        this.itinerary = new Itinerary(
                candidates,
                false,
                null,
                false,
                false,
                false,
                ClientHeaders.of(request.dialect(), HttpHeaders.headers()));
        this.purse = new Purse(parts, key, permissions.plan().orElse(null), model, itinerary, request);
        this.budget = budget;
    }

    /**
     * Makes it.
     *
     * @return the answer's body, once it is paid for; fails with {@link ai.apertis.dialect.ApiException}
     */
    Future<Buffer> ask() {
        purse.first().onSuccess(this::hold).onFailure(answer::tryFail);
        return answer.future();
    }

    private void hold(Quote covering) {
        long since = System.nanoTime();
        Hold taken = parts.billing().hold(purse.holdRequest(covering));
        taken.outcome().onSuccess(outcome -> {
            if (!(outcome instanceof HoldOutcome.Held)) {
                answer.tryFail(purse.refusal(outcome).exception());
                return;
            }
            parts.metrics().holdTaken(System.nanoTime() - since);
            if (abandoned) {
                failed(taken, Errors.CLIENT_GONE, candidates.getFirst());
            } else {
                travel(taken, covering);
            }
        });
    }

    private void travel(Hold taken, Quote covering) {
        Journey made = new Journey(
                parts.steering(),
                request,
                itinerary,
                covering.terms(request.choices(), false, 0),
                taken,
                budget,
                this,
                (error, last) -> failed(taken, error, last));
        journey = made;
        made.go();
    }

    private void failed(Hold taken, ApiError error, Candidate last) {
        taken.abort(new Charge(
                        Usage.NONE,
                        0,
                        last.model().id(),
                        last.endpoint().provider().name(),
                        last.endpoint().priceVersion(),
                        error.status(),
                        abandoned ? Charge.Ending.CLIENT_GONE : Charge.Ending.FAILED,
                        false,
                        -1,
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - budget.arrivedNanos())))
                .onSuccess(settled -> parts.metrics().holdEnded());
        answer.tryFail(error.exception());
    }

    /** The client is gone. */
    void abandon() {
        abandoned = true;
        Journey made = journey;
        if (made != null) {
            made.abandon();
        }
    }

    @Override
    public void refused(HoldOutcome outcome) {
        answer.tryFail(Errors.UNAVAILABLE.exception());
    }

    @Override
    public void begin(Model answering) {}

    @Override
    public void write(Buffer bytes) {}

    @Override
    public boolean isFull() {
        return false;
    }

    @Override
    public void onDrain(Runnable resume) {
        resume.run();
    }

    @Override
    public void end(Charge charge, @Nullable Settlement settlement) {
        parts.metrics().holdEnded();
        answer.tryFail(Errors.INTERNAL.exception());
    }

    @Override
    public void whole(Buffer body, Charge charge, @Nullable Settlement settlement) {
        parts.metrics().holdEnded();
        answer.tryComplete(body);
    }

    @Override
    public void cut(Charge charge, @Nullable Settlement settlement, @Nullable ApiError error) {
        parts.metrics().holdEnded();
        answer.tryFail((error == null ? Errors.CLIENT_GONE : error).exception());
    }
}
