package ai.apertis.ingress;

import ai.apertis.config.ServerConfig;
import ai.apertis.dialect.ApiError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Reads a request's body once, bounded in size, in the time it may stand still, and in what all bodies take together. */
public final class BodyReader {
    private final Vertx vertx;
    private final long mostBytes;
    private final long stallMillis;
    private final Capacity capacity;

    /**
     * A reader.
     *
     * @param vertx keeps the time
     * @param bounds how long a body may be, in bytes, and how long it may make no progress, in milliseconds
     * @param capacity how much there may be at once
     */
    public BodyReader(Vertx vertx, ServerConfig bounds, Capacity capacity) {
        this.vertx = vertx;
        this.mostBytes = bounds.maxBodyBytes();
        this.stallMillis = bounds.bodyTimeoutMillis();
        this.capacity = capacity;
    }

    /**
     * Lets a request for an answer in, or tells its client that there is too much to do.
     *
     * @param exchange the client's
     * @return false when it has been told so, and nothing more is to be done
     */
    boolean letsIn(Exchange exchange) {
        ApiError full = capacity.enter(exchange);
        if (full != null) {
            exchange.fail(full);
        }
        return full == null;
    }

    /**
     * Makes room for a body that was read before and is needed until its exchange is over, or tells its client that there is
     * none.
     *
     * @param exchange whose body
     * @param length in bytes
     * @return false when it has been told so, and nothing more is to be done
     */
    boolean keeps(Exchange exchange, int length) {
        Capacity.Room room = capacity.room();
        if (!room.take(length)) {
            exchange.fail(Capacity.NO_ROOM);
            return false;
        }
        exchange.whenOver(room::close);
        return true;
    }

    /**
     * Reads a body that is needed until its exchange is over, as {@link #read(HttpServerRequest)} does.
     *
     * @param exchange whose body
     * @return the body
     */
    Future<Buffer> read(Exchange exchange) {
        Capacity.Room room = capacity.room();
        exchange.whenOver(room::close);
        return read(exchange.request(), room);
    }

    /**
     * Reads the body. Must be called before the event loop is left, or on a paused request.
     *
     * @param request whose body
     * @return the body; fails with {@link ai.apertis.dialect.ApiException} when it is too large or encoded, when it stands
     *     still or breaks off, or when there is no room for it
     */
    public Future<Buffer> read(HttpServerRequest request) {
        Capacity.Room room = capacity.room();
        return read(request, room).onComplete(read -> room.close());
    }

    private Future<Buffer> read(HttpServerRequest request, Capacity.Room room) {
        ApiError refusal = refusal(request, mostBytes);
        if (refusal == null && !capacity.hasRoom(Math.max(0, declaredLength(request)))) {
            refusal = Capacity.NO_ROOM;
        }
        if (refusal != null) {
            return Future.failedFuture(refusal.exception());
        }
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > mostBytes) {
                request.handler(ignored -> {});
                whole.tryFail(tooLarge(mostBytes).exception());
            } else if (!room.take(chunk.length())) {
                request.handler(ignored -> {});
                whole.tryFail(Capacity.NO_ROOM.exception());
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> whole.tryComplete(body));
        request.exceptionHandler(brokenOff -> whole.tryFail(Errors.CLIENT_GONE.exception()));
        watch(whole, body, 0);
        return whole.future();
    }

    /** Gives up a body that has not grown since it was last looked at. */
    private void watch(Promise<Buffer> whole, Buffer body, int lengthBefore) {
        long timer = vertx.setTimer(stallMillis, fired -> {
            if (body.length() == lengthBefore) {
                whole.tryFail(Errors.BODY_STALLED.exception());
            } else if (!whole.future().isComplete()) {
                watch(whole, body, body.length());
            }
        });
        whole.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /** What the headers alone show to be wrong with a body, null when nothing. */
    static @Nullable ApiError refusal(HttpServerRequest request, long mostBytes) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return new ApiError(
                    415,
                    "invalid_request_error",
                    "invalid_request",
                    "Encoded request bodies are not accepted; send the body as it is.");
        }
        return declaredLength(request) > mostBytes ? tooLarge(mostBytes) : null;
    }

    static ApiError tooLarge(long mostBytes) {
        return new ApiError(
                413,
                "invalid_request_error",
                "request_too_large",
                "The request body is larger than " + mostBytes + " bytes.");
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
