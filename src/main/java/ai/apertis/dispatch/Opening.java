package ai.apertis.dispatch;

import ai.apertis.dispatch.AttemptFailure.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a stream to its client. Closed at first where another attempt may still answer instead: what comes before the
 * first content is kept while others may be faster, and the first content for a moment too where a stream that is cut
 * early is to be answered by another. Once open it lets all pass.
 */
final class Opening {
    /** More than this of a stream is not held back for fear of an early cut, however little time has passed. */
    private static final int MOST_HELD_BACK_EVENTS = 32;

    private static final int MOST_HELD_BACK_BYTES = 16 * 1024;

    private final Vertx vertx;
    private final ProviderCall call;
    private final Bill bill;
    private final Flow flow;
    private final Runnable whenBegun;
    /** How long the first content is held back, milliseconds. */
    private final long holdBackMillis;
    /** What is kept; null once it may go out. */
    private @Nullable List<Buffer> prelude;

    private long timer = -1;
    private int heldBackEvents;
    private int heldBackBytes;
    private boolean begun;

    /**
     * The way of one stream.
     *
     * @param whenBegun run once, when the first event is on its way to the client
     */
    Opening(Vertx vertx, ProviderCall call, Bill bill, Flow flow, Runnable whenBegun) {
        this.vertx = vertx;
        this.call = call;
        this.bill = bill;
        this.flow = flow;
        this.whenBegun = whenBegun;
        this.holdBackMillis = call.watch().holdBackMillis();
        this.prelude = holdBackMillis > 0 || call.watch().races() ? new ArrayList<>() : null;
    }

    /** Bytes for the client: kept, or written. */
    void write(Buffer bytes) {
        if (flow.isClientGone()) {
            return;
        }
        if (prelude != null) {
            prelude.add(bytes);
            heldBackBytes += bytes.length();
            return;
        }
        if (!begun) {
            begin();
        }
        call.answer().write(bytes);
    }

    private void begin() {
        begun = true;
        bill.firstByte();
        whenBegun.run();
        if (call.before() == null) {
            call.answer().begin(call.model());
        } else {
            String model = call.model().id();
            call.answer().write(Buffer.buffer(": continued by " + model + "\n\n"));
        }
    }

    /**
     * Content is here. Where it is held back, the way opens by itself in time.
     *
     * @return whether to {@link #open} now
     */
    boolean content() {
        bill.content();
        if (prelude == null) {
            return false;
        }
        heldBackEvents++;
        if (holdBackMillis == 0 || heldBackEvents > MOST_HELD_BACK_EVENTS || heldBackBytes > MOST_HELD_BACK_BYTES) {
            return true;
        }
        if (timer < 0) {
            timer = vertx.setTimer(holdBackMillis, id -> open());
        }
        return false;
    }

    /** What was kept goes out, since there is content or there will be none; unless another attempt was first. */
    void open() {
        List<Buffer> kept = prelude;
        if (kept == null || flow.isOver()) {
            return;
        }
        stopWaiting();
        if (!call.watch().mayAnswer()) {
            flow.unserved(Kind.OUTRUN, Upstream.OUTRUN);
            return;
        }
        prelude = null;
        kept.forEach(this::write);
    }

    /** Whether there is content that is held back for fear of an early cut. */
    boolean holdsBack() {
        return timer >= 0;
    }

    /** It is no longer held back for any time. */
    void stopWaiting() {
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }

    /** Whether anything has reached the client. */
    boolean hasBegun() {
        return begun;
    }
}
