package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Hold;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.Settlement;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.ModelRef;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dispatch.Answer;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.money.Usage;
import ai.apertis.routing.Candidate;
import ai.apertis.routing.Itinerary;
import ai.apertis.routing.Journey;
import ai.apertis.routing.Quote;
import ai.apertis.routing.TimeBudget;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from its hold to its end. Reads top to bottom as that way: its pace, its money, its journey to a provider, what
 * its client is told, its end. Lives on the client's event loop.
 */
final class Conversation {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

    private final ConversationParts parts;
    private final Exchange exchange;
    private final KeyRecord key;
    private final Permissions permissions;
    private final ModelRef asked;
    private final Itinerary itinerary;
    private final List<Candidate> candidates;
    private final TimeBudget budget;
    private final Keeping keeping;
    private final Purse purse;
    private final AnswerHeaders headers;
    private final Context loop = Vertx.currentContext();
    private ClientRequest request;
    private @Nullable Abridging abridging;
    private @Nullable Function<byte[], ClientRequest> reread;
    /** What pays, from when it was asked for until it was refused. */
    private @Nullable Hold paying;

    private @Nullable Journey journey;
    private boolean broken;
    private boolean clientGone;
    private boolean over;
    private boolean streaming;

    /**
     * A request that may be served.
     *
     * @param from the id of the model asked for, or the name as it was written when nobody knows it
     * @param asked that model, or the first fallback in the place of an unknown one
     * @param itinerary who may answer, in order
     */
    Conversation(
            ConversationParts parts,
            Exchange exchange,
            KeyRecord key,
            Permissions permissions,
            ClientRequest request,
            String from,
            ModelRef asked,
            Itinerary itinerary,
            TimeBudget budget,
            Keeping keeping) {
        this.parts = parts;
        this.exchange = exchange;
        this.key = key;
        this.permissions = permissions;
        this.request = request;
        this.asked = asked;
        this.itinerary = itinerary;
        this.candidates = itinerary.candidates();
        this.budget = budget;
        this.keeping = keeping;
        this.purse = new Purse(parts, key, permissions.plan().orElse(null), asked.model(), itinerary, request);
        this.headers =
                new AnswerHeaders(exchange.response(), from, asked.model().id());
    }

    /**
     * Lets the request in at its key's pace, then sets the money aside; where there is plenty, the provider is asked at the
     * same moment.
     */
    void admit() {
        exchange.response().closeHandler(closed -> clientGone());
        parts.departure().enters(this);
        step(() -> parts.pace()
                .enter(exchange, key, asked, request)
                .onSuccess(in -> step(this::abridge))
                .onFailure(this::turnedAway));
    }

    /** Ends the request when something unforeseen happens in a step, which Vert.x would only log while the client waits. */
    private void step(Runnable next) {
        if (broken) {
            return;
        }
        try {
            next.run();
        } catch (RuntimeException unforeseen) {
            breakOff(unforeseen);
        }
    }

    private void breakOff(RuntimeException unforeseen) {
        Hold held = paying;
        if (held == null) {
            broken = true;
            turnedAway(unforeseen);
            return;
        }
        LOG.error("request {} failed", exchange.id(), unforeseen);
        failed(held, Errors.INTERNAL, candidates.getFirst());
        broken = true;
        Journey made = journey;
        if (made != null) {
            made.abandon();
        }
    }

    /**
     * Has the older turns summarised before anything is held.
     *
     * @param shorter does it
     * @param reader reads the body that comes of it
     */
    void firstly(Abridging shorter, Function<byte[], ? extends ClientRequest> reader) {
        abridging = shorter;
        reread = reader::apply;
    }

    private void abridge() {
        Abridging shorter = abridging;
        Function<byte[], ClientRequest> reader = reread;
        if (shorter == null || reader == null) {
            begin();
            return;
        }
        shorter.run(candidates.getFirst(), permissions, budget)
                .onSuccess(body -> step(() -> {
                    if (clientGone) {
                        turnedAway(Errors.CLIENT_GONE.exception());
                        return;
                    }
                    request = reader.apply(body);
                    purse.isFor(request);
                    begin();
                }));
    }

    private void begin() {
        if (over) {
            return;
        }
        purse.first().onSuccess(covering -> step(() -> hold(covering))).onFailure(this::turnedAway);
    }

    private void hold(Quote covering) {
        if (over) {
            // The process stopped while the prompt was counted.
            return;
        }
        long since = System.nanoTime();
        Hold taken = parts.billing().hold(purse.holdRequest(covering));
        paying = taken;
        taken.outcome().onSuccess(outcome -> {
            if (outcome instanceof HoldOutcome.Held) {
                parts.metrics().holdTaken(System.nanoTime() - since);
            }
        });
        if (taken.mayOverlap() && !keeping.comesFirst()) {
            travel(taken, covering);
        } else {
            taken.outcome().onSuccess(outcome -> step(() -> answered(taken, covering, outcome)));
        }
    }

    private void answered(Hold taken, Quote covering, HoldOutcome outcome) {
        if (outcome instanceof HoldOutcome.Held) {
            keeping.before(taken)
                    .onSuccess(ready -> step(() -> setOut(taken, covering)))
                    .onFailure(unready -> failed(taken, Errors.UNAVAILABLE, candidates.getFirst()));
        } else {
            refused(outcome);
        }
    }

    private void setOut(Hold taken, Quote covering) {
        if (clientGone) {
            failed(taken, Errors.CLIENT_GONE, candidates.getFirst());
        } else {
            travel(taken, covering);
        }
    }

    private void travel(Hold taken, Quote covering) {
        HttpAnswer client = new HttpAnswer(
                exchange, outcome -> step(() -> refused(outcome)), this::beforeHead, this::beforeEnd, this::ended);
        Answer answer = keeping.around(client, taken, this::clientGone);
        Journey made = new Journey(
                parts.steering(),
                request,
                itinerary,
                covering.terms(request.choices(), tellsCost(), purse.besidesNano()),
                taken,
                budget,
                answer,
                (error, last) -> failed(taken, error, last));
        journey = made;
        exchange.upstreamBegins();
        made.go();
    }

    /** Whether the answer says in its own body what it cost. */
    boolean tellsCost() {
        boolean openAi = request.dialect() == DialectName.OPENAI || request.dialect() == DialectName.OPENAI_RESPONSES;
        return openAi
                && (request.spending().includeCost()
                        || key.settings().includeCost()
                        || "true".equalsIgnoreCase(exchange.request().getHeader("x-apertis-include-cost")));
    }

    /** The ledger said no, perhaps while a provider was asked already; it may say yes to less. */
    private void refused(HoldOutcome outcome) {
        paying = null;
        purse.after(outcome, mayCap())
                .onSuccess(covering -> step(() -> hold(covering)))
                .onFailure(this::turnedAway);
    }

    private void turnedAway(Throwable why) {
        leave();
        keeping.refused();
        exchange.fail(why);
    }

    private boolean mayCap() {
        return !"off".equalsIgnoreCase(exchange.request().getHeader("x-apertis-max-tokens-cap"));
    }

    private void beforeHead() {
        if (request.stream()) {
            streaming = true;
            parts.metrics().streamOpened();
        }
        headers.cap(purse.quote());
        Journey made = journey;
        if (made != null) {
            headers.fallback(made);
            headers.hedge(made.hedge());
            if (itinerary.resumes()) {
                headers.continuable();
            }
        }
    }

    private void beforeEnd() {
        Candidate continuedBy = journey == null ? null : journey.continuedBy();
        if (continuedBy != null) {
            headers.continuedBy(continuedBy);
        }
    }

    private void failed(Hold taken, ApiError error, Candidate last) {
        if (broken) {
            return;
        }
        leave();
        long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - budget.arrivedNanos());
        Charge nothing = new Charge(
                Usage.NONE,
                0,
                last.model().id(),
                last.endpoint().provider().name(),
                last.endpoint().priceVersion(),
                error.status(),
                clientGone ? Charge.Ending.CLIENT_GONE : Charge.Ending.FAILED,
                request.stream(),
                -1,
                elapsed);
        taken.abort(nothing).onSuccess(settled -> parts.metrics().holdEnded());
        if (error.status() == 408 && journey != null && !exchange.response().headWritten()) {
            headers.timeout(journey.attempts(), elapsed);
        }
        exchange.charged(nothing, null);
        keeping.failed(error);
        exchange.fail(error);
    }

    private void ended(Charge charge, @Nullable Settlement settlement) {
        leave();
        parts.metrics().holdEnded();
        if (settlement == null) {
            parts.metrics().settlementLate();
        } else if (settlement.shortfallNano() > 0) {
            parts.metrics().shortfall(settlement.shortfallNano());
        }
        if (streaming) {
            parts.metrics().streamClosed();
        }
        exchange.charged(charge, settlement);
        exchange.over();
    }

    private void leave() {
        over = true;
        parts.departure().leaves(this);
    }

    /** The process stops: it ends with an error and is charged what was served. For any thread. */
    void stop() {
        loop.runOnContext(here -> {
            if (over) {
                return;
            }
            if (journey != null) {
                journey.stop();
            } else {
                // Whatever is being waited for, a hold among it, finds nobody and is given back.
                clientGone = true;
                turnedAway(Errors.LEAVING.exception());
            }
        });
    }

    /** The model that is asked for, or the one in its place. */
    Model model() {
        return asked.model();
    }

    /**
     * Serves the request from another's answer, or like any other should that fail before it began.
     *
     * @param answer the other's
     * @param how what the client is told of it
     */
    void ride(Flight answer, String how) {
        new Passenger(
                        parts.billing(),
                        exchange,
                        purse.holdOfNothing(),
                        model(),
                        answer,
                        how,
                        purse::refusal,
                        this::admit)
                .board();
    }

    private void clientGone() {
        clientGone = true;
        if (abridging != null) {
            abridging.abandon();
        }
        if (journey != null && !keeping.outlives()) {
            journey.abandon();
        }
    }
}
