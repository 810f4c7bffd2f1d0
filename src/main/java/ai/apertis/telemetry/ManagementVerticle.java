package ai.apertis.telemetry;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;

/** The management port: is the process alive, does it want requests, what does it measure. Never public. */
public final class ManagementVerticle extends VerticleBase {
    private static final String JSON = "application/json";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final int IDLE_SECONDS = 75;

    private final String host;
    private final int port;
    private final Metrics metrics;
    private final Readiness readiness;
    private volatile int actualPort;

    /**
     * Makes the verticle.
     *
     * @param host the address to listen on
     * @param port the port to listen on, 0 for any
     * @param metrics what {@code /metrics} shows
     * @param readiness what {@code /health/ready} shows
     */
    public ManagementVerticle(String host, int port, Metrics metrics, Readiness readiness) {
        this.host = host;
        this.port = port;
        this.metrics = metrics;
        this.readiness = readiness;
    }

    /** Listens; fails with {@link java.net.BindException} when the port is in use. */
    @Override
    public Future<?> start() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        return vertx.createHttpServer(options)
                .requestHandler(this::handle)
                .listen()
                .onSuccess((HttpServer server) -> actualPort = server.actualPort());
    }

    /**
     * The port it listens on.
     *
     * @return 0 before it is deployed
     */
    public int actualPort() {
        return actualPort;
    }

    private void handle(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader("Allow", "GET, HEAD");
            answer(request, 405, new JsonObject().put("status", "method_not_allowed"));
            return;
        }
        switch (request.path()) {
            case "/health/live" -> answer(request, 200, new JsonObject().put("status", "live"));
            case "/health/ready" -> ready(request);
            case "/metrics" -> metrics(request);
            default -> answer(request, 404, new JsonObject().put("status", "not_found"));
        }
    }

    private void ready(HttpServerRequest request) {
        readiness.asked();
        JsonObject conditions = new JsonObject();
        readiness.states().forEach(conditions::put);
        boolean ready = readiness.isReady();
        answer(
                request,
                ready ? 200 : 503,
                new JsonObject().put("status", ready ? "ready" : "not_ready").put("conditions", conditions));
    }

    private void metrics(HttpServerRequest request) {
        vertx.executeBlocking(metrics::scrape, false)
                .onSuccess(text -> answer(request, 200, PROMETHEUS, Buffer.buffer(text)))
                .onFailure(failure -> answer(request, 500, new JsonObject().put("status", "failed")));
    }

    private static void answer(HttpServerRequest request, int status, JsonObject body) {
        answer(request, status, JSON, body.toBuffer());
    }

    private static void answer(HttpServerRequest request, int status, String type, Buffer body) {
        HttpServerResponse response = request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", type)
                .putHeader("Cache-Control", "no-store")
                .putHeader("Content-Length", Integer.toString(body.length()));
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.end(body);
        }
    }
}
