package ai.apertis.bench;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A load of streams at a fixed rate: they begin when the timetable says, however the target does (an open loop), so that
 * a target that stalls cannot hide it by slowing the load. The number of open streams is steady from the end of the ramp
 * on: as many begin as should end. Runs on one event loop.
 */
final class StreamLoad {
    private final EventLoop loop;
    private final HttpClient client;
    private final Chat chat;
    private final Plan plan;
    /** The same load in every phase. */
    private final Random random = new Random(1);

    private final StreamFigures figures = new StreamFigures();
    private final Set<HttpClientRequest> open = new HashSet<>();
    private final Promise<StreamFigures> finished = Promise.promise();
    private final long startNanos;
    private final long fromNanos;
    private final long toNanos;
    private int unfinished;
    private boolean allStarted;

    /**
     * A phase.
     *
     * @param startNanos when the first stream is to begin, a little ahead of now
     */
    StreamLoad(EventLoop loop, HttpClient client, Chat chat, Plan plan, long startNanos) {
        this.loop = loop;
        this.client = client;
        this.chat = chat;
        this.plan = plan;
        this.startNanos = startNanos;
        this.fromNanos = startNanos + (long) (Plan.RAMP_SECONDS * 1e9);
        this.toNanos = fromNanos + (long) (plan.streamSeconds() * 1e9);
    }

    /** When the measured part begins. */
    long fromNanos() {
        return fromNanos;
    }

    /** When it ends. */
    long toNanos() {
        return toNanos;
    }

    /**
     * Runs the phase.
     *
     * @return what was measured, when the last stream has ended
     */
    Future<StreamFigures> run() {
        loop.execute(() -> {
            ramp();
            next(chat.stream(plan.chunks()), fromNanos);
        });
        return finished.future();
    }

    /** Opens the streams at any moment of the ramp, and has them end at any moment of a stream's length after it. */
    private void ramp() {
        for (int i = 0; i < plan.streams(); i++) {
            long begins = startNanos + (long) (random.nextDouble() * (fromNanos - startNanos));
            long ends = fromNanos + (long) (random.nextDouble() * plan.streamNanos());
            Pace pace = plan.pace();
            int chunks = (int) Math.max(1, (ends - begins - pace.firstNanos()) / pace.gapNanos());
            Buffer body = chat.stream(chunks);
            at(begins, () -> begin(begins, body, chunks));
        }
    }

    /** Arrivals at random moments (a Poisson process), lest the streams' chunks fall together. */
    private void next(Buffer body, long due) {
        if (due >= toNanos) {
            allStarted = true;
            loop.schedule(this::giveUp, giveUpNanos(), TimeUnit.NANOSECONDS);
            finishIfOver();
            return;
        }
        at(due, () -> {
            begin(due, body, plan.chunks());
            double gaps = -Math.log(1 - random.nextDouble());
            next(body, due + (long) (gaps * plan.streamNanos() / plan.streams()));
        });
    }

    private long giveUpNanos() {
        return plan.streamNanos() + (long) (Plan.GRACE_SECONDS * 1e9);
    }

    private void at(long nanos, Runnable task) {
        loop.schedule(task, Math.max(0, nanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void begin(long due, Buffer body, int chunks) {
        unfinished++;
        if (due >= fromNanos) {
            figures.streams++;
        }
        client.request(chat.options())
                .compose(request -> {
                    open.add(request);
                    return request.send(body).onComplete(sent -> {
                        if (sent.succeeded()) {
                            new Streaming(due, chunks, request, sent.result());
                        }
                    });
                })
                .onFailure(failure -> over(failure.getClass().getSimpleName()));
    }

    private void over(String error) {
        if (!error.isEmpty()) {
            figures.errors.merge(error, 1, Integer::sum);
        }
        unfinished--;
        finishIfOver();
    }

    private void finishIfOver() {
        if (allStarted && unfinished == 0) {
            finished.tryComplete(figures);
        }
    }

    private void giveUp() {
        if (unfinished > 0) {
            figures.errors.merge("unfinished", unfinished, Integer::sum);
            open.forEach(HttpClientRequest::reset);
            finished.tryComplete(figures);
        }
    }

    /** One open stream as the client sees it. */
    private final class Streaming {
        private final long due;
        private final int chunks;
        private final HttpClientRequest request;
        private final HttpClientResponse response;
        private final SendTime.Reader times = chat.reader();
        private int seen;
        private long lastReceived;
        private boolean over;

        private Streaming(long due, int chunks, HttpClientRequest request, HttpClientResponse response) {
            this.due = due;
            this.chunks = chunks;
            this.request = request;
            this.response = response;
            response.handler(this::read);
            response.exceptionHandler(failure -> end(failure.getClass().getSimpleName()));
            response.endHandler(end -> end(verdict()));
        }

        private void read(Buffer buffer) {
            long received = System.nanoTime();
            times.read(buffer.getBytes(), sent -> chunk(sent, received));
        }

        private void chunk(long sent, long received) {
            if (seen++ == 0) {
                if (due >= fromNanos) {
                    figures.firstChunk.recordValue(
                            Math.max(0, received - due - plan.pace().firstNanos()));
                }
            } else if (isMeasured(sent)) {
                figures.gap.recordValue(received - lastReceived);
            }
            if (isMeasured(sent)) {
                figures.chunk.recordValue(Math.max(0, received - sent));
            }
            lastReceived = received;
        }

        private boolean isMeasured(long sent) {
            return sent >= fromNanos && sent < toNanos;
        }

        private String verdict() {
            if (response.statusCode() != 200) {
                return "status " + response.statusCode();
            }
            return seen != chunks ? "chunks missing" : times.isDone() ? "" : "no end";
        }

        private void end(String error) {
            if (!over) {
                over = true;
                open.remove(request);
                StreamLoad.this.over(error);
            }
        }
    }
}
