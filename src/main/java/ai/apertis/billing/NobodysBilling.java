package ai.apertis.billing;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;

/**
 * Billing with no ledger behind it: every hold is granted, nothing is charged, no row is written. For requests that the gateway
 * makes to itself while it starts; no client's request comes here.
 */
public final class NobodysBilling implements AutoCloseable {
    private static final String ADDRESS = "billing.of.nobody";

    private final Billing billing;
    private final MessageConsumer<Operation> consumer;

    /**
     * Opens it.
     *
     * @param vertx carries what is asked; one of these at a time
     */
    public NobodysBilling(Vertx vertx) {
        LocalCodec.install(vertx);
        billing = new Billing(vertx, ADDRESS, new RequestIds(), new Hints());
        consumer = vertx.eventBus().localConsumer(ADDRESS, message -> grant(message.body()));
    }

    private static void grant(Operation operation) {
        switch (operation) {
            case Operation.Take take -> take.reply.keep(new HoldOutcome.Held());
            case Operation.Extend more -> more.reply().keep(new HoldOutcome.Held());
            case Operation.Settle end -> end.reply().keep(new Settlement(0, 0, -1, 0));
        }
    }

    /**
     * Its face.
     *
     * @return may be used from any event loop
     */
    public Billing billing() {
        return billing;
    }

    @Override
    public void close() {
        consumer.unregister();
    }
}
