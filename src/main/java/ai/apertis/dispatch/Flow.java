package ai.apertis.dispatch;

import ai.apertis.dialect.ApiError;
import ai.apertis.dispatch.AttemptFailure.Kind;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.function.Consumer;

/**
 * What flows from a provider's connection to a client, until it is over. A client that reads slowly pauses its own provider
 * connection, a stream whose money has to be waited for holds it, and one that its client left may be heard out.
 */
final class Flow {
    /** Who has been waited for too long. */
    enum Stall {
        /** All goes well. */
        NOBODY,
        /** The client takes nothing, or left so long ago that its stream has been heard out enough. */
        CLIENT,
        /** The provider says nothing. */
        PROVIDER
    }

    /** How long after the end of a stream its connection may take to become free for the next call. */
    private static final long MOST_UNTIL_FREE_MILLIS = 300;

    private final Vertx vertx;
    private final Upstream upstream;
    private final HttpClientResponse response;
    private final ProviderCall call;
    private final Consumer<AttemptFailure> failedUnserved;

    private boolean clientGone;
    private boolean paused;
    private boolean held;
    private boolean providerDone;
    private boolean over;
    private Runnable whenDone = () -> {};
    private Runnable whenOver = () -> {};
    private long lastByteNanos = System.nanoTime();
    private long drainingSinceNanos;

    /**
     * A flow that has not begun.
     *
     * @param response the provider's, paused
     * @param failedUnserved told when it ends before anything of it has reached the client
     */
    Flow(
            Vertx vertx,
            Upstream upstream,
            HttpClientResponse response,
            ProviderCall call,
            Consumer<AttemptFailure> failedUnserved) {
        this.vertx = vertx;
        this.upstream = upstream;
        this.response = response;
        this.call = call;
        this.failedUnserved = failedUnserved;
    }

    /**
     * Begins to read.
     *
     * @param stream looked after by the provider's worker until this is over
     * @param chunks given what each read brings, not when this is over
     * @param broken run when the connection breaks
     * @param done run at the provider's end, or after it when the flow is no longer held; not when this is over
     */
    void start(OpenStream stream, Handler<Buffer> chunks, Runnable broken, Runnable done) {
        whenDone = done;
        whenOver = () -> upstream.streams().remove(stream);
        upstream.streams().add(stream);
        response.handler(chunk -> read(chunk, chunks));
        response.exceptionHandler(cause -> broken.run());
        response.endHandler(end -> {
            providerDone = true;
            tellDone();
        });
        response.resume();
    }

    private void read(Buffer chunk, Handler<Buffer> chunks) {
        if (over) {
            return;
        }
        lastByteNanos = System.nanoTime();
        chunks.handle(chunk);
        if (!over && !clientGone && call.answer().isFull()) {
            paused = true;
            response.pause();
            call.answer().onDrain(this::caughtUp);
        }
    }

    private void caughtUp() {
        if (!over && paused) {
            paused = false;
            lastByteNanos = System.nanoTime();
            if (!held) {
                response.resume();
            }
        }
    }

    private void tellDone() {
        if (!held && !over) {
            whenDone.run();
        }
    }

    /** Stands still until {@link #resume}; the events of the read that it is in the midst of are for the caller to keep. */
    void hold() {
        held = true;
        response.pause();
    }

    /** What it was held for is there, so what was kept meanwhile may pass; the provider is read again from {@link #resume}. */
    void release() {
        held = false;
        lastByteNanos = System.nanoTime();
    }

    /** All that was kept has passed. */
    void resume() {
        if (!paused) {
            response.resume();
        }
        if (providerDone) {
            tellDone();
        }
    }

    boolean isHeld() {
        return held;
    }

    /**
     * The client left.
     *
     * @return false when that is known, or no longer matters since all is over
     */
    boolean clientLeft() {
        if (over || clientGone) {
            return false;
        }
        clientGone = true;
        return true;
    }

    boolean isClientGone() {
        return clientGone;
    }

    /**
     * Hears the provider out though the client is gone, for what it goes on charging.
     *
     * @return false when it stops to charge when cut, or when too many are heard out already
     */
    boolean drain() {
        if (upstream.provider().stopsBillingOnCancel() || !upstream.mayDrain()) {
            return false;
        }
        drainingSinceNanos = System.nanoTime();
        if (!held) {
            response.resume();
        }
        return true;
    }

    /** Who has been waited for too long by now. */
    Stall stall(long nowNanos) {
        if (over) {
            return Stall.NOBODY;
        }
        if (clientGone) {
            return nowNanos - drainingSinceNanos > Upstream.DRAIN_NANOS ? Stall.CLIENT : Stall.NOBODY;
        }
        long silentNanos = nowNanos - lastByteNanos;
        if (paused) {
            return silentNanos > upstream.clientStallNanos() ? Stall.CLIENT : Stall.NOBODY;
        }
        return !held && silentNanos > upstream.idleNanos() ? Stall.PROVIDER : Stall.NOBODY;
    }

    boolean isOver() {
        return over;
    }

    /** Over before anything has reached the client, so that another attempt may answer it. Does nothing after the end. */
    void unserved(Kind kind, ApiError error) {
        if (!over) {
            cut();
            failedUnserved.accept(new AttemptFailure(kind, error));
        }
    }

    /** Over in the midst of it: the provider's connection is cut. */
    void cut() {
        leave();
        response.request().reset();
    }

    /** Over after its end: the connection is given a moment to become free for the next call; otherwise it is cut. */
    void finish() {
        leave();
        if (!providerDone) {
            vertx.setTimer(MOST_UNTIL_FREE_MILLIS, id -> {
                if (!providerDone) {
                    response.request().reset();
                }
            });
        }
    }

    /** What was served is charged, or handed over to be: the provider's worker is not needed for it any more. */
    void settled() {
        upstream.ends(call);
    }

    private void leave() {
        over = true;
        whenOver.run();
    }
}
