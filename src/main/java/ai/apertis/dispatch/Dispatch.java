package ai.apertis.dispatch;

import ai.apertis.catalog.Provider;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;

/** Hands calls over to the provider's worker on the caller's own event loop. */
public final class Dispatch {
    private static final DeliveryOptions CALL = local(CallCodec.CALL);
    private static final DeliveryOptions INQUIRY = local(CallCodec.INQUIRY);

    private final EventBus bus;

    /**
     * A face to the workers. Registers the codecs of calls, so there is one per bus.
     *
     * @param bus the event bus that the workers listen on
     */
    public Dispatch(EventBus bus) {
        this.bus = bus;
        bus.registerCodec(new CallCodec<ProviderCall>(CallCodec.CALL));
        bus.registerCodec(new CallCodec<Inquiry>(CallCodec.INQUIRY));
    }

    private static DeliveryOptions local(String codec) {
        return new DeliveryOptions().setLocalOnly(true).setCodecName(codec);
    }

    /**
     * Makes a call. Its answer is told on this event loop.
     *
     * @param call what to ask, and whom
     */
    public void send(ProviderCall call) {
        bus.send(addressHere(call.endpoint().provider()), call, CALL);
    }

    /**
     * Asks what costs nothing.
     *
     * @param inquiry what to ask, and whom
     * @return the reply, on this event loop; fails when there is none in time
     */
    public Future<Inquiry.Reply> ask(Inquiry inquiry) {
        bus.send(inquiriesHere(inquiry.provider()), inquiry, INQUIRY);
        return inquiry.reply().future();
    }

    static String inquiriesHere(Provider provider) {
        return "inquire." + named(provider) + "@" + Thread.currentThread().getName();
    }

    /** The address of a provider's worker on the event loop that asks; event loops are told apart by their threads. */
    static String addressHere(Provider provider) {
        return "dispatch." + named(provider) + "@" + Thread.currentThread().getName();
    }

    /** Requests that began before a reload go on to the workers of the provider as it was. */
    private static String named(Provider provider) {
        return provider.name() + "/" + provider.edition();
    }
}
