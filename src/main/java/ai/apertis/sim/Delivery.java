package ai.apertis.sim;

import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Writes one answer at the pace that the request asked for, and counts what it writes. Waits while the reader is slower than
 * the pace, and stops when the reader is gone. Lives on the event loop of its connection.
 */
final class Delivery {
    /** Long enough for what was written to leave the host before the reset overtakes it. */
    private static final long RESET_DELAY_MILLIS = 20;

    private final Vertx vertx;
    private final HttpServerRequest http;
    private final HttpServerResponse response;
    private final ChatRequest request;
    private final Answer answer;
    private final ChatJson json;
    private final Served.Entry served;
    private final long startNanos = System.nanoTime();
    private int next;
    private boolean opened;

    Delivery(Vertx vertx, HttpServerRequest http, ChatRequest request, Answer answer, Served.Entry served) {
        this.vertx = vertx;
        this.http = http;
        this.response = http.response();
        this.request = request;
        this.answer = answer;
        this.json = new ChatJson(answer, request.includeUsage());
        this.served = served;
    }

    /** Starts to write. */
    void start() {
        // A reader who leaves is no failure; every step looks whether it is still there.
        response.exceptionHandler(gone -> {});
        if (request.stream()) {
            stream();
        } else {
            at(request.pace().dueMillis(answer.pieces().size()), this::whole);
        }
    }

    private void whole() {
        if (response.closed()) {
            return;
        }
        Buffer body = json.whole();
        response.putHeader("Content-Type", "application/json");
        if (request.model() == SimModel.FLAKY_RESET) {
            response.putHeader("Content-Length", Integer.toString(body.length()));
            response.write(body.slice(0, body.length() / 2));
            resetSoon();
            return;
        }
        served.wrote(answer.completionTokens());
        served.finished();
        response.end(body);
    }

    private void stream() {
        int tokens = answer.completionTokens();
        while (next < tokens || !opened) {
            if (response.closed()) {
                return;
            }
            if (request.model() == SimModel.FLAKY_RESET && next >= request.resetAfter()) {
                resetSoon();
                return;
            }
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> stream());
                return;
            }
            long due = request.pace().dueMillis(next / answer.choices());
            if (due > elapsedMillis()) {
                at(due, this::stream);
                return;
            }
            if (!opened) {
                open();
            } else {
                response.write(
                        json.chunk(next % answer.choices(), answer.pieces().get(next / answer.choices())));
                served.wrote(1);
                next++;
            }
        }
        close();
    }

    private void open() {
        opened = true;
        response.setChunked(true).putHeader("Content-Type", "text/event-stream; charset=utf-8");
        for (int choice = 0; choice < answer.choices(); choice++) {
            response.write(json.opening(choice));
        }
    }

    private void close() {
        if (response.closed()) {
            return;
        }
        if (request.model() == SimModel.FLAKY_RESET) {
            resetSoon();
            return;
        }
        for (int choice = 0; choice < answer.choices(); choice++) {
            response.write(json.closing(choice));
        }
        if (request.includeUsage()) {
            response.write(json.usageChunk());
        }
        served.finished();
        response.end(json.done());
    }

    /** Ends the connection by a TCP reset: closing with a linger time of zero sends one instead of a FIN. */
    private void resetSoon() {
        HttpServerConnection connection = (HttpServerConnection) http.connection();
        vertx.setTimer(RESET_DELAY_MILLIS, timer -> {
            connection.channelHandlerContext().channel().config().setOption(ChannelOption.SO_LINGER, 0);
            connection.close();
        });
    }

    private void at(long dueMillis, Runnable step) {
        long wait = dueMillis - elapsedMillis();
        if (wait <= 0) {
            step.run();
        } else {
            vertx.setTimer(wait, timer -> step.run());
        }
    }

    private long elapsedMillis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
