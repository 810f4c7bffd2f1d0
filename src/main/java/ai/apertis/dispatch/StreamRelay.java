package ai.apertis.dispatch;

import ai.apertis.billing.Charge.Ending;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.TokenCounter;
import ai.apertis.dispatch.AttemptFailure.Kind;
import ai.apertis.http.SseEvent;
import ai.apertis.http.SseFramer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A stream on its way from the provider's socket to the client's. What one read brought goes out with one write, the
 * same buffer where every event in it passes untouched. The {@link Flow} brings the reads, the {@link Opening} lets the
 * events out, and the {@link Meter} is asked after each whether there is money for the next; a {@link Closing} ends it,
 * unless a {@link Handover} finds who goes on.
 */
final class StreamRelay implements OpenStream {
    private static final int MAX_EVENT_BYTES = 16 * 1024 * 1024;
    /** How long a usage block may come after the end of the stream, which no serious provider needs. */
    private static final long LATE_USAGE_MILLIS = 300;

    private final Vertx vertx;
    private final ProviderCall call;
    private final Bill bill;
    private final Flow flow;
    private final Passage passage;
    private final Meter meter;
    private final Opening opening;
    private final Closing closing;
    private final Handover handover;
    private final SseFramer framer = new SseFramer(MAX_EVENT_BYTES);
    private final SseEvent event = new SseEvent();
    private final Outlet outlet;
    /** Events of a read in whose midst the stream had to wait. */
    private final Deque<byte[]> waiting = new ArrayDeque<>();

    /** The last event is here; at most a usage block still comes. */
    private boolean ended;

    /**
     * A stream that has not begun.
     *
     * @param whenBegun run once, when the first event is on its way to the client
     */
    StreamRelay(Vertx vertx, TokenCounter tokens, ProviderCall call, Bill bill, Flow flow, Runnable whenBegun) {
        this.vertx = vertx;
        this.call = call;
        this.bill = bill;
        this.flow = flow;
        this.passage = call.passage();
        this.meter = new Meter(vertx, tokens, call, passage, this::goOn);
        this.opening = new Opening(vertx, call, bill, flow, whenBegun);
        this.closing = new Closing(call, bill, meter, passage, flow, opening);
        this.handover = new Handover(call, bill, meter, passage, flow, closing);
        this.outlet = new Outlet(opening::write);
    }

    @Override
    public void start() {
        flow.start(this, this::read, () -> broken(Kind.RESET, Upstream.BROKE_OFF), this::providerDone);
    }

    private void read(Buffer chunk) {
        outlet.open(chunk);
        try {
            outlet.feed(framer, this::pass);
        } catch (IllegalStateException tooLong) {
            broken(Kind.GARBAGE, Upstream.UNREADABLE);
            return;
        }
        if (flow.isOver()) {
            // What came before an error that nobody saw the beginning of is not for the client either.
            return;
        }
        outlet.flush();
        call.hold().progress(bill.costSoFar(meter.served()));
    }

    private void pass(byte[] buf, int from, int to, boolean copied) {
        if (flow.isOver()) {
            return;
        }
        if (flow.isHeld()) {
            waiting.add(Arrays.copyOfRange(buf, from, to));
            return;
        }
        if (ended) {
            // Nothing goes out after the end, but a usage block may still come.
            if (passage.usage() == null) {
                passage.pass(event.read(buf, from, to), Outlet.NOWHERE);
            }
            return;
        }
        outlet.looksAt(buf, from, to, copied);
        switch (passage.pass(event.read(buf, from, to), outlet)) {
            case CONTENT -> {
                if (opening.content()) {
                    open();
                }
            }
            case OTHER -> {}
            case END -> end();
            case ERROR -> {
                ApiError error = passage.error();
                broken(Kind.GARBAGE, error == null ? Upstream.BROKE_OFF : error);
            }
        }
        if (!flow.isOver() && !ended && !passage.finished()) {
            obey(meter.look());
        }
    }

    /** Lets out what is kept, if this attempt may answer; if not, it is over. */
    private void open() {
        if (!flow.isOver()) {
            outlet.flush();
            opening.open();
        }
    }

    private void obey(Meter.Verdict verdict) {
        switch (verdict) {
            case GO -> {}
            case WAIT -> flow.hold();
            case CUT -> cutOff();
        }
    }

    /** The stream had to wait for more to be held, or for an exact count, and that is there. */
    private void goOn() {
        if (flow.isOver() || !flow.isHeld()) {
            return;
        }
        flow.release();
        obey(meter.look());
        while (!flow.isHeld() && !flow.isOver() && !waiting.isEmpty()) {
            byte[] next = waiting.remove();
            pass(next, 0, next.length, true);
        }
        if (flow.isHeld() || flow.isOver()) {
            return;
        }
        outlet.flush();
        flow.resume();
    }

    /** No more may be held for it. */
    private void cutOff() {
        open();
        settle(Ending.CUT_OFF, null);
    }

    /** The stream's own end. */
    private void end() {
        ended = true;
        open();
        if (flow.isOver()) {
            return;
        }
        if (passage.usage() != null) {
            settle(Ending.COMPLETED, null);
        } else {
            vertx.setTimer(LATE_USAGE_MILLIS, id -> providerDone());
        }
    }

    /** No more comes: the connection ended, or there was time enough for a late usage block. */
    private void providerDone() {
        if (!ended) {
            framer.finish(this::pass);
        }
        if (flow.isOver()) {
            return;
        }
        if (ended || passage.finished()) {
            open();
            settle(Ending.COMPLETED, null);
        } else {
            outlet.flush();
            broken(Kind.RESET, Upstream.BROKE_OFF);
        }
    }

    @Override
    public void broken(Kind kind, ApiError error) {
        if (flow.isOver()) {
            return;
        }
        if (!opening.hasBegun()) {
            unserved(kind, error);
            return;
        }
        boolean mayGoOn = kind != Kind.HOLD_LOST && kind != Kind.STOPPED && !flow.isClientGone() && !flow.isHeld();
        if (!mayGoOn || !handover.offer(error, this::letProviderGo)) {
            settle(Ending.UPSTREAM_CUT, error);
        }
    }

    private void unserved(Kind kind, ApiError error) {
        opening.stopWaiting();
        flow.unserved(kind, error);
    }

    private void settle(Ending ending, @Nullable ApiError error) {
        if (!flow.isOver()) {
            letProviderGo();
            closing.settle(ending, error);
        }
    }

    private void letProviderGo() {
        outlet.flush();
        if (ended) {
            flow.finish();
        } else {
            flow.cut();
        }
    }

    @Override
    public void clientGone() {
        handover.clientLeft();
        if (!flow.clientLeft()) {
            return;
        }
        if (!opening.hasBegun()) {
            unserved(Kind.CLIENT_GONE, Upstream.CLIENT_CLOSED);
        } else if (ended || !flow.drain()) {
            settle(Ending.CLIENT_GONE, null);
        }
    }

    @Override
    public void tooLate() {
        if (opening.holdsBack()) {
            open();
        } else if (!opening.hasBegun()) {
            unserved(Kind.TIMEOUT, Upstream.TOOK_TOO_LONG);
        }
    }

    @Override
    public void outrun() {
        if (!opening.hasBegun()) {
            unserved(Kind.OUTRUN, Upstream.OUTRUN);
        }
    }

    @Override
    public void tick(long nowNanos) {
        if (flow.isOver()) {
            return;
        }
        if (meter.tick(nowNanos)) {
            cutOff();
            return;
        }
        switch (flow.stall(nowNanos)) {
            case NOBODY -> {}
            case CLIENT -> settle(Ending.CLIENT_GONE, null);
            case PROVIDER -> broken(Kind.TIMEOUT, Upstream.TOOK_TOO_LONG);
        }
    }

    @Override
    public boolean isDraining() {
        return flow.isClientGone();
    }
}
