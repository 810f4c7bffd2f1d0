package ai.apertis;

import ai.apertis.config.DialectName;
import ai.apertis.ingress.ChatOnBehalf;
import ai.apertis.ingress.Exchange;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ledger.KeyHash;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.KeySettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A client and its server on one event loop, which chat until there was enough of it. Deployed when they have. */
final class SelfAsker extends VerticleBase {
    private static final String HERE = "127.0.0.1";
    private static final String PATH = "/v1/chat/completions";
    private static final KeyRecord NOBODYS = new KeyRecord(
            0,
            0,
            false,
            KeySettings.named("warm-up"),
            List.of(),
            false,
            KeyHash.STANDARD,
            "",
            false,
            Instant.EPOCH,
            null);

    private final ChatOnBehalf chat;
    private final ExchangeLog log;
    private final List<String> models;
    private final int most;
    private final long untilNanos;
    private final AtomicInteger answered;
    private volatile String loop = "";

    /**
     * A client and its server.
     *
     * @param chat answers
     * @param log is told
     * @param models who is asked, in turn
     * @param most how often, half of it streamed
     * @param untilNanos when no more is asked, by {@link System#nanoTime}
     * @param answered counts the answers that were as they should
     */
    SelfAsker(
            ChatOnBehalf chat,
            ExchangeLog log,
            List<String> models,
            int most,
            long untilNanos,
            AtomicInteger answered) {
        this.chat = chat;
        this.log = log;
        this.models = models;
        this.most = most;
        this.untilNanos = untilNanos;
        this.answered = answered;
    }

    /** The event loop it runs on. */
    String loop() {
        return loop;
    }

    @Override
    public Future<?> start() {
        loop = Thread.currentThread().getName();
        HttpClient client = vertx.createHttpClient();
        return vertx.createHttpServer()
                .requestHandler(this::serve)
                .listen(0, HERE)
                .compose(server -> ask(client, server, most));
    }

    private void serve(HttpServerRequest request) {
        Exchange exchange = new Exchange(request, DialectName.OPENAI, PATH, log);
        request.body()
                .onSuccess(body -> chat.answer(exchange, NOBODYS, body.getBytes()))
                .onFailure(exchange::fail);
    }

    private Future<Void> ask(HttpClient client, HttpServer server, int left) {
        if (left == 0 || System.nanoTime() > untilNanos) {
            return Future.succeededFuture();
        }
        return client.request(HttpMethod.POST, server.actualPort(), HERE, PATH)
                .compose(request -> request.send(body(models.get(left % models.size()), left % 4 < 2)))
                .compose(response -> response.body().map(read -> response.statusCode() == 200))
                .otherwise(false)
                .compose(well -> {
                    answered.addAndGet(well ? 1 : 0);
                    return ask(client, server, left - 1);
                });
    }

    private static Buffer body(String model, boolean stream) {
        JsonObject message = new JsonObject().put("role", "user").put("content", "Say this again, word by word.");
        return new JsonObject()
                .put("model", model)
                .put("stream", stream)
                .put("messages", new JsonArray().add(message))
                .toBuffer();
    }
}
