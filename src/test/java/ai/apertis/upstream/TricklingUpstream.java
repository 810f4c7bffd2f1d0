package ai.apertis.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A provider of OpenAI's dialect that streams a few words with a gap of as many milliseconds as the prompt says
 * ({@code gap 20}) and keeps count of who asked over which connection. Below {@code /v1/fail…} it only fails.
 */
public final class TricklingUpstream implements AutoCloseable {
    /** How many words an answer has, each billed as a token. */
    public static final int WORDS = 8;

    /** The prompt tokens that it tells. */
    public static final int PROMPT_TOKENS = 10;

    private static final Pattern GAP = Pattern.compile("gap (\\d+)");
    private static final Pattern MODEL = Pattern.compile("\"model\":\\s*\"([^\"]+)\"");

    private final Vertx vertx;
    private final HttpServer server;
    private final Map<String, Integer> asked = Collections.synchronizedMap(new HashMap<>());
    private final Map<HttpConnection, String> open = Collections.synchronizedMap(new HashMap<>());
    private final AtomicInteger all = new AtomicInteger();

    /** Listens. */
    public TricklingUpstream(Vertx vertx) {
        this.vertx = vertx;
        server = vertx.createHttpServer()
                .connectionHandler(connection -> {
                    open.put(connection, "");
                    connection.closeHandler(closed -> open.remove(connection));
                })
                .requestHandler(request -> request.body().onSuccess(body -> answer(request, body.toString())))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Its address without a path. */
    public String baseUrl() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** How many requests came. */
    public int asked() {
        return all.get();
    }

    /** How many came for a model. */
    public int asked(String model) {
        return asked.getOrDefault(model, 0);
    }

    /** How many connections are open. */
    public int connected() {
        return open.size();
    }

    /** How many connections are open over which a model was asked for last. */
    public int connected(String model) {
        synchronized (open) {
            return (int) open.values().stream().filter(model::equals).count();
        }
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }

    private void answer(HttpServerRequest request, String body) {
        all.incrementAndGet();
        String model = found(MODEL, body);
        asked.merge(model, 1, Integer::sum);
        open.replace(request.connection(), model);
        if (request.path().startsWith("/v1/fail")) {
            request.response().setStatusCode(500).end("{}");
            return;
        }
        HttpServerResponse response =
                request.response().setChunked(true).putHeader("content-type", "text/event-stream");
        response.exceptionHandler(gone -> {});
        word(response, 0, Integer.parseInt(found(GAP, body)));
    }

    private void word(HttpServerResponse response, int count, int gapMillis) {
        if (response.closed()) {
            return;
        }
        if (count < WORDS) {
            response.write(event("[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}]", "null"));
            vertx.setTimer(Math.max(1, gapMillis), next -> word(response, count + 1, gapMillis));
        } else {
            response.write(event("[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]", "null"));
            response.write(event(
                    "[]",
                    "{\"prompt_tokens\":" + PROMPT_TOKENS + ",\"completion_tokens\":" + WORDS + ",\"total_tokens\":"
                            + (PROMPT_TOKENS + WORDS) + "}"));
            response.end("data: [DONE]\n\n");
        }
    }

    private static String event(String choices, String usage) {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                + choices + ",\"usage\":" + usage + "}\n\n";
    }

    private static String found(Pattern pattern, String in) {
        Matcher matcher = pattern.matcher(in);
        return matcher.find() ? matcher.group(1) : "1";
    }
}
