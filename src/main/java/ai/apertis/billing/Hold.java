package ai.apertis.billing;

import io.vertx.core.Future;

/**
 * Money set aside for one request. Without one, no provider can be called; it ends by {@link #commit} or {@link #abort},
 * exactly one of which takes effect.
 */
public final class Hold {
    Hold() {}

    /**
     * The server-made id of the request, which is also its billing id. Never taken from a client.
     *
     * @return unique over all runs of all nodes
     */
    public long requestId() {
        return 0;
    }

    /**
     * Whether the provider may be called before the hold is durable, because by what is remembered there is plenty.
     *
     * @return false when the answer must be awaited first
     */
    public boolean mayOverlap() {
        return false;
    }

    /**
     * The ledger's answer. The gate of the first byte: nothing of an answer may reach the client before this is
     * {@link HoldOutcome.Held}.
     *
     * @return never fails
     */
    public Future<HoldOutcome> outcome() {
        return Future.succeededFuture(new HoldOutcome.Unavailable());
    }

    /**
     * Asks for more money while streaming.
     *
     * @param moreNano nano-USD to add
     * @return whether it was added
     */
    public Future<Boolean> extend(long moreNano) {
        return Future.succeededFuture(false);
    }

    /**
     * Tells what the request has cost so far, for the checkpoint from which a crash is charged. Cheap: stores a number.
     *
     * @param servedNano nano-USD of what has reached the client
     */
    public void progress(long servedNano) {}

    /**
     * Charges what was consumed and releases the rest. The gate of the last event: it may go out once this succeeded.
     *
     * @param charge how the request ended
     * @return the durable settlement; of a second call the first one's
     */
    public Future<Settlement> commit(Charge charge) {
        return Future.failedFuture("not held");
    }

    /**
     * Releases everything; the request costs nothing. Its row of usage is written all the same.
     *
     * @param charge how the request ended; its cost is taken as zero
     * @return the durable settlement
     */
    public Future<Settlement> abort(Charge charge) {
        return Future.failedFuture("not held");
    }
}
