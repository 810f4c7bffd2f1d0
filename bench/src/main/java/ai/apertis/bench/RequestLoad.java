package ai.apertis.bench;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;

/** A load of whole answers, on one event loop: as many as go over some connections, or at a fixed rate. */
final class RequestLoad {
    private final EventLoop loop;
    private final HttpClient client;
    private final RequestOptions options;
    private final Buffer body;
    private final RequestFigures figures = new RequestFigures();
    private final Promise<RequestFigures> finished = Promise.promise();
    private final long startNanos = System.nanoTime();
    private final long endNanos;
    private int unfinished;

    RequestLoad(EventLoop loop, HttpClient client, Chat chat, double seconds) {
        this.loop = loop;
        this.client = client;
        this.options = chat.options();
        this.body = chat.whole();
        this.endNanos = startNanos + (long) (seconds * 1e9);
        figures.seconds = seconds;
    }

    /** One request. */
    Future<RequestFigures> once() {
        loop.execute(() -> ask(System.nanoTime()).onComplete(done -> finished.tryComplete(figures)));
        return bounded();
    }

    /** A closed loop: every connection sends its next request when it has the answer. Shows the throughput there is. */
    Future<RequestFigures> saturate(int connections) {
        loop.execute(() -> {
            for (int i = 0; i < connections; i++) {
                again();
            }
        });
        return bounded();
    }

    /** An open loop: requests are sent when they are due, and their latency counts from then. */
    Future<RequestFigures> atRate(int perSecond) {
        loop.execute(() -> due(startNanos, 1_000_000_000L / perSecond));
        return bounded();
    }

    private Future<RequestFigures> bounded() {
        long wait = endNanos - System.nanoTime() + (long) (Plan.GRACE_SECONDS * 1e9);
        loop.schedule(this::giveUp, wait, TimeUnit.NANOSECONDS);
        return finished.future();
    }

    private void again() {
        long sent = System.nanoTime();
        if (sent < endNanos) {
            ask(sent).onComplete(done -> again());
        } else if (unfinished == 0) {
            finished.tryComplete(figures);
        }
    }

    private void due(long due, long interval) {
        if (due >= endNanos) {
            if (unfinished == 0) {
                finished.tryComplete(figures);
            }
            return;
        }
        ask(due).onComplete(done -> {
            if (unfinished == 0 && System.nanoTime() >= endNanos) {
                finished.tryComplete(figures);
            }
        });
        long next = due + interval;
        loop.schedule(() -> due(next, interval), Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private Future<Void> ask(long since) {
        unfinished++;
        return client.request(options)
                .compose(request -> request.send(body))
                .compose(RequestLoad::wholeAnswer)
                .onSuccess(status -> {
                    if (status == 200) {
                        figures.latency.recordValue(System.nanoTime() - since);
                    } else {
                        figures.errors.merge("status " + status, 1, Integer::sum);
                    }
                })
                .onFailure(failure -> figures.errors.merge(failure.getClass().getSimpleName(), 1, Integer::sum))
                .otherwise(0)
                .map(status -> {
                    unfinished--;
                    return null;
                });
    }

    private static Future<Integer> wholeAnswer(HttpClientResponse response) {
        return response.body().map(body -> response.statusCode());
    }

    private void giveUp() {
        if (unfinished > 0) {
            figures.errors.merge("unfinished", unfinished, Integer::sum);
        }
        finished.tryComplete(figures);
    }
}
