package ai.apertis.billing;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * Money set aside for one request. Without one, no provider can be called; it ends by {@link #commit} or {@link #abort},
 * exactly one of which takes effect. Belongs to the event loop that asked for it.
 */
public final class Hold {
    private static final Settlement NOTHING = new Settlement(0, 0, -1, 0);

    private final Billing billing;
    private final long requestId;
    private final HoldRequest request;
    private final boolean mayOverlap;
    private final Operation.Reply<Boolean> lost;
    private Future<HoldOutcome> outcome = Future.succeededFuture(new HoldOutcome.Unavailable());
    private @Nullable Future<Settlement> settlement;

    /** What is held and asked for in all: an extension names its total, so that one that arrives twice adds nothing. */
    private long totalNano;

    /** Written by the event loop that serves, read by the billing verticle. */
    private volatile long servedNano;

    Hold(Billing billing, long requestId, HoldRequest request, boolean mayOverlap) {
        this.billing = billing;
        this.requestId = requestId;
        this.request = request;
        this.mayOverlap = mayOverlap;
        this.lost = billing.reply();
        this.totalNano = request.amountNano();
    }

    void take(Operation.Take take) {
        outcome = take.reply.future();
        billing.send(take);
    }

    /**
     * The server-made id of the request, which is also its billing id. Never taken from a client.
     *
     * @return unique over all runs of all nodes
     */
    public long requestId() {
        return requestId;
    }

    /**
     * Whether the provider may be called before the hold is durable, because by what is remembered there is plenty.
     *
     * @return false when the answer must be awaited first
     */
    public boolean mayOverlap() {
        return mayOverlap;
    }

    /**
     * The ledger's answer. The gate of the first byte: nothing of an answer may reach the client before this is
     * {@link HoldOutcome.Held}.
     *
     * @return never fails
     */
    public Future<HoldOutcome> outcome() {
        return outcome;
    }

    /**
     * Asks for more money while streaming.
     *
     * @param moreNano nano-USD to add
     * @return {@link HoldOutcome.Held} when it was added; {@link HoldOutcome.TooLittle} with what may still be added, never
     *     told as reserved; anything else when the hold has ended. Waits as long as the ledger is away
     */
    public Future<HoldOutcome> extend(long moreNano) {
        if (settlement != null) {
            return Future.succeededFuture(new HoldOutcome.Unavailable());
        }
        long granted = totalNano;
        long wanted = Math.addExact(granted, moreNano);
        totalNano = wanted;
        return outcome.compose(answer -> {
                    if (!(answer instanceof HoldOutcome.Held) || settlement != null) {
                        return Future.<HoldOutcome>succeededFuture(new HoldOutcome.Unavailable());
                    }
                    Operation.Reply<HoldOutcome> reply = billing.reply();
                    billing.send(new Operation.Extend(this, wanted, reply));
                    return reply.future();
                })
                .onSuccess(answer -> {
                    if (!(answer instanceof HoldOutcome.Held) && totalNano == wanted) {
                        totalNano = granted;
                    }
                });
    }

    /**
     * Tells what the request has cost so far, for the checkpoint from which a crash is charged. Cheap: stores a number.
     *
     * @param servedNano nano-USD of what has reached the client; for a subscription's request, what it would cost by the
     *     token
     */
    public void progress(long servedNano) {
        this.servedNano = servedNano;
    }

    /**
     * Completes when this process was declared dead by its peers, after a long pause for instance: the hold is gone and
     * charged as far as it was checkpointed, so the request must end at once, unsuccessfully.
     *
     * @return never completes in a process that was not declared dead
     */
    public Future<Void> lost() {
        return lost.future().mapEmpty();
    }

    /**
     * Charges what was consumed and releases the rest. The gate of the last event: it may go out once this succeeded.
     * While the ledger is away the settlement stays queued and this stays incomplete; whoever waits may stop waiting, the
     * settlement is made all the same.
     *
     * @param charge how the request ended
     * @return the durable settlement; of a second call the first one's. Fails when there was no hold
     */
    public Future<Settlement> commit(Charge charge) {
        return settle(charge, true);
    }

    /**
     * Releases everything; the request costs nothing. Its row of usage is written all the same, unless there was no hold.
     *
     * @param charge how the request ended; its cost is taken as zero
     * @return the durable settlement
     */
    public Future<Settlement> abort(Charge charge) {
        return settle(charge, false);
    }

    private Future<Settlement> settle(Charge charge, boolean charged) {
        Future<Settlement> first = settlement;
        if (first != null) {
            return first;
        }
        Future<Settlement> mine = outcome.compose(answer -> {
            if (!(answer instanceof HoldOutcome.Held)) {
                return charged
                        ? Future.failedFuture(new IllegalStateException("a request without a hold was to be charged"))
                        : Future.succeededFuture(NOTHING);
            }
            Operation.Reply<Settlement> reply = billing.reply();
            billing.send(new Operation.Settle(this, charge, charged, reply));
            return reply.future();
        });
        settlement = mine;
        return mine;
    }

    /**
     * What was asked for when the hold was taken.
     *
     * @return who pays, and the first amount
     */
    public HoldRequest request() {
        return request;
    }

    long servedNano() {
        return servedNano;
    }

    void lose() {
        lost.keep(true);
    }
}
