package ai.apertis.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Streams that are asked for at a fixed rate, however the gateway does (an open loop), counted from when each was due. */
final class FaultLoad implements AutoCloseable {
    /** What came of the streams of one phase. */
    static final class Outcome {
        /** Nanoseconds to the first content, of the streams due after the settling time. */
        final Histogram first = new Histogram(3);

        long requests;
        long failures;

        /** A percentile in milliseconds. */
        double millis(double percentile) {
            return first.getValueAtPercentile(percentile) / 1e6;
        }

        /** Takes in another phase's. */
        void add(Outcome other) {
            first.add(other.first);
            requests += other.requests;
            failures += other.failures;
        }
    }

    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final long MOST_MILLIS = 30_000;

    private final Vertx vertx;
    private final HttpClient client;
    private final RequestOptions where;

    /** A load on a gateway at a port. */
    FaultLoad(Vertx vertx, int port, String key) {
        this.vertx = vertx;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setTcpNoDelay(true), new PoolOptions().setHttp1MaxSize(4_096));
        this.where = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/v1/chat/completions")
                .setTimeout(MOST_MILLIS)
                .putHeader("authorization", "Bearer " + key)
                .putHeader("content-type", "application/json");
    }

    /**
     * Runs a phase.
     *
     * @param model asked for
     * @param more further members of the body, ending in a comma
     * @param perSecond how many streams begin in a second
     * @param seconds how long
     * @param settling how many seconds at the beginning do not count for times
     */
    Outcome run(String model, String more, double perSecond, double seconds, double settling) {
        Outcome outcome = new Outcome();
        Buffer body = Buffer.buffer("{\"model\":\"" + model + "\",\"stream\":true,\"max_tokens\":50," + more
                + "\"messages\":[{\"role\":\"user\",\"content\":\"five words\"}]}");
        Promise<Outcome> over = Promise.promise();
        long start = System.nanoTime();
        int all = (int) (perSecond * seconds);
        int[] left = {all};
        vertx.runOnContext(go -> due(0, all, start, perSecond, (long) (settling * 1e9), body, outcome, left, over));
        return over.future().await();
    }

    private void due(
            int index,
            int all,
            long start,
            double perSecond,
            long settlingNanos,
            Buffer body,
            Outcome outcome,
            int[] left,
            Promise<Outcome> over) {
        int next = index;
        long now = System.nanoTime();
        while (next < all && start + (long) (next * 1e9 / perSecond) <= now) {
            long due = start + (long) (next * 1e9 / perSecond);
            outcome.requests++;
            one(body, due, due - start >= settlingNanos ? outcome.first : null).onComplete(ended -> {
                outcome.failures += ended.succeeded() ? 0 : 1;
                if (--left[0] == 0) {
                    over.complete(outcome);
                }
            });
            next++;
        }
        if (next < all) {
            int from = next;
            vertx.setTimer(1, timer -> due(from, all, start, perSecond, settlingNanos, body, outcome, left, over));
        }
    }

    private Future<Void> one(Buffer body, long due, @Nullable Histogram first) {
        return client.request(new RequestOptions(where))
                .compose(request -> request.send(body))
                .compose(response -> read(response, due, first));
    }

    private static Future<Void> read(HttpClientResponse response, long due, @Nullable Histogram first) {
        if (response.statusCode() != 200) {
            return Future.failedFuture("status " + response.statusCode());
        }
        Buffer all = Buffer.buffer();
        response.handler(chunk -> {
            if (all.length() == 0 && first != null) {
                first.recordValue(Math.max(1, System.nanoTime() - due));
            }
            all.appendBuffer(chunk);
        });
        return response.end().compose(end -> {
            int from = all.length() - DONE.length;
            boolean whole = from >= 0
                    && Arrays.equals(all.getBytes(from, all.length()), DONE)
                    && !all.toString().contains("\"error\"");
            return whole ? Future.succeededFuture() : Future.failedFuture("broken off");
        });
    }

    /** Waits so many seconds, on the thread that asks. */
    void pause(double seconds) {
        Promise<Void> over = Promise.promise();
        vertx.setTimer(
                Math.max(1, TimeUnit.MILLISECONDS.convert((long) (seconds * 1e9), TimeUnit.NANOSECONDS)),
                id -> over.complete());
        over.future().await();
    }

    @Override
    public void close() {
        client.close().await();
    }
}
