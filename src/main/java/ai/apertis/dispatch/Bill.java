package ai.apertis.dispatch;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Charge.Ending;
import ai.apertis.billing.Settlement;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.TokenCounter;
import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Turns what a call consumed into its charge and waits for it to be durable: the gate of the last event. */
final class Bill {
    /** A client does not wait longer than this for the ledger; the settlement itself stays queued. */
    private static final long SETTLE_WAIT_MILLIS = 2_000;

    /**
     * A charge and, when it became durable in time, its settlement.
     *
     * @param lost whether a peer had settled the hold before, from the checkpoint: the request may not end as a success
     */
    record Settled(Charge charge, @Nullable Settlement settlement, boolean lost) {
        /** What the answer is told of it. */
        Receipt receipt(Terms terms) {
            return new Receipt(
                    charge.usage(),
                    !terms.tellsCost()
                            ? null
                            : settlement == null ? charge.costNano() : Long.valueOf(settlement.chargedNano()));
        }
    }

    private final Vertx vertx;
    private final TokenCounter tokens;
    private final ProviderCall call;
    private long firstByteNanos;
    private boolean content;

    Bill(Vertx vertx, TokenCounter tokens, ProviderCall call) {
        this.vertx = vertx;
        this.tokens = tokens;
        this.call = call;
        Unfinished before = call.before();
        this.firstByteNanos = before == null ? -1 : before.firstByteNanos();
    }

    void firstByte() {
        if (firstByteNanos < 0) {
            firstByteNanos = System.nanoTime();
        }
    }

    /** Content is here; cheap when called again. */
    void content() {
        if (!content) {
            content = true;
            call.watch().answering();
        }
    }

    /**
     * Charges the call.
     *
     * @param told what the provider says was used; null to count it here
     * @param text the text that was served
     * @param untoldBytes how much of the text was served after the provider last told of output, bytes
     * @param ending how it ended
     * @return never fails
     */
    Future<Settled> settle(@Nullable Usage told, TextSample text, long untoldBytes, Ending ending) {
        return used(told, text, untoldBytes).compose(usage -> commit(usage, ending));
    }

    /** What was used, as told or counted here, with all that this call goes on with. */
    Future<Usage> used(@Nullable Usage told, TextSample text, long untoldBytes) {
        boolean all = untoldBytes == 0 && told != null && !(told.completionTokens() == 0 && text.totalBytes() > 0);
        Future<Usage> own = told != null && (told.isOfMedia() || all)
                ? Future.succeededFuture(told)
                : vertx.executeBlocking(() -> believed(told, counted(text), text, untoldBytes), false);
        Unfinished before = call.before();
        return before == null ? own : own.map(more -> before.usage().goingOn(more));
    }

    /**
     * What a use costs. Of a stream that goes on with another's it is what that one cost, and what the further output costs
     * here: as if one provider had written it all, the prompt is paid once.
     *
     * @param usage of the whole answer
     * @return nano-USD
     */
    long cost(Usage usage) {
        Prices prices = call.client().priced(call.endpoint().prices());
        Unfinished before = call.before();
        return before == null
                ? prices.cost(usage)
                : before.costNano() + Math.max(0, prices.cost(usage) - prices.cost(before.usage()));
    }

    /**
     * What a crash at this moment would have to charge of a stream.
     *
     * @param own what this call has used, by length where nobody tells until the end
     * @return nano-USD, 0 as long as nothing has reached the client
     */
    long costSoFar(Usage own) {
        Unfinished before = call.before();
        return firstByteNanos < 0
                ? 0
                : cost(before == null ? own : before.usage().goingOn(own));
    }

    /** When the first byte went out, by {@link System#nanoTime}; -1 when none did. */
    long firstByteNanos() {
        return firstByteNanos;
    }

    /**
     * What is charged when a provider has not told all, as in a stream that ends before its usage: no provider reads a
     * prompt or serves text for nothing, so what it tells nothing of is taken as counted here: the prompt, or its share of
     * the text.
     */
    private static Usage believed(@Nullable Usage told, Usage counted, TextSample text, long untoldBytes) {
        if (told == null || told.promptTokens() == 0) {
            return counted;
        }
        if (told.completionTokens() == 0) {
            return told.withOutput(counted.outputTokens());
        }
        long more = text.totalBytes() == 0 ? 0 : Math.ceilDiv(counted.outputTokens() * untoldBytes, text.totalBytes());
        return told.withMoreOutput(more);
    }

    private Usage counted(TextSample text) {
        return Usage.ofTokens(tokens.count(call.client().promptText()), tokens.count(text))
                .asEstimate();
    }

    /** Charges a use. */
    Future<Settled> commit(Usage usage, Ending ending) {
        Charge charge = charge(usage, ending);
        call.watch().ended(charge);
        return call.hold()
                .commit(charge)
                .timeout(SETTLE_WAIT_MILLIS, TimeUnit.MILLISECONDS)
                .map(settlement -> new Settled(charge, settlement, isLost()))
                .otherwise(late -> new Settled(charge, null, isLost()));
    }

    private boolean isLost() {
        return call.hold().lost().isComplete();
    }

    private Charge charge(Usage usage, Ending ending) {
        long now = System.nanoTime();
        // A stream that others went on with is told of as that of the one that began it, as its headers did.
        Unfinished before = call.before();
        ProviderCall first = before == null ? call : before.first();
        return new Charge(
                usage,
                cost(usage) + call.watch().besidesNano(),
                first.model().id(),
                first.endpoint().provider().name(),
                first.endpoint().priceVersion(),
                200,
                ending,
                call.client().stream(),
                firstByteNanos < 0 ? -1 : millisSinceArrival(firstByteNanos),
                millisSinceArrival(now));
    }

    private long millisSinceArrival(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - call.arrivedNanos());
    }
}
