package ai.apertis.dispatch;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Lets a call pass over the local event bus as the object it is. */
final class CallCodec implements MessageCodec<ProviderCall, ProviderCall> {
    static final String NAME = "provider-call";

    @Override
    public void encodeToWire(Buffer buffer, ProviderCall call) {
        throw new UnsupportedOperationException("calls stay in their process");
    }

    @Override
    public ProviderCall decodeFromWire(int pos, Buffer buffer) {
        throw new UnsupportedOperationException("calls stay in their process");
    }

    @Override
    public ProviderCall transform(ProviderCall call) {
        return call;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
