package ai.apertis.ingress;

import ai.apertis.billing.BucketKind;
import ai.apertis.billing.Charge;
import ai.apertis.billing.Hold;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.HoldRequest;
import ai.apertis.billing.Settlement;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.ModelRef;
import ai.apertis.catalog.Plan;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.InputSize;
import ai.apertis.dispatch.Answer;
import ai.apertis.dispatch.AttemptFailure;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.money.NanoUsd;
import ai.apertis.money.Usage;
import ai.apertis.routing.Candidate;
import ai.apertis.routing.Hedge;
import ai.apertis.routing.Itinerary;
import ai.apertis.routing.Journey;
import ai.apertis.routing.Quote;
import ai.apertis.routing.Quoter;
import ai.apertis.routing.TimeBudget;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request from its hold to its end. Lives on the client's event loop. */
final class Conversation {
    private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);
    private static final String CONTINUED_BY = "x-apertis-continued-by";

    private final ConversationParts parts;
    private final Exchange exchange;
    private final KeyRecord key;
    private final Permissions permissions;
    private final String from;
    private final ModelRef asked;
    private final Itinerary itinerary;
    private final List<Candidate> candidates;
    private final TimeBudget budget;
    /** What a second attempt may cost the user beside the answer, nano-USD. */
    private final long besidesNano;

    private final Keeping keeping;
    private final Context loop = Vertx.currentContext();
    private ClientRequest request;
    private @Nullable Abridging abridging;
    private @Nullable Function<byte[], ClientRequest> reread;
    private Quoter quoter;
    private @Nullable Quote quote;
    private boolean counted;
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
        this.from = from;
        this.asked = asked;
        this.itinerary = itinerary;
        this.candidates = itinerary.candidates();
        this.budget = budget;
        this.keeping = keeping;
        Quoter plain = parts.quotes().of(request, candidates);
        this.besidesNano = itinerary.hedged() && itinerary.userPaysHedge() ? plain.outrunNano() : 0;
        this.quoter = plain.beside(besidesNano);
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
                    quoter = parts.quotes().of(request, candidates).beside(besidesNano);
                    begin();
                }));
    }

    private void begin() {
        if (over) {
            return;
        }
        quoter.first()
                .ifPresentOrElse(
                        this::hold,
                        () -> counted(
                                this::begin,
                                () -> turnedAway(Refusals.tooDear(quoter).exception())));
    }

    /** Counts the prompt, once, because by its size there is too little money for it. */
    private void counted(Runnable again, Runnable inVain) {
        if (counted) {
            inVain.run();
            return;
        }
        counted = true;
        parts.quotes()
                .count(request)
                .onSuccess(tokens -> step(() -> tokens.ifPresentOrElse(
                        bound -> {
                            quoter = quoter.counted(bound);
                            again.run();
                        },
                        inVain)))
                .onFailure(this::turnedAway);
    }

    private void hold(Quote covering) {
        quote = covering;
        long since = System.nanoTime();
        Hold taken = parts.billing().hold(holdRequest(covering));
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

    private HoldRequest holdRequest(Quote covering) {
        InputSize size = request.input();
        Plan plan = permissions.plan().orElse(null);
        Map<String, Long> quotas = quotas(plan);
        return new HoldRequest(
                key.accountId(),
                key.id(),
                asked.model().id(),
                covering.amountNano() + besidesNano,
                plan == null ? null : plan.name(),
                quotas.values().stream().mapToLong(Long::longValue).max().orElse(0),
                quotas,
                // What is put in on the way is bounded, not known, and would teach wrongly.
                request.isCountable() ? size.textBytes() : 0,
                size.attachments());
    }

    /** What each model that may answer takes of a subscription: held is the most of it, charged what the one that did takes. */
    private Map<String, Long> quotas(@Nullable Plan plan) {
        return plan == null
                ? Map.of()
                : candidates.stream()
                        .map(Candidate::model)
                        .distinct()
                        .collect(Collectors.toMap(Model::id, plan::multiplierThousandths));
    }

    private void travel(Hold taken, Quote covering) {
        HttpAnswer client = new HttpAnswer(
                exchange, outcome -> step(() -> refused(outcome)), this::headers, this::trailers, this::ended);
        Answer answer = keeping.around(client, taken, this::clientGone);
        Journey made = new Journey(
                parts.steering(),
                request,
                itinerary,
                covering.terms(request.choices(), tellsCost(), besidesNano),
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

    /** Too little for all that was asked may still be enough for a shorter answer, or for a prompt that is counted. */
    private void refused(HoldOutcome outcome) {
        paying = null;
        Quote before = quote;
        if (before != null
                && outcome instanceof HoldOutcome.TooLittle little
                && !little.reserved()
                && little.bucket() != BucketKind.CYCLE_QUOTA
                && little.leftNano() < before.amountNano() + besidesNano) {
            cheaper(little, before);
        } else {
            turnedAway(outcome);
        }
    }

    private void cheaper(HoldOutcome.TooLittle little, Quote before) {
        long left = little.leftNano() - besidesNano;
        Optional<Quote> smaller = mayCap() && !before.capped()
                ? quoter.within(left)
                : quoter.first().filter(quoted -> quoted.amountNano() <= left);
        smaller.ifPresentOrElse(this::hold, () -> counted(() -> cheaper(little, before), () -> turnedAway(little)));
    }

    private void turnedAway(HoldOutcome outcome) {
        parts.metrics().holdRefused(outcome.getClass().getSimpleName());
        turnedAway(Refusals.of(outcome, quoter).exception());
    }

    private void turnedAway(Throwable why) {
        leave();
        keeping.refused();
        exchange.fail(why);
    }

    private boolean mayCap() {
        return !"off".equalsIgnoreCase(exchange.request().getHeader("x-apertis-max-tokens-cap"));
    }

    private void headers() {
        if (request.stream()) {
            streaming = true;
            parts.metrics().streamOpened();
        }
        HttpServerResponse response = exchange.response();
        Quote covering = quote;
        if (covering != null && covering.capped()) {
            response.putHeader("x-apertis-max-tokens-capped", Long.toString(covering.outputTokens()));
        }
        Journey made = journey;
        if (made != null) {
            tellOfFallback(made, response);
            tellOfHedge(made.hedge(), response);
            if (itinerary.resumes()) {
                response.putHeader("trailer", CONTINUED_BY);
            }
        }
    }

    private void trailers() {
        Candidate continuedBy = journey == null ? null : journey.continuedBy();
        if (continuedBy != null) {
            exchange.response().putTrailer(CONTINUED_BY, continuedBy.model().id());
        }
    }

    private static void tellOfHedge(@Nullable Hedge hedge, HttpServerResponse response) {
        if (hedge != null) {
            response.putHeader("x-apertis-hedged", "true")
                    .putHeader(
                            "x-apertis-hedge-cost-usd",
                            NanoUsd.toUsd(hedge.costNano()).toPlainString())
                    .putHeader("x-apertis-hedge-payer", hedge.userPays() ? "user" : "operator");
        }
    }

    private void tellOfFallback(Journey made, HttpServerResponse response) {
        String answered = made.candidate().model().id();
        if (answered.equals(from)) {
            return;
        }
        boolean unknown = !from.equals(asked.model().id());
        AttemptFailure why = made.firstFailure();
        response.putHeader("X-Fallback-Used", "true")
                .putHeader("X-Fallback-From", printable(from))
                .putHeader("X-Actual-Model", answered)
                .putHeader(
                        "X-Fallback-Reason",
                        unknown
                                ? "model_not_found"
                                : why == null
                                        ? "service_unavailable"
                                        : why.error().code());
    }

    /** A name that nobody knows is whatever the client wrote. */
    private static String printable(String name) {
        String ascii = name.replaceAll("[^!-~]", "?");
        return ascii.length() > 200 ? ascii.substring(0, 200) : ascii;
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
            exchange.response()
                    .putHeader("X-Timeout-Attempts", Integer.toString(journey.attempts()))
                    .putHeader("X-Timeout-Elapsed-Ms", Long.toString(elapsed));
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
        Plan plan = permissions.plan().orElse(null);
        HoldRequest nothing =
                new HoldRequest(key.accountId(), key.id(), model().id(), 0, plan == null ? null : plan.name(), 0);
        new Passenger(
                        parts.billing(),
                        exchange,
                        nothing,
                        model(),
                        answer,
                        how,
                        outcome -> Refusals.of(outcome, quoter),
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
