package ai.apertis.dispatch;

import ai.apertis.billing.Charge.Ending;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Resumable;
import ai.apertis.dispatch.AttemptFailure.Kind;
import ai.apertis.http.SseEvent;
import ai.apertis.http.SseFramer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A stream on its way from the provider's socket to the client's. What one read brought goes out with one write, the
 * same buffer where every event in it passes untouched. A client that reads slowly pauses its own provider connection.
 */
final class StreamRelay implements OpenStream {
    private static final int MAX_EVENT_BYTES = 16 * 1024 * 1024;
    /** How long a usage block may come after the end of the stream, which no serious provider needs. */
    private static final long LATE_USAGE_MILLIS = 300;

    /** More than this of a stream is not held back for fear of an early cut, however little time has passed. */
    private static final int MOST_HELD_BACK_EVENTS = 32;

    private static final int MOST_HELD_BACK_BYTES = 16 * 1024;

    private static final EventSink NOWHERE = new EventSink() {
        @Override
        public void same() {}

        @Override
        public void event(byte[] bytes) {}
    };

    private final Vertx vertx;
    private final Upstream upstream;
    private final ProviderCall call;
    private final Bill bill;
    private final HttpClientResponse response;
    private final Consumer<AttemptFailure> failedUnserved;
    private final Passage passage;
    /** The same where another attempt may go on with it. */
    private final @Nullable Resumable resumable;

    private final @Nullable Unfinished before;
    private final SseFramer framer = new SseFramer(MAX_EVENT_BYTES);
    private final SseEvent event = new SseEvent();
    private final Outlet outlet;
    private final Meter meter;
    /** Events of a read in whose midst the stream had to wait. */
    private final Deque<byte[]> waiting = new ArrayDeque<>();

    /**
     * What came before the first content, while another attempt may still be first, or soon after it, while another may
     * still follow; null once it may go out.
     */
    private @Nullable List<Buffer> prelude;
    /** How long the first content is held back, milliseconds. */
    private final long holdBackMillis;

    private long holdBackTimer = -1;
    private int heldBackEvents;
    private int heldBackBytes;

    private Runnable onBegin = () -> {};
    private boolean begun;
    private boolean ended;
    private boolean responseEnded;
    private boolean clientGone;
    private boolean over;
    private boolean paused;
    private boolean held;
    private boolean brokenOff;
    private long lastByteNanos = System.nanoTime();
    private long drainingSinceNanos;

    StreamRelay(
            Vertx vertx,
            Upstream upstream,
            ProviderCall call,
            Bill bill,
            HttpClientResponse response,
            Consumer<AttemptFailure> failedUnserved) {
        this.vertx = vertx;
        this.upstream = upstream;
        this.call = call;
        this.bill = bill;
        this.response = response;
        this.failedUnserved = failedUnserved;
        this.before = call.before();
        Passage fresh = call.terms().tellsCost()
                ? call.bridge().pricedPassage()
                : call.bridge().passage();
        this.passage = before != null && fresh instanceof Resumable next
                ? before.passage().goOn(next)
                : fresh;
        this.resumable = passage instanceof Resumable goingOn ? goingOn : null;
        this.outlet = new Outlet(this::write);
        this.meter = new Meter(vertx, upstream.tokens(), call, passage, this::goOn);
        this.holdBackMillis = call.watch().holdBackMillis();
        this.prelude = holdBackMillis > 0 || call.watch().races() ? new ArrayList<>() : null;
    }

    /**
     * Begins to read.
     *
     * @param whenBegun run once, when the first event is on its way to the client
     */
    void start(Runnable whenBegun) {
        onBegin = whenBegun;
        upstream.streams().add(this);
        response.handler(this::read);
        response.exceptionHandler(cause -> broken(Kind.RESET, Upstream.BROKE_OFF));
        response.endHandler(end -> {
            responseEnded = true;
            if (!held) {
                upstreamEnded();
            }
        });
        response.resume();
    }

    @Override
    public void clientGone() {
        if (brokenOff) {
            // Whoever is given it asks for this.
            clientGone = true;
        }
        if (over || clientGone) {
            return;
        }
        clientGone = true;
        if (!begun) {
            unserved(Kind.CLIENT_GONE, Upstream.CLIENT_CLOSED);
        } else if (!ended && !upstream.provider().stopsBillingOnCancel() && upstream.mayDrain()) {
            drainingSinceNanos = System.nanoTime();
            if (!held) {
                response.resume();
            }
        } else {
            settle(Ending.CLIENT_GONE, null);
        }
    }

    @Override
    public void tooLate() {
        if (!over && holdBackTimer >= 0) {
            outlet.flush();
            release();
        } else if (!over && !begun) {
            unserved(Kind.TIMEOUT, Upstream.TOOK_TOO_LONG);
        }
    }

    @Override
    public void outrun() {
        if (!over && !begun) {
            unserved(Kind.OUTRUN, Upstream.OUTRUN);
        }
    }

    /** The stream ends with an error. */
    @Override
    public void holdLost() {
        broken(Kind.HOLD_LOST, Upstream.HOLD_LOST);
    }

    @Override
    public void stop() {
        broken(Kind.STOPPED, Upstream.STOPPED);
    }

    @Override
    public void tick(long nowNanos) {
        if (over) {
            return;
        }
        if (meter.tick(nowNanos)) {
            cutOff();
        } else if (clientGone) {
            if (nowNanos - drainingSinceNanos > Upstream.DRAIN_NANOS) {
                settle(Ending.CLIENT_GONE, null);
            }
        } else if (paused) {
            if (nowNanos - lastByteNanos > upstream.clientStallNanos()) {
                settle(Ending.CLIENT_GONE, null);
            }
        } else if (!held && nowNanos - lastByteNanos > upstream.idleNanos()) {
            broken(Kind.TIMEOUT, Upstream.TOOK_TOO_LONG);
        }
    }

    @Override
    public boolean isDraining() {
        return clientGone;
    }

    /** What a crash at this moment would have to charge. Counted by length where nobody tells until the end. */
    private long served() {
        if (before != null) {
            return bill.cost(before.usage().goingOn(meter.served()));
        }
        return begun ? bill.cost(meter.served()) : 0;
    }

    private void read(Buffer chunk) {
        if (over) {
            return;
        }
        lastByteNanos = System.nanoTime();
        outlet.open(chunk);
        try {
            outlet.feed(framer, this::pass);
        } catch (IllegalStateException tooLong) {
            broken(Kind.GARBAGE, Upstream.UNREADABLE);
            return;
        }
        if (over) {
            // What came before an error that nobody saw the beginning of is not for the client either.
            return;
        }
        outlet.flush();
        call.hold().progress(served());
        if (!over && !clientGone && call.answer().isFull()) {
            paused = true;
            response.pause();
            call.answer().onDrain(this::resume);
        }
    }

    private void resume() {
        if (!over && paused) {
            paused = false;
            lastByteNanos = System.nanoTime();
            if (!held) {
                response.resume();
            }
        }
    }

    private void pass(byte[] buf, int from, int to, boolean copied) {
        if (over) {
            return;
        }
        if (held) {
            waiting.add(Arrays.copyOfRange(buf, from, to));
            return;
        }
        if (ended) {
            // Nothing goes out after the end, but a usage block may still come.
            if (passage.usage() == null) {
                passage.pass(event.read(buf, from, to), NOWHERE);
            }
            return;
        }
        outlet.looksAt(buf, from, to, copied);
        switch (passage.pass(event.read(buf, from, to), outlet)) {
            case CONTENT -> content();
            case OTHER -> {}
            case END -> end();
            case ERROR -> {
                ApiError error = passage.error();
                broken(Kind.GARBAGE, error == null ? Upstream.BROKE_OFF : error);
            }
        }
        if (!over && !ended && !passage.finished()) {
            obey(meter.look());
        }
    }

    private void obey(Meter.Verdict verdict) {
        switch (verdict) {
            case GO -> {}
            case WAIT -> {
                held = true;
                response.pause();
            }
            case CUT -> cutOff();
        }
    }

    /** The stream had to wait for more to be held, or for an exact count, and that is there. */
    private void goOn() {
        if (over || !held) {
            return;
        }
        held = false;
        lastByteNanos = System.nanoTime();
        obey(meter.look());
        while (!held && !over && !waiting.isEmpty()) {
            byte[] next = waiting.remove();
            pass(next, 0, next.length, true);
        }
        if (held || over) {
            return;
        }
        outlet.flush();
        if (!paused) {
            response.resume();
        }
        if (responseEnded) {
            upstreamEnded();
        }
    }

    private void cutOff() {
        outlet.flush();
        release();
        if (over) {
            return;
        }
        settle(clientGone ? Ending.CLIENT_GONE : Ending.CUT_OFF, null);
    }

    private void content() {
        bill.content();
        if (prelude == null) {
            return;
        }
        heldBackEvents++;
        if (holdBackMillis == 0 || heldBackEvents > MOST_HELD_BACK_EVENTS || heldBackBytes > MOST_HELD_BACK_BYTES) {
            outlet.flush();
            release();
        } else if (holdBackTimer < 0) {
            holdBackTimer = vertx.setTimer(holdBackMillis, id -> release());
        }
    }

    private void end() {
        ended = true;
        outlet.flush();
        release();
        if (over) {
            return;
        }
        if (passage.usage() != null) {
            settle(clientGone ? Ending.CLIENT_GONE : Ending.COMPLETED, null);
        } else {
            vertx.setTimer(LATE_USAGE_MILLIS, id -> upstreamEnded());
        }
    }

    private void upstreamEnded() {
        if (over) {
            return;
        }
        if (!ended) {
            framer.finish(this::pass);
        }
        if (!over && passage.finished()) {
            release();
        }
        if (over) {
            return;
        }
        outlet.flush();
        if (ended || passage.finished()) {
            settle(clientGone ? Ending.CLIENT_GONE : Ending.COMPLETED, null);
        } else {
            broken(Kind.RESET, Upstream.BROKE_OFF);
        }
    }

    private void broken(Kind kind, ApiError error) {
        if (over) {
            return;
        }
        if (!begun) {
            unserved(kind, error);
        } else if (!goesOn(kind, error)) {
            settle(clientGone ? Ending.CLIENT_GONE : Ending.UPSTREAM_CUT, clientGone ? null : error);
        }
    }

    /** Lets another attempt go on with the stream, where that may be. */
    private boolean goesOn(Kind kind, ApiError error) {
        Resumable mine = resumable;
        boolean last = clientGone || held || kind == Kind.HOLD_LOST || kind == Kind.STOPPED;
        String soFar = mine == null || last ? null : mine.soFar();
        if (mine == null || soFar == null) {
            return false;
        }
        outlet.flush();
        leave();
        letProviderGo();
        brokenOff = true;
        meter.sync();
        bill.used(passage.usage(), passage.text(), meter.untoldBytes()).onSuccess(usage -> {
            upstream.ends(call);
            brokenOff = false;
            Unfinished cut = new Unfinished(
                    mine,
                    soFar,
                    before == null ? call : before.first(),
                    usage,
                    bill.cost(usage),
                    meter.heldNano(),
                    bill.firstByteNanos(),
                    ending -> {
                        clientGone |= ending == Ending.CLIENT_GONE;
                        bill.commit(usage, ending).onSuccess(settled -> end(settled, ending, "", error));
                    });
            if (clientGone) {
                cut.leave();
            } else if (!call.watch().goesOn(cut)) {
                cut.giveUp();
            }
        });
        return true;
    }

    private void unserved(Kind kind, ApiError error) {
        leave();
        response.request().reset();
        failedUnserved.accept(new AttemptFailure(kind, error));
    }

    /** The gate of the last event: it goes out when the settlement is durable. */
    private void settle(Ending ending, @Nullable ApiError error) {
        outlet.flush();
        leave();
        letProviderGo();
        meter.sync();
        String reason = meter.reason();
        bill.settle(passage.usage(), passage.text(), meter.untoldBytes(), ending)
                .onSuccess(settled -> end(settled, ending, reason, error));
    }

    private void end(Bill.Settled settled, Ending ending, String reason, @Nullable ApiError error) {
        upstream.ends(call);
        if (clientGone || ending == Ending.CLIENT_GONE) {
            call.answer().cut(settled.charge(), settled.settlement(), null);
            return;
        }
        Outlet last = new Outlet(this::write);
        Receipt receipt = settled.receipt(call.terms());
        ApiError broken = settled.lost() ? Upstream.HOLD_LOST : error;
        if (broken == null) {
            if (ending == Ending.CUT_OFF) {
                passage.cutOff(reason, receipt, last);
            } else {
                passage.end(receipt, last);
            }
            call.answer().end(settled.charge(), settled.settlement());
        } else {
            passage.fail(broken, last);
            call.answer().cut(settled.charge(), settled.settlement(), broken);
        }
    }

    /** After the end the connection is given a moment to become free for the next call; otherwise it is cut. */
    private void letProviderGo() {
        if (!ended) {
            response.request().reset();
        } else if (!responseEnded) {
            vertx.setTimer(LATE_USAGE_MILLIS, id -> {
                if (!responseEnded) {
                    response.request().reset();
                }
            });
        }
    }

    private void leave() {
        over = true;
        upstream.streams().remove(this);
        noLongerHeldBack();
    }

    private void noLongerHeldBack() {
        if (holdBackTimer >= 0) {
            vertx.cancelTimer(holdBackTimer);
            holdBackTimer = -1;
        }
    }

    /** What was held back goes out, since there is content or there will be none; unless another attempt was first. */
    private void release() {
        List<Buffer> held = prelude;
        if (held == null || over || clientGone) {
            return;
        }
        if (!call.watch().mayAnswer()) {
            unserved(Kind.OUTRUN, Upstream.OUTRUN);
            return;
        }
        prelude = null;
        noLongerHeldBack();
        held.forEach(this::write);
    }

    private void begin() {
        begun = true;
        bill.firstByte();
        onBegin.run();
        if (before == null) {
            call.answer().begin(call.model());
        } else {
            String model = call.model().id();
            call.answer().write(Buffer.buffer(": continued by " + model + "\n\n"));
        }
    }

    private void write(Buffer bytes) {
        if (clientGone) {
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
}
