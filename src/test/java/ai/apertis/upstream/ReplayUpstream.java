package ai.apertis.upstream;

import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A provider for tests: a real HTTP server on a loopback port that answers whatever is asked with the replies it was given,
 * in their order, the last one again and again, and remembers what it was asked.
 */
public final class ReplayUpstream implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 20;

    /** Long enough for what was written to leave the host before a reset overtakes it. */
    private static final long CUT_DELAY_MILLIS = 20;

    private final Vertx vertx;
    private final LinkedBlockingDeque<Reply> replies = new LinkedBlockingDeque<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final HttpServer server;

    /**
     * A request as it arrived.
     *
     * @param method the method
     * @param path the path without query
     * @param query the query, empty when none
     * @param headers the headers, names in lower case, several values joined by a comma
     * @param body the body
     */
    public record Received(String method, String path, String query, Map<String, String> headers, String body) {}

    /**
     * Starts to listen.
     *
     * @param vertx where it runs
     * @param replies what to answer
     */
    public ReplayUpstream(Vertx vertx, Reply... replies) {
        this.vertx = vertx;
        answer(replies);
        try {
            this.server = vertx.createHttpServer()
                    .requestHandler(this::handle)
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new IllegalStateException("the upstream does not listen", failure);
        }
    }

    /** Takes these replies in place of what is left. */
    public void answer(Reply... next) {
        replies.clear();
        replies.addAll(List.of(next));
    }

    /** Where it is, without a path. */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    /** What it was asked so far, in the order of arrival. */
    public List<Received> received() {
        return List.copyOf(received);
    }

    /** How many answers were cut by the one who asked. */
    public int cancelled() {
        return cancelled.get();
    }

    @Override
    public void close() {
        try {
            server.close().toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new IllegalStateException("the upstream does not close", failure);
        }
    }

    private void handle(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            Map<String, String> headers = new TreeMap<>();
            request.headers()
                    .forEach(header -> headers.merge(
                            header.getKey().toLowerCase(Locale.ROOT), header.getValue(), (a, b) -> a + "," + b));
            String query = request.query() == null ? "" : request.query();
            received.add(new Received(request.method().name(), request.path(), query, headers, body.toString()));
            new Writing(request, nextReply()).start();
        });
    }

    private synchronized Reply nextReply() {
        Reply next = replies.size() > 1 ? replies.poll() : replies.peek();
        return next == null ? Reply.json(500, "{\"error\":{\"message\":\"this upstream was given no reply\"}}") : next;
    }

    /** One reply being written, on the event loop of its connection. */
    private final class Writing {
        private final HttpServerRequest request;
        private final HttpServerResponse response;
        private final Reply reply;
        private final Buffer body;
        private final int step;
        private int written;
        private boolean over;

        Writing(HttpServerRequest request, Reply reply) {
            this.request = request;
            this.response = request.response();
            this.reply = reply;
            boolean cut =
                    reply.cutAfter() >= 0 && reply.cutAfter() < reply.body().length();
            this.body = cut ? reply.body().slice(0, reply.cutAfter()) : reply.body();
            this.step = reply.chop() == 0 ? Math.max(1, body.length()) : reply.chop();
        }

        void start() {
            response.exceptionHandler(gone -> {});
            response.closeHandler(closed -> {
                if (!over) {
                    cancelled.incrementAndGet();
                }
            });
            after(reply.headDelayMillis(), this::head);
        }

        private void head() {
            if (reply.cutAfter() == 0) {
                end();
                return;
            }
            response.setStatusCode(reply.status());
            reply.headers().forEach(response::putHeader);
            boolean whole = reply.chop() == 0 && reply.cutAfter() < 0 && !isStream();
            if (whole) {
                response.putHeader("content-length", Integer.toString(body.length()));
            } else {
                response.setChunked(true);
            }
            write();
        }

        private void write() {
            while (!response.closed() && written < body.length()) {
                if (response.writeQueueFull()) {
                    response.drainHandler(drained -> write());
                    return;
                }
                int end = Math.min(body.length(), written + step);
                response.write(body.slice(written, end));
                written = end;
                if (reply.delayMillis() > 0) {
                    vertx.setTimer(reply.delayMillis(), timer -> write());
                    return;
                }
            }
            if (!response.closed()) {
                end();
            }
        }

        private void end() {
            if (reply.cutAfter() < 0) {
                over = true;
                response.end();
                return;
            }
            if (reply.ending() == Reply.Ending.SILENCE) {
                return;
            }
            over = true;
            HttpServerConnection connection = (HttpServerConnection) request.connection();
            vertx.setTimer(CUT_DELAY_MILLIS, timer -> {
                if (reply.ending() == Reply.Ending.RESET) {
                    connection.channelHandlerContext().channel().config().setOption(ChannelOption.SO_LINGER, 0);
                }
                connection.close();
            });
        }

        private boolean isStream() {
            return reply.headers().getOrDefault("content-type", "").startsWith("text/event-stream");
        }

        private void after(long millis, Runnable next) {
            if (millis == 0) {
                next.run();
            } else {
                vertx.setTimer(millis, timer -> next.run());
            }
        }
    }
}
