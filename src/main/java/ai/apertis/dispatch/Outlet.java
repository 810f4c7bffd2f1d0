package ai.apertis.dispatch;

import ai.apertis.dialect.EventSink;
import ai.apertis.http.SseFramer;
import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;
import java.util.function.Consumer;

/** Joins the events of one read that pass untouched back into one write of the buffer they came in. */
final class Outlet implements EventSink {
    /** Where what comes after the end of a stream goes. */
    static final EventSink NOWHERE = new EventSink() {
        @Override
        public void same() {}

        @Override
        public void event(byte[] bytes) {}
    };

    private final Consumer<Buffer> client;
    private byte[] array = new byte[0];
    private int base;
    private Buffer source = Buffer.buffer();
    private int from;
    private int to;
    private byte[] rawBuf = array;
    private int rawFrom;
    private int rawTo;
    private boolean rawCopied;

    /** Writes to a client. */
    Outlet(Consumer<Buffer> client) {
        this.client = client;
    }

    /** A read begins. */
    void open(Buffer chunk) {
        ByteBuf bytes = ((BufferInternal) chunk).getByteBuf();
        if (bytes.hasArray()) {
            array = bytes.array();
            base = bytes.arrayOffset() + bytes.readerIndex();
            source = chunk;
        } else {
            array = chunk.getBytes();
            base = 0;
            source = Buffer.buffer(array);
        }
        from = to = base;
    }

    /** Says what {@link #same} means. */
    void looksAt(byte[] buf, int eventFrom, int eventTo, boolean copied) {
        rawBuf = buf;
        rawFrom = eventFrom;
        rawTo = eventTo;
        rawCopied = copied;
    }

    /** Cuts the read into events. */
    void feed(SseFramer framer, SseFramer.Sink events) {
        framer.feed(array, base, base + source.length(), events);
    }

    @Override
    public void same() {
        if (rawCopied) {
            event(Arrays.copyOfRange(rawBuf, rawFrom, rawTo));
            return;
        }
        if (rawFrom != to) {
            flush();
            from = rawFrom;
        }
        to = rawTo;
    }

    @Override
    public void event(byte[] bytes) {
        flush();
        client.accept(Buffer.buffer(bytes));
    }

    /** Writes what has been joined. */
    void flush() {
        if (from == to) {
            return;
        }
        boolean all = from == base && to == base + source.length();
        Buffer part = all ? source : source.slice(from - base, to - base);
        from = to;
        client.accept(part);
    }
}
