package ai.apertis.ingress;

import ai.apertis.billing.Hold;
import ai.apertis.dialect.ApiError;
import ai.apertis.dispatch.Answer;

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
