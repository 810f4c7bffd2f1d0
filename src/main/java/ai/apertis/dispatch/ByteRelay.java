package ai.apertis.dispatch;

import ai.apertis.billing.Charge.Ending;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ByteMeter;
import ai.apertis.dialect.TextSample;
import ai.apertis.dispatch.AttemptFailure.Kind;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.function.Consumer;

/**
 * An answer of plain bytes, such as sound, on its way from the provider's socket to the client's. Its end goes out when the
 * settlement is durable; a client that reads slowly pauses its own provider connection.
 */
final class ByteRelay implements OpenStream {
    private static final String ANY_BYTES = "application/octet-stream";

    private final Upstream upstream;
    private final ProviderCall call;
    private final Bill bill;
    private final HttpClientResponse response;
    private final ByteMeter meter;
    private final Consumer<AttemptFailure> failedUnserved;

    private Runnable onBegin = () -> {};
    private boolean begun;
    private boolean clientGone;
    private boolean over;
    private boolean paused;
    private long bytes;
    private long lastByteNanos = System.nanoTime();
    private long drainingSinceNanos;

    ByteRelay(
            Upstream upstream,
            ProviderCall call,
            Bill bill,
            HttpClientResponse response,
            ByteMeter meter,
            Consumer<AttemptFailure> failedUnserved) {
        this.upstream = upstream;
        this.call = call;
        this.bill = bill;
        this.response = response;
        this.meter = meter;
        this.failedUnserved = failedUnserved;
    }

    /**
     * Begins to read.
     *
     * @param whenBegun run once, when the first bytes are on their way to the client
     */
    void start(Runnable whenBegun) {
        onBegin = whenBegun;
        upstream.streams().add(this);
        response.handler(this::pass);
        response.exceptionHandler(cause -> broken(Kind.RESET, Upstream.BROKE_OFF));
        response.endHandler(end -> ended());
        response.resume();
    }

    @Override
    public void clientGone() {
        if (over || clientGone) {
            return;
        }
        clientGone = true;
        if (!begun) {
            unserved(Kind.CLIENT_GONE, Upstream.CLIENT_CLOSED);
        } else if (!upstream.provider().stopsBillingOnCancel() && upstream.mayDrain()) {
            drainingSinceNanos = System.nanoTime();
            response.resume();
        } else {
            cut(Ending.CLIENT_GONE);
        }
    }

    @Override
    public void tooLate() {
        if (!over && !begun) {
            unserved(Kind.TIMEOUT, Upstream.TOOK_TOO_LONG);
        }
    }

    @Override
    public void outrun() {
        if (!over && !begun) {
            unserved(Kind.OUTRUN, Upstream.OUTRUN);
        }
    }

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
        if (clientGone) {
            if (nowNanos - drainingSinceNanos > Upstream.DRAIN_NANOS) {
                cut(Ending.CLIENT_GONE);
            }
        } else if (paused) {
            if (nowNanos - lastByteNanos > upstream.clientStallNanos()) {
                cut(Ending.CLIENT_GONE);
            }
        } else if (nowNanos - lastByteNanos > upstream.idleNanos()) {
            broken(Kind.TIMEOUT, Upstream.TOOK_TOO_LONG);
        }
    }

    @Override
    public boolean isDraining() {
        return clientGone;
    }

    private void pass(Buffer chunk) {
        if (over) {
            return;
        }
        lastByteNanos = System.nanoTime();
        bytes += chunk.length();
        if (clientGone) {
            return;
        }
        if (!begun) {
            begin();
        }
        call.answer().write(chunk);
        call.hold().progress(call.client().priced(call.endpoint().prices()).cost(meter.usage(bytes)));
        if (call.answer().isFull()) {
            paused = true;
            response.pause();
            call.answer().onDrain(this::resume);
        }
    }

    private void begin() {
        begun = true;
        bill.content();
        bill.firstByte();
        onBegin.run();
        String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        call.answer().isOf(type == null ? ANY_BYTES : type);
        call.answer().begin(call.model());
    }

    private void resume() {
        if (!over && paused) {
            paused = false;
            lastByteNanos = System.nanoTime();
            response.resume();
        }
    }

    private void ended() {
        if (over) {
            return;
        }
        if (!begun) {
            unserved(Kind.GARBAGE, Upstream.BROKE_OFF);
            return;
        }
        leave();
        Ending ending = clientGone ? Ending.CLIENT_GONE : Ending.COMPLETED;
        bill.settle(meter.usage(bytes), new TextSample(), 0, ending).onSuccess(settled -> {
            upstream.ends(call);
            if (clientGone || settled.lost()) {
                call.answer().cut(settled.charge(), settled.settlement(), null);
            } else {
                call.answer().end(settled.charge(), settled.settlement());
            }
        });
    }

    private void broken(Kind kind, ApiError error) {
        if (over) {
            return;
        }
        if (begun) {
            cut(clientGone ? Ending.CLIENT_GONE : Ending.UPSTREAM_CUT);
        } else {
            unserved(kind, error);
        }
    }

    /** Bytes have no place to tell an error in, so the client's connection is cut like the provider's. */
    private void cut(Ending ending) {
        leave();
        response.request().reset();
        bill.settle(meter.usage(bytes), new TextSample(), 0, ending).onSuccess(settled -> {
            upstream.ends(call);
            call.answer().cut(settled.charge(), settled.settlement(), null);
        });
    }

    private void unserved(Kind kind, ApiError error) {
        leave();
        response.request().reset();
        failedUnserved.accept(new AttemptFailure(kind, error));
    }

    private void leave() {
        over = true;
        upstream.streams().remove(this);
    }
}
