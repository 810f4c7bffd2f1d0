package ai.apertis.ingress;

import ai.apertis.billing.Hold;
import ai.apertis.dialect.ApiError;
import ai.apertis.dispatch.Answer;
import io.vertx.core.Future;

/** Stands between the answers to a conversation and its client. */
interface Keeping {
    /** Nothing is kept: answers go straight to the client. */
    Keeping NONE = (client, paying, abandon) -> client;

    /**
     * Takes the place of the client.
     *
     * @param client the way to the client
     * @param paying the hold on which the answer is made
     * @param abandon lets the answer go, on this event loop
     * @return where the answer goes
     */
    Answer around(HttpAnswer client, Hold paying, Runnable abandon);

    /**
     * Whether something is done or made durable before a provider is asked, for which the money must be held.
     *
     * @return true to have {@link #before} called
     */
    default boolean comesFirst() {
        return false;
    }

    /**
     * Does what comes before a provider is asked.
     *
     * @param paying the hold on which the answer will be made, durable
     * @return when a provider may be asked; fails when it may not
     */
    default Future<Void> before(Hold paying) {
        return Future.succeededFuture();
    }

    /**
     * Nobody answered.
     *
     * @param error what the client is told
     */
    default void failed(ApiError error) {}

    /** Nobody was asked: the client may not ask so often, or there is no money for it. */
    default void refused() {}

    /**
     * The client has left.
     *
     * @return whether the answer is made all the same, because others wait for it
     */
    default boolean outlives() {
        return false;
    }
}
