package ai.apertis.ingress;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.tasks.VideoTask;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.VideoRow;
import ai.apertis.ledger.Videos;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.function.BiConsumer;

/** Videos, which are asked for, asked after and fetched. */
public final class VideoMount implements Mount {
    private static final String CREATE = "/v1/video/create";
    private static final String QUERY = "/v1/video/query";
    private static final String CONTENT = "/v1/video/content";
    /** However often a client asks, its provider is asked no more often. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Door door;
    private final BodyReader bodies;
    private final ConversationHandler conversations;
    private final Videos videos;
    private final VideoInquirer inquirer;
    private final ExchangeLog log;

    /**
     * The endpoints.
     *
     * @param door lets clients in
     * @param bodies reads bodies
     * @param parts what every request for a model needs
     * @param videos the tasks
     * @param inquirer asks providers about them
     * @param log told of each exchange
     */
    public VideoMount(
            Door door,
            BodyReader bodies,
            ConversationParts parts,
            Videos videos,
            VideoInquirer inquirer,
            ExchangeLog log) {
        this.door = door;
        this.bodies = bodies;
        this.conversations = new ConversationHandler(door, bodies, parts);
        this.videos = videos;
        this.inquirer = inquirer;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        router.post(CREATE)
                .handler(context -> create(new Exchange(context.request(), DialectName.OPENAI, CREATE, log)));
        one(router, QUERY, this::tell);
        one(router, CONTENT, this::content);
    }

    private void create(Exchange exchange) {
        Future<Buffer> body = bodies.read(exchange.request());
        door.enter(exchange)
                .compose(key -> body.map(bytes -> {
                    VideoTask task = VideoTask.read(bytes.getBytes());
                    VideoBeginning beginning = new VideoBeginning(videos, key.accountId(), task.model());
                    return conversations.begin(exchange, key, task, beginning);
                }))
                .onSuccess(Conversation::admit)
                .onFailure(exchange::fail);
    }

    private void one(Router router, String path, BiConsumer<Exchange, VideoRow> deed) {
        router.get(path).handler(context -> {
            Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, path, log);
            door.enter(exchange)
                    .compose(key -> upToDate(key, exchange.request().getParam("id")))
                    .onSuccess(row -> deed.accept(exchange, row))
                    .onFailure(exchange::fail);
        });
    }

    private Future<VideoRow> upToDate(KeyRecord key, String id) {
        if (id == null || id.isEmpty()) {
            return Future.failedFuture(ApiError.missingParameter("id").exception());
        }
        return find(key, id)
                .compose(row -> row.ended()
                        ? Future.succeededFuture(row)
                        : videos.mayAsk(id, PAUSE)
                                .compose(turn -> turn ? inquirer.ask(row) : Future.succeededFuture())
                                .compose(asked -> find(key, id)));
    }

    private Future<VideoRow> find(KeyRecord key, String id) {
        return videos.get(id, key.accountId())
                .recover(Errors::unavailable)
                .map(found -> found.orElseThrow(() -> notFound(id).exception()));
    }

    private void tell(Exchange exchange, VideoRow row) {
        exchange.json(200, Json.bytes(VideoView.of(row)));
    }

    private void content(Exchange exchange, VideoRow row) {
        if (!row.status().equals("completed")) {
            exchange.fail(new ApiError(
                    404,
                    "invalid_request_error",
                    "video_not_ready",
                    "The video is " + row.status() + "; GET /v1/video/query tells when it is completed."));
            return;
        }
        inquirer.fetch(row, taken -> pass(exchange, taken))
                .onSuccess(fetched -> {
                    if (!fetched) {
                        exchange.fail(new ApiError(
                                404,
                                "invalid_request_error",
                                "video_not_found",
                                "The provider does not keep the video any more."));
                    }
                })
                .onFailure(late ->
                        exchange.fail(ApiError.server(502, "bad_gateway", "The provider could not be reached.")));
    }

    /** The bytes go no faster than the client takes them. */
    private static void pass(Exchange exchange, HttpClientResponse taken) {
        HttpServerResponse response = exchange.response();
        String type = taken.getHeader(HttpHeaders.CONTENT_TYPE);
        String length = taken.getHeader(HttpHeaders.CONTENT_LENGTH);
        response.putHeader(
                HttpHeaders.CONTENT_TYPE,
                type != null && type.startsWith("video/") ? type : "application/octet-stream");
        if (length == null) {
            response.setChunked(true);
        } else {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        }
        taken.pipeTo(response)
                .onFailure(brokenOff -> {
                    taken.request().reset();
                    response.reset();
                })
                .onComplete(done -> exchange.over());
    }

    private static ApiError notFound(String id) {
        String shown = id.length() > 200 ? id.substring(0, 200) + "…" : id;
        return new ApiError(
                404, "invalid_request_error", "video_not_found", "Video with id '" + shown + "' not found.");
    }
}
