package ai.apertis.ingress;

import ai.apertis.billing.BucketKind;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.HoldRequest;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.Plan;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.InputSize;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.routing.Candidate;
import ai.apertis.routing.Itinerary;
import ai.apertis.routing.Quote;
import ai.apertis.routing.Quoter;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How much is held for one request: at first what it may cost when there is plenty; where there is too little for that, what
 * it may cost with its prompt counted or its answer made shorter. Lives on the client's event loop.
 */
final class Purse {
    private final ConversationParts parts;
    private final KeyRecord key;
    private final @Nullable Plan plan;
    private final Model asked;
    private final List<Candidate> candidates;
    /** What a second attempt may cost the user beside the answer, nano-USD. */
    private final long besidesNano;

    private ClientRequest request;
    private Quoter quoter;
    private @Nullable Quote quote;
    private boolean counted;

    /**
     * A purse of which nothing has been asked.
     *
     * @param parts the rest of the house
     * @param key who pays
     * @param plan of that key, null when it has none
     * @param asked the model asked for, or the one in its place
     * @param itinerary who may answer
     * @param request what is asked
     */
    Purse(
            ConversationParts parts,
            KeyRecord key,
            @Nullable Plan plan,
            Model asked,
            Itinerary itinerary,
            ClientRequest request) {
        this.parts = parts;
        this.key = key;
        this.plan = plan;
        this.asked = asked;
        this.candidates = itinerary.candidates();
        this.request = request;
        Quoter plain = parts.quotes().of(request, candidates);
        this.besidesNano = itinerary.hedged() && itinerary.userPaysHedge() ? plain.outrunNano() : 0;
        this.quoter = plain.beside(besidesNano);
    }

    /** Another request is served in the place of the one that came: the same with its older turns summarised. */
    void isFor(ClientRequest shorter) {
        request = shorter;
        quoter = parts.quotes().of(shorter, candidates).beside(besidesNano);
    }

    /**
     * What is held when there is plenty.
     *
     * @return fails with {@link ApiException} when what the request says it may cost is less than its prompt alone
     */
    Future<Quote> first() {
        return quoted(() -> quoter.first(), () -> Refusals.tooDear(quoter).exception());
    }

    /**
     * What may be held after the ledger said no: too little for all that was asked may still be enough for a shorter answer,
     * or for a prompt that is counted.
     *
     * @param outcome what the ledger said of the last quote
     * @param mayCap whether the answer may be made shorter than asked
     * @return fails with {@link ApiException}, what the client is told, when nothing is
     */
    Future<Quote> after(HoldOutcome outcome, boolean mayCap) {
        Quote before = quote;
        if (before == null
                || !(outcome instanceof HoldOutcome.TooLittle little)
                || little.reserved()
                || little.bucket() == BucketKind.CYCLE_QUOTA
                || little.leftNano() >= before.amountNano() + besidesNano) {
            return Future.failedFuture(turnedAway(outcome));
        }
        long left = little.leftNano() - besidesNano;
        return quoted(
                () -> mayCap && !before.capped()
                        ? quoter.within(left)
                        : quoter.first().filter(smaller -> smaller.amountNano() <= left),
                () -> turnedAway(little));
    }

    /** A quote; if there is none, one with the prompt counted, once, since by its size there is too little money for it. */
    private Future<Quote> quoted(Supplier<Optional<Quote>> quoting, Supplier<ApiException> inVain) {
        Quote found = quoting.get().orElse(null);
        if (found != null) {
            quote = found;
            return Future.succeededFuture(found);
        }
        if (counted) {
            return Future.failedFuture(inVain.get());
        }
        counted = true;
        return parts.quotes().count(request).compose(tokens -> {
            if (tokens.isEmpty()) {
                return Future.failedFuture(inVain.get());
            }
            quoter = quoter.counted(tokens.get());
            return quoted(quoting, inVain);
        });
    }

    private ApiException turnedAway(HoldOutcome outcome) {
        parts.metrics().holdRefused(outcome.getClass().getSimpleName());
        return refusal(outcome).exception();
    }

    /** What the client is told when the ledger said no. */
    ApiError refusal(HoldOutcome outcome) {
        return Refusals.of(outcome, quoter);
    }

    /** The last quote, which covers the answer; null before there was one. */
    @Nullable
    Quote quote() {
        return quote;
    }

    /** What is held beside the answer, for a second attempt, nano-USD. */
    long besidesNano() {
        return besidesNano;
    }

    /** What to hold for a quote. */
    HoldRequest holdRequest(Quote covering) {
        InputSize size = request.input();
        Map<String, Long> quotas = quotas();
        return new HoldRequest(
                key.accountId(),
                key.id(),
                asked.id(),
                covering.amountNano() + besidesNano,
                plan == null ? null : plan.name(),
                quotas.values().stream().mapToLong(Long::longValue).max().orElse(0),
                quotas,
                // What is put in on the way is bounded, not known, and would teach wrongly.
                request.isCountable() ? size.textBytes() : 0,
                size.attachments());
    }

    /** What each model that may answer takes of a subscription: held is the most of it, charged what the one that did takes. */
    private Map<String, Long> quotas() {
        return plan == null
                ? Map.of()
                : candidates.stream()
                        .map(Candidate::model)
                        .distinct()
                        .collect(Collectors.toMap(Model::id, plan::multiplierThousandths));
    }

    /** A hold of nothing, for an answer that another has paid. */
    HoldRequest holdOfNothing() {
        return new HoldRequest(key.accountId(), key.id(), asked.id(), 0, plan == null ? null : plan.name(), 0);
    }
}
