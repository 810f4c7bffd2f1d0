package ai.apertis.dispatch;

import ai.apertis.catalog.Provider;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;

/** Hands calls over to the provider's worker on the caller's own event loop. */
public final class Dispatch {
    private static final DeliveryOptions LOCAL =
            new DeliveryOptions().setLocalOnly(true).setCodecName(CallCodec.NAME);

    private final EventBus bus;

    /**
     * A face to the workers. Registers the codec of calls, so there is one per bus.
     *
     * @param bus the event bus that the workers listen on
     */
    public Dispatch(EventBus bus) {
        this.bus = bus;
        bus.registerCodec(new CallCodec());
    }

    /**
     * Makes a call. Its answer is told on this event loop.
     *
     * @param call what to ask, and whom
     */
    public void send(ProviderCall call) {
        bus.send(addressHere(call.endpoint().provider()), call, LOCAL);
    }

    /** The address of a provider's worker on the event loop that asks; event loops are told apart by their threads. */
    static String addressHere(Provider provider) {
        return "dispatch." + provider.name() + "@" + Thread.currentThread().getName();
    }
}
