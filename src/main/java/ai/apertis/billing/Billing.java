package ai.apertis.billing;

import io.vertx.core.Vertx;

/** The billing verticle's face: asks it over the event bus. One instance serves one event loop or many. */
public final class Billing {
    private final Vertx vertx;
    private final String address;
    private final RequestIds ids;
    private final Hints hints;

    Billing(Vertx vertx, String address, RequestIds ids, Hints hints) {
        this.vertx = vertx;
        this.address = address;
        this.ids = ids;
        this.hints = hints;
    }

    /**
     * Starts to take a hold. Returns at once; {@link Hold#outcome} tells when and whether it is durable. Futures of the
     * hold complete on the caller's own event loop, to which the hold belongs from then on.
     *
     * @param request what may be spent, and by whom
     * @return the hold
     */
    public Hold hold(HoldRequest request) {
        Hold hold = new Hold(this, ids.next(), request, hints.comfortable(request));
        hold.take(new Operation.Take(hold, reply(), reply()));
        return hold;
    }

    <T> Operation.Reply<T> reply() {
        return new Operation.Reply<>(vertx);
    }

    void send(Operation operation) {
        vertx.eventBus().send(address, operation, LocalCodec.OPTIONS);
    }
}
