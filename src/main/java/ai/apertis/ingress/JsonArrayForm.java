package ai.apertis.ingress;

import ai.apertis.http.SseEvent;
import ai.apertis.http.SseFramer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/**
 * Google's other form of a stream, for clients that do not say {@code alt=sse}: one JSON array, whose elements are sent as
 * they come. An error after the beginning is its last element.
 */
final class JsonArrayForm implements StreamForm {
    private static final CharSequence TYPE = HttpHeaders.createOptimized("application/json; charset=UTF-8");
    private static final int LONGEST_EVENT = 64 * 1024 * 1024;

    private final SseFramer framer = new SseFramer(LONGEST_EVENT);
    private final SseEvent event = new SseEvent();
    private boolean begun;

    @Override
    public CharSequence contentType() {
        return TYPE;
    }

    @Override
    public Buffer frame(Buffer events) {
        byte[] bytes = events.getBytes();
        Buffer out = Buffer.buffer(bytes.length);
        framer.feed(bytes, 0, bytes.length, (buf, from, to, copied) -> element(buf, from, to, out));
        return out;
    }

    private void element(byte[] buf, int from, int to, Buffer out) {
        event.read(buf, from, to);
        if (event.hasData()) {
            out.appendString(begun ? "\n,\n" : "[");
            out.appendBytes(event.buffer(), event.dataFrom(), event.dataTo() - event.dataFrom());
            begun = true;
        }
    }

    @Override
    public Buffer end() {
        return Buffer.buffer(begun ? "\n]\n" : "[]\n");
    }
}
