package ai.apertis.ingress;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;

/** How the events of a stream are put on the wire. One per stream. */
interface StreamForm {
    /** Server-sent events, as every dialect streams: they go out as they are. */
    StreamForm EVENTS = new StreamForm() {
        private static final CharSequence TYPE = HttpHeaders.createOptimized("text/event-stream; charset=utf-8");

        @Override
        public CharSequence contentType() {
            return TYPE;
        }

        @Override
        public Buffer frame(Buffer events) {
            return events;
        }

        @Override
        public Buffer end() {
            return Buffer.buffer();
        }
    };

    /** The value of {@code Content-Type}. */
    CharSequence contentType();

    /**
     * Puts whole server-sent events into this form.
     *
     * @param events one or more
     * @return what is written, empty for nothing
     */
    Buffer frame(Buffer events);

    /** What closes the stream. */
    Buffer end();
}
