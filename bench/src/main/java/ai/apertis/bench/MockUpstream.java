package ai.apertis.bench;

import ai.apertis.http.ChunkSpout;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A provider that speaks OpenAI chat and answers on a timetable of its own, whether or not anybody keeps up with it. A
 * stream has as many chunks as the request's {@code max_tokens}; each carries the time at which it was sent. The pace is
 * set by {@code PUT /pace?first_us=20000&per_second=50}. Ends when its standard input does.
 */
final class MockUpstream {
    private static final byte[] STREAM = ascii("\"stream\":true");
    private static final byte[] MAX_TOKENS = ascii("\"max_tokens\":");
    private static final byte[] INCLUDE_USAGE = ascii("\"include_usage\":true");
    private static final int DEFAULT_CHUNKS = 100;

    private static final String HEAD =
            "{\"id\":\"chatcmpl-bench0000000000000000000000\",\"object\":\"chat.completion%s\",\"created\":1764000000,"
                    + "\"model\":\"bench\",\"system_fingerprint\":\"fp_bench\",\"choices\":[%s]%s}";
    private static final String USAGE =
            ",\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":%1$d,\"total_tokens\":%2$d}";
    private static final byte[] CHUNK = ascii("data: "
            + HEAD.formatted(
                    ".chunk",
                    "{\"index\":0,\"delta\":{\"content\":\" " + SendTime.BLANK
                            + "\"},\"logprobs\":null,\"finish_reason\":null}",
                    "")
            + "\n\n");
    private static final int STAMP = new String(CHUNK, StandardCharsets.US_ASCII).indexOf('~');
    private static final String FINISH = "data: "
            + HEAD.formatted(".chunk", "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}", "")
            + "\n\n";
    private static final String DONE = "data: [DONE]\n\n";
    private static final Buffer ANSWER = Buffer.buffer(HEAD.formatted(
            "",
            "{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + "All is well. ".repeat(20)
                    + "\"},\"logprobs\":null,\"finish_reason\":\"stop\"}",
            USAGE.formatted(60, 160)));

    private Pace pace = Pace.AT_ONCE;

    private MockUpstream() {}

    /**
     * Serves.
     *
     * @param args the port
     * @throws IOException never, in practice
     */
    public static void main(String[] args) throws IOException {
        MockUpstream upstream = new MockUpstream();
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(Integer.parseInt(args[0]))
                        .setTcpNoDelay(true)
                        .setAcceptBacklog(8_192))
                .requestHandler(request -> upstream.handle((ContextInternal) vertx.getOrCreateContext(), request))
                .listen()
                .await();
        System.in.transferTo(OutputStream.nullOutputStream());
        vertx.close().await();
    }

    private void handle(ContextInternal context, HttpServerRequest request) {
        if (request.path().equals("/pace")) {
            pace = new Pace(
                    Long.parseLong(request.getParam("first_us")), Double.parseDouble(request.getParam("per_second")));
            request.response().end();
        } else {
            long arrived = System.nanoTime();
            request.body().onSuccess(body -> answer(context.nettyEventLoop(), arrived, body.getBytes(), request));
        }
    }

    private void answer(EventLoop loop, long arrived, byte[] body, HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (indexOf(body, STREAM) >= 0) {
            response.setChunked(true).putHeader("content-type", "text/event-stream");
            int chunks = maxTokens(body);
            Streaming stream = new Streaming(loop, request, pace, chunks, indexOf(body, INCLUDE_USAGE) >= 0);
            response.exceptionHandler(gone -> stream.left = 0);
            response.closeHandler(closed -> stream.left = 0);
            stream.at(arrived + pace.firstNanos());
        } else {
            response.putHeader("content-type", "application/json");
            at(loop, arrived + pace.firstNanos(), () -> response.end(ANSWER));
        }
    }

    private static void at(EventLoop loop, long nanos, Runnable task) {
        long wait = nanos - System.nanoTime();
        if (wait <= 0) {
            task.run();
        } else {
            loop.schedule(task, wait, TimeUnit.NANOSECONDS);
        }
    }

    /** One open stream. Its timetable is fixed when it begins: a late chunk does not put off those after it. */
    private static final class Streaming implements Runnable {
        private final EventLoop loop;
        private final HttpServerResponse response;
        /** The provider shares the processors with what is measured: the less it takes itself, the better. */
        private final ChunkSpout spout;

        private final Pace pace;
        private final int chunks;
        private final boolean usage;
        private int left;
        private long due;

        private Streaming(EventLoop loop, HttpServerRequest request, Pace pace, int chunks, boolean usage) {
            this.loop = loop;
            this.response = request.response();
            this.spout = new ChunkSpout(request);
            this.pace = pace;
            this.chunks = chunks;
            this.usage = usage;
            this.left = chunks;
        }

        private void at(long nanos) {
            due = nanos;
            MockUpstream.at(loop, due, this);
        }

        @Override
        public void run() {
            if (left == 0) {
                return;
            }
            if (response.writeQueueFull()) {
                // Nobody reads. A provider stops generating then, or at least keeps no more than a socket's worth.
                response.drainHandler(drained -> run());
                return;
            }
            byte[] chunk = CHUNK.clone();
            SendTime.stamp(chunk, STAMP, System.nanoTime());
            Buffer bytes = Buffer.buffer(chunk);
            // The head goes with the first.
            if (left == chunks || !spout.write(bytes)) {
                response.write(bytes);
            }
            if (--left > 0) {
                at(due + pace.gapNanos());
            } else {
                String told = usage
                        ? "data: " + HEAD.formatted(".chunk", "", USAGE.formatted(chunks, 100 + chunks)) + "\n\n"
                        : "";
                response.end(FINISH + told + DONE);
            }
        }
    }

    private static int maxTokens(byte[] body) {
        int name = indexOf(body, MAX_TOKENS);
        int number = 0;
        for (int i = name < 0 ? body.length : name + MAX_TOKENS.length; i < body.length && isDigit(body[i]); i++) {
            number = number * 10 + body[i] - '0';
        }
        return number == 0 ? DEFAULT_CHUNKS : number;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static int indexOf(byte[] body, byte[] wanted) {
        for (int i = 0; i <= body.length - wanted.length; i++) {
            int matched = 0;
            while (matched < wanted.length && body[i + matched] == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return i;
            }
        }
        return -1;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
