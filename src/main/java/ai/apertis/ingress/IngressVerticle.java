package ai.apertis.ingress;

import ai.apertis.config.DialectName;
import ai.apertis.config.Environment;
import ai.apertis.config.ServerConfig;
import ai.apertis.dialect.ApiError;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The public HTTP server on one event loop. Deploy as many instances as there are event loops. */
public final class IngressVerticle extends VerticleBase {
    /** Longer than the longest budget of a request, since Vert.x does not tell an idle connection from a waiting one. */
    private static final int IDLE_SECONDS = 330;

    private static final long TICK_MILLIS = 250;
    /** As long as a last event waits for its settlement, and a moment more. */
    private static final long CUTTING_MILLIS = 3_000;
    /** How Google's API writes what a model is to do, at {@code /v1} too. */
    private static final Pattern MODEL_METHOD = Pattern.compile("/v1/models/.+:[a-zA-Z]+");

    private final Environment environment;
    private final ServerConfig limits;
    private final List<Mount> mounts;
    private final ExchangeLog log;
    private final AtomicInteger port;
    private final ConcurrentHashMap<String, Integer> connectionsPerAddress;
    private final Capacity capacity;
    private final Departure departure;
    private @Nullable HttpServer server;

    private volatile String loop = "";

    /**
     * A server.
     *
     * @param environment where to listen
     * @param limits its bounds
     * @param mounts the endpoints
     * @param log told of each exchange
     * @param port told the port in use, which matters when 0 was asked for
     * @param connectionsPerAddress how many connections each address has, shared by the servers of all event loops
     * @param capacity watches the event loop
     * @param departure says when connections are to end
     */
    public IngressVerticle(
            Environment environment,
            ServerConfig limits,
            List<Mount> mounts,
            ExchangeLog log,
            AtomicInteger port,
            ConcurrentHashMap<String, Integer> connectionsPerAddress,
            Capacity capacity,
            Departure departure) {
        this.environment = environment;
        this.limits = limits;
        this.mounts = List.copyOf(mounts);
        this.log = log;
        this.port = port;
        this.connectionsPerAddress = connectionsPerAddress;
        this.capacity = capacity;
        this.departure = departure;
    }

    /**
     * The event loop it runs on.
     *
     * @return the name of the loop's thread; empty before it was deployed
     */
    public String loop() {
        return loop;
    }

    @Override
    public Future<?> start() {
        loop = Thread.currentThread().getName();
        capacity.watch(vertx);
        Router router = Router.router(vertx);
        router.route()
                .handler(CorsHandler.create()
                        .allowedMethods(Cors.METHODS)
                        .allowedHeaders(Cors.REQUEST_HEADERS)
                        .exposedHeaders(Cors.RESPONSE_HEADERS)
                        .maxAgeSeconds(86_400));
        mounts.forEach(mount -> mount.mount(router));
        router.errorHandler(404, this::noSuchEndpoint);
        router.errorHandler(405, this::noSuchEndpoint);
        router.errorHandler(400, this::badRequest);
        router.errorHandler(500, context -> exchange(context).fail(context.failure()));
        HttpServer made = vertx.createHttpServer(new HttpServerOptions()
                .setHost(environment.host())
                .setPort(environment.port())
                .setTcpNoDelay(true)
                .setHttp2ClearTextEnabled(false)
                // There are no web sockets here, and what offers to compress them would look at every write.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxInitialLineLength(8 * 1024)
                .setMaxHeaderSize(32 * 1024)
                .setMaxFormAttributeSize((int) limits.maxBodyBytes()));
        server = made;
        Connections connections = new Connections(limits, connectionsPerAddress, departure);
        vertx.setPeriodic(TICK_MILLIS, tick -> connections.tick(System.nanoTime()));
        return made.connectionHandler(connections::opened)
                .requestHandler(request -> {
                    connections.began(request);
                    router.handle(request);
                })
                .listen()
                .onSuccess(bound -> port.set(bound.actualPort()));
    }

    /**
     * Takes no new connections and lets what is open finish, within its limit. What is answered by a model then ends with an
     * error and is settled, anything else ends with its connection.
     */
    @Override
    public Future<?> stop() {
        if (server == null) {
            return Future.succeededFuture();
        }
        long most = limits.drainTimeoutMillis();
        vertx.setTimer(Math.max(1, most), late -> departure.cut());
        return server.shutdown(most + CUTTING_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void noSuchEndpoint(RoutingContext context) {
        exchange(context)
                .fail(Errors.noSuchEndpoint(
                        context.request().method().name(), context.request().path()));
    }

    private void badRequest(RoutingContext context) {
        exchange(context)
                .fail(ApiError.badRequest("invalid_request", "The request line or its headers are malformed.", null));
    }

    private Exchange exchange(RoutingContext context) {
        return new Exchange(context.request(), dialect(context.request().path()), "none", log);
    }

    /** Whose client asks below this path, as far as it says. */
    private static DialectName dialect(@Nullable String path) {
        if (path == null) {
            return DialectName.OPENAI;
        }
        if (path.equals("/v1beta")
                || path.startsWith("/v1beta/")
                || MODEL_METHOD.matcher(path).matches()) {
            return DialectName.GEMINI;
        }
        return path.equals("/v1/messages") || path.startsWith("/v1/messages/")
                ? DialectName.ANTHROPIC
                : DialectName.OPENAI;
    }
}
