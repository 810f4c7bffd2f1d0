package ai.apertis.sim;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** The HTTP server of the simulated provider; one per event loop, all on one port. */
final class SimServer extends VerticleBase {
    static final String HOST = "127.0.0.1";

    /** Negative: any free port, and the same one for all instances of a deployment. */
    private static final int SHARED_RANDOM_PORT = -1;

    private final Served served;
    private final SimVideos videos;
    private final AtomicInteger port;

    /**
     * Makes a server.
     *
     * @param served counts for all servers
     * @param videos those of all servers
     * @param port is set to the port once it listens
     */
    SimServer(Served served, SimVideos videos, AtomicInteger port) {
        this.served = served;
        this.videos = videos;
        this.port = port;
    }

    @Override
    public Future<?> start() {
        return vertx.createHttpServer(new HttpServerOptions().setHost(HOST).setPort(SHARED_RANDOM_PORT))
                .requestHandler(this::handle)
                .listen()
                .onSuccess((HttpServer server) -> port.set(server.actualPort()));
    }

    private void handle(HttpServerRequest http) {
        String route = http.method() + " " + http.path();
        switch (route) {
            case "POST /v1/chat/completions" ->
                http.body().onSuccess(body -> chat(http, body)).onFailure(gone -> {});
            case "POST /v1/embeddings" -> task(http, SimTasks::embeddings);
            case "POST /v1/rerank" -> task(http, SimTasks::rerank);
            case "POST /v1/moderations" -> task(http, SimTasks::moderation);
            case "POST /v1/images/generations" -> media(http, SimMedia::image);
            case "POST /v1/audio/speech" -> media(http, SimMedia::speech);
            case "POST /v1/images/edits" -> form(http, "sim/image", bytes -> SimMedia.edit(http, bytes.size()));
            case "POST /v1/audio/transcriptions", "POST /v1/audio/translations" ->
                form(
                        http,
                        "sim/transcribe",
                        bytes -> SimMedia.transcription(
                                http, bytes.stream().mapToLong(Long::longValue).sum()));
            case "GET /v1/models" -> write(http, 200, models());
            case "GET /sim/served" -> write(http, 200, servedJson());
            case "POST /v1/videos" ->
                task(http, request -> new SimTasks.Told(videos.begin(request, System.currentTimeMillis()), 0));
            default -> {
                if (route.startsWith("GET /v1/videos/")) {
                    videos.tell(http, System.currentTimeMillis());
                    return;
                }
                Refusal unknown = Refusal.unknownPath(http.method().name(), http.path());
                write(http, unknown.status(), unknown.body());
            }
        }
    }

    private void chat(HttpServerRequest http, Buffer body) {
        try {
            ChatRequest request = ChatRequest.parse(body.getBytes());
            String id = served.nextId();
            switch (request.model()) {
                case FLAKY_429 -> {
                    served.begin(id, request.model().id(), 0);
                    http.response().putHeader("Retry-After", Integer.toString(request.retryAfterSeconds()));
                    throw new Refusal(
                            429,
                            "requests",
                            "rate_limit_exceeded",
                            null,
                            "Rate limit reached for " + request.model().id() + ".");
                }
                case FLAKY_500 -> {
                    served.begin(id, request.model().id(), 0);
                    throw new Refusal(
                            500, "server_error", null, null, "The server had an error while processing your request.");
                }
                case FLAKY_HANG -> served.begin(id, request.model().id(), 0);
                case ECHO, BRIEF, TOOLS, SLOW, FLAKY_RESET -> {
                    Answer answer = Script.answer(request, id, System.currentTimeMillis() / 1_000);
                    Served.Entry entry = served.begin(id, answer.model(), answer.promptTokens());
                    new Delivery(vertx, http, request, answer, entry).start();
                }
            }
        } catch (Refusal refusal) {
            write(http, refusal.status(), refusal.body());
        }
    }

    private void task(HttpServerRequest http, Function<JsonObject, SimTasks.Told> answers) {
        json(http, request -> {
            SimTasks.Told told = answers.apply(request);
            served.begin(served.nextId(), request.getString("model"), told.tokens())
                    .finished();
            write(http, 200, told.body());
        });
    }

    private void media(HttpServerRequest http, BiConsumer<HttpServerRequest, JsonObject> answers) {
        json(http, request -> {
            answers.accept(http, request);
            served.begin(served.nextId(), request.getString("model"), 0).finished();
        });
    }

    /** A form, of whose files only the lengths count. */
    private void form(HttpServerRequest http, String model, Consumer<List<Long>> answers) {
        List<Long> lengths = new ArrayList<>();
        http.setExpectMultipart(true);
        http.uploadHandler(file -> {
            int index = lengths.size();
            lengths.add(0L);
            file.handler(piece -> lengths.set(index, lengths.get(index) + piece.length()));
        });
        http.endHandler(end -> {
            try {
                SimTasks.expect(new JsonObject().put("model", http.getFormAttribute("model")), model);
                answers.accept(lengths);
                served.begin(served.nextId(), model, 0).finished();
            } catch (Refusal refusal) {
                write(http, refusal.status(), refusal.body());
            }
        });
    }

    private static void json(HttpServerRequest http, Consumer<JsonObject> answers) {
        http.body()
                .onSuccess(body -> {
                    try {
                        answers.accept(body.toJsonObject());
                    } catch (Refusal refusal) {
                        write(http, refusal.status(), refusal.body());
                    } catch (DecodeException | ClassCastException malformed) {
                        Refusal refusal = Refusal.invalid(null, "We could not parse the JSON body of your request.");
                        write(http, refusal.status(), refusal.body());
                    }
                })
                .onFailure(gone -> {});
    }

    private static void write(HttpServerRequest http, int status, JsonObject body) {
        http.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.toBuffer());
    }

    private static JsonObject models() {
        JsonArray data = new JsonArray();
        Stream.concat(Stream.of(SimModel.values()).map(SimModel::id), SimTasks.MODELS.stream())
                .forEach(id -> data.add(new JsonObject()
                        .put("id", id)
                        .put("object", "model")
                        .put("created", 0)
                        .put("owned_by", "sim")));
        return new JsonObject().put("object", "list").put("data", data);
    }

    private JsonObject servedJson() {
        Served.Totals totals = served.totals();
        JsonObject byModel = new JsonObject();
        totals.requestsByModel().forEach(byModel::put);
        JsonArray recent = new JsonArray();
        for (Served.Request request : served.recent()) {
            recent.add(new JsonObject()
                    .put("id", request.id())
                    .put("model", request.model())
                    .put("prompt_tokens", request.promptTokens())
                    .put("completion_tokens", request.completionTokens())
                    .put("finished", request.finished()));
        }
        return new JsonObject()
                .put("requests", totals.requests())
                .put("prompt_tokens", totals.promptTokens())
                .put("completion_tokens", totals.completionTokens())
                .put("requests_by_model", byModel)
                .put("recent", recent);
    }
}
