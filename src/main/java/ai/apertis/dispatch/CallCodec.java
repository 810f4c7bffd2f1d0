package ai.apertis.dispatch;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Lets a call pass over the local event bus as the object it is.
 *
 * @param <T> what kind of call
 */
final class CallCodec<T> implements MessageCodec<T, T> {
    static final String CALL = "provider-call";
    static final String INQUIRY = "provider-inquiry";

    private final String name;

    CallCodec(String name) {
        this.name = name;
    }

    @Override
    public void encodeToWire(Buffer buffer, T call) {
        throw new UnsupportedOperationException("calls stay in their process");
    }

    @Override
    public T decodeFromWire(int pos, Buffer buffer) {
        throw new UnsupportedOperationException("calls stay in their process");
    }

    @Override
    public T transform(T call) {
        return call;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
