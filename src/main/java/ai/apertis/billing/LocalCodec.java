package ai.apertis.billing;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageCodec;

/** Lets operations travel over the event bus as they are: they never leave the process. */
final class LocalCodec implements MessageCodec<Operation, Operation> {
    static final DeliveryOptions OPTIONS =
            new DeliveryOptions().setCodecName(LocalCodec.class.getName()).setLocalOnly(true);

    private LocalCodec() {}

    static void install(Vertx vertx) {
        try {
            vertx.eventBus().registerCodec(new LocalCodec());
        } catch (IllegalStateException alreadyInstalled) {
            // A second billing verticle on the same Vert.x, as in tests: the codec is the same.
            return;
        }
    }

    @Override
    public Operation transform(Operation operation) {
        return operation;
    }

    @Override
    public String name() {
        return LocalCodec.class.getName();
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }

    @Override
    public void encodeToWire(Buffer buffer, Operation operation) {
        throw new UnsupportedOperationException("billing is never asked from another process");
    }

    @Override
    public Operation decodeFromWire(int position, Buffer buffer) {
        throw new UnsupportedOperationException("billing is never asked from another process");
    }
}
