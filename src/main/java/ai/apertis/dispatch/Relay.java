package ai.apertis.dispatch;

import ai.apertis.billing.Charge;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ByteMeter;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.dispatch.AttemptFailure.Kind;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt, from the request to the provider until its answer has begun to reach the client. Everything runs on one
 * event loop, so there is no lock and no hop.
 */
final class Relay {
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;

    private final Vertx vertx;
    private final Upstream upstream;
    private final ProviderCall call;
    private final Bill bill;
    private @Nullable HttpClientRequest request;
    private @Nullable OpenStream stream;
    private long timer = -1;
    private boolean over;

    Relay(Vertx vertx, Upstream upstream, ProviderCall call) {
        this.vertx = vertx;
        this.upstream = upstream;
        this.call = call;
        this.bill = new Bill(vertx, upstream.tokens(), call);
    }

    void start() {
        timer = vertx.setTimer(Math.max(1, call.timeoutMillis()), id -> tooLate());
        call.hold().outcome().onSuccess(outcome -> {
            if (!(outcome instanceof HoldOutcome.Held) && finish()) {
                call.answer().refused(outcome);
            }
        });
        // Taken for dead, with its holds settled by a peer: nothing more may be served on them.
        call.hold().lost().onSuccess(gone -> broken(Kind.HOLD_LOST, Upstream.HOLD_LOST));
        RequestOptions options = upstream.options(call);
        ask(upstream.connection(options)).onSuccess(this::head).onFailure(cause -> {
            if (!over && upstream.wentStale(request, cause)) {
                call.watch().askedAgain();
                ask(upstream.freshConnection(options)).onSuccess(this::head).onFailure(this::broken);
            } else {
                broken(cause);
            }
        });
    }

    private Future<HttpClientResponse> ask(Future<HttpClientRequest> connected) {
        return connected.compose(opened -> {
            request = opened;
            if (over) {
                opened.reset();
            }
            return call.bridge() instanceof Upload upload
                    ? upload.send(opened)
                    : opened.send(Buffer.buffer(call.bridge().body()));
        });
    }

    /** The client left before anything was served to it, or while a stream runs. */
    void clientGone() {
        if (stream != null) {
            stream.clientGone();
        } else {
            fail(Kind.CLIENT_GONE, Upstream.CLIENT_CLOSED);
        }
    }

    private void tooLate() {
        if (stream != null) {
            stream.tooLate();
        } else {
            fail(Kind.TIMEOUT, Upstream.TOOK_TOO_LONG);
        }
    }

    /** Another attempt answers the client. */
    void outrun() {
        if (stream != null) {
            stream.outrun();
        } else {
            fail(Kind.OUTRUN, Upstream.OUTRUN);
        }
    }

    /** The process stops. */
    void stop() {
        broken(Kind.STOPPED, Upstream.STOPPED);
    }

    private void broken(Kind kind, ApiError error) {
        if (stream != null) {
            stream.broken(kind, error);
        } else {
            fail(kind, error);
        }
    }

    private void head(HttpClientResponse response) {
        if (over) {
            return;
        }
        int status = response.statusCode();
        if (status / 100 != 2) {
            collect(
                    response,
                    MAX_ERROR_BYTES,
                    body -> fail(new AttemptFailure(Kind.STATUS, statusError(status, response, body), status)));
        } else if (answersWhole(response)) {
            collect(response, MAX_ANSWER_BYTES, this::whole);
        } else if (isNoStream(response)) {
            collect(response, MAX_ERROR_BYTES, this::notAStream);
        } else {
            response.pause();
            call.hold().outcome().onSuccess(outcome -> {
                if (!over && outcome instanceof HoldOutcome.Held) {
                    stream(response);
                }
            });
        }
    }

    private boolean answersWhole(HttpClientResponse response) {
        return call.client().stream()
                ? call.bridge().mayAnswerWhole() && isNoStream(response)
                : call.bridge().meter() == null;
    }

    private void stream(HttpClientResponse response) {
        ByteMeter meter = call.client().stream() ? null : call.bridge().meter();
        Flow flow = new Flow(vertx, upstream, response, call, this::streamFailed);
        OpenStream opened = meter == null
                ? new StreamRelay(vertx, upstream.tokens(), call, bill, flow, this::cancelTimer)
                : new ByteRelay(
                        call, bill, flow, meter, response.getHeader(HttpHeaders.CONTENT_TYPE), this::cancelTimer);
        stream = opened;
        opened.start();
    }

    /** The stream said an error, or ended, before anything reached the client. */
    private void streamFailed(AttemptFailure failure) {
        stream = null;
        fail(failure);
    }

    private void whole(Buffer body) {
        WholeAnswer answer = call.bridge().answer(body.getBytes());
        ApiError error = answer.error();
        if (error != null) {
            fail(Kind.GARBAGE, error);
            return;
        }
        bill.content();
        bill.firstByte();
        cancelTimer();
        call.hold().outcome().onSuccess(outcome -> {
            if (over || !(outcome instanceof HoldOutcome.Held)) {
                return;
            }
            if (!call.watch().mayAnswer()) {
                fail(Kind.OUTRUN, Upstream.OUTRUN);
                return;
            }
            over = true;
            bill.settle(answer.usage(), answer.text(), 0, Charge.Ending.COMPLETED)
                    .onSuccess(settled -> {
                        upstream.ends(call);
                        answered(answer, settled);
                    });
        });
    }

    private void answered(WholeAnswer answer, Bill.Settled settled) {
        if (settled.lost()) {
            call.answer().cut(settled.charge(), settled.settlement(), Upstream.HOLD_LOST);
        } else {
            call.answer().isOf(answer.contentType());
            Buffer body = Buffer.buffer(answer.body(settled.receipt(call.terms())));
            call.answer().whole(body, settled.charge(), settled.settlement());
        }
    }

    private void notAStream(Buffer body) {
        fail(Kind.GARBAGE, call.bridge().error(200, body.getBytes()));
    }

    private void collect(HttpClientResponse response, int most, Consumer<Buffer> then) {
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            if (body.length() + chunk.length() > most) {
                fail(Kind.GARBAGE, Upstream.UNREADABLE);
            } else {
                body.appendBuffer(chunk);
            }
        });
        response.exceptionHandler(this::broken);
        response.endHandler(end -> {
            if (!over) {
                then.accept(body);
            }
        });
    }

    private ApiError statusError(int status, HttpClientResponse response, Buffer body) {
        return call.bridge().error(status, body.getBytes()).retryAfter(Upstream.retryAfterSeconds(response));
    }

    private void broken(Throwable cause) {
        if (cause instanceof ConnectionPoolTooBusyException) {
            fail(Kind.SPARED, Upstream.TOO_BUSY);
            return;
        }
        boolean connect = cause instanceof ConnectException
                || cause instanceof ConnectTimeoutException
                || cause instanceof UnknownHostException;
        fail(connect ? Kind.CONNECT : Kind.RESET, connect ? Upstream.UNREACHABLE : Upstream.BROKE_OFF);
    }

    private void fail(Kind kind, ApiError error) {
        fail(new AttemptFailure(kind, error));
    }

    private void fail(AttemptFailure failure) {
        if (finish()) {
            call.watch().failed(failure);
        }
    }

    /** Lets the provider go, once. */
    private boolean finish() {
        if (over || stream != null) {
            return false;
        }
        over = true;
        cancelTimer();
        if (request != null) {
            request.reset();
        }
        upstream.ends(call);
        return true;
    }

    private void cancelTimer() {
        vertx.cancelTimer(timer);
    }

    /** Some providers stream under odd content types, so only what cannot be a stream is taken for none. */
    private static boolean isNoStream(HttpClientResponse response) {
        String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && (type.startsWith("application/json") || type.startsWith("text/html"));
    }
}
