package ai.apertis.bench;

import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A provider that speaks OpenAI chat, streams five chunks, and can be made ill. Lives on one event loop of the load's process. */
final class FaultyUpstream implements AutoCloseable {
    /** What is wrong with it. */
    enum Illness {
        /** Nothing. */
        WELL,
        /** Every answer is a 500. */
        ERRORS,
        /** The first token takes ten times as long. */
        SLOW,
        /** Every connection is reset before an answer. */
        RESETS
    }

    private static final int CHUNKS = 5;
    private static final int GAP_MILLIS = 10;
    private static final int SLOWER = 10;
    private static final String HEAD =
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1764000000,\"model\":\"m\",\"choices\":";
    private static final String CHUNK =
            HEAD + "[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n";
    private static final String END = HEAD + "[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n" + HEAD
            + "[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}\n\ndata: [DONE]\n\n";

    private final Vertx vertx;
    private final Random random;
    private final long firstMillis;
    private final HttpServer server;
    private volatile Illness illness = Illness.WELL;
    private volatile double tailShare;
    private volatile long tailMillis;
    private final AtomicLong calls = new AtomicLong();

    /**
     * A provider that is well.
     *
     * @param firstMillis the time to its first token, varied by a quarter
     * @param seed of its chance
     */
    FaultyUpstream(Vertx vertx, long firstMillis, long seed) {
        this.vertx = vertx;
        this.firstMillis = firstMillis;
        this.random = new Random(seed);
        this.server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0).setAcceptBacklog(4_096))
                .requestHandler(request -> request.body().onSuccess(body -> answer(request)))
                .listen()
                .await();
    }

    int port() {
        return server.actualPort();
    }

    /** How often it was asked. */
    long calls() {
        return calls.get();
    }

    void is(Illness now) {
        illness = now;
    }

    /** Some first tokens take longer. */
    void hasTail(double share, long millis) {
        tailShare = share;
        tailMillis = millis;
    }

    private void answer(HttpServerRequest request) {
        calls.incrementAndGet();
        double first = firstMillis * (0.75 + random.nextDouble() / 2);
        switch (illness) {
            case ERRORS ->
                request.response()
                        .setStatusCode(500)
                        .putHeader("content-type", "application/json")
                        .end("{\"error\":{\"message\":\"broken\",\"type\":\"server_error\"}}");
            case RESETS -> {
                HttpServerConnection connection = (HttpServerConnection) request.connection();
                connection.channelHandlerContext().channel().config().setOption(ChannelOption.SO_LINGER, 0);
                connection.close();
            }
            case SLOW -> after(first * SLOWER, () -> stream(request.response()));
            case WELL -> {
                boolean late = random.nextDouble() < tailShare;
                after(late ? tailMillis : first, () -> stream(request.response()));
            }
        }
    }

    private void after(double millis, Runnable then) {
        vertx.setTimer(Math.max(1, Math.round(millis)), timer -> then.run());
    }

    private void stream(HttpServerResponse response) {
        if (!response.closed()) {
            response.exceptionHandler(gone -> {}).setChunked(true).putHeader("content-type", "text/event-stream");
            chunk(response, CHUNKS);
        }
    }

    private void chunk(HttpServerResponse response, int left) {
        if (response.closed()) {
            return;
        }
        if (left == 0) {
            response.end(END);
        } else {
            response.write(CHUNK);
            after(GAP_MILLIS, () -> chunk(response, left - 1));
        }
    }

    @Override
    public void close() {
        server.close().await();
    }
}
