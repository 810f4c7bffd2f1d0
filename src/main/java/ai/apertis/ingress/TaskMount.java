package ai.apertis.ingress;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.tasks.EmbeddingTask;
import ai.apertis.dialect.tasks.FormTask;
import ai.apertis.dialect.tasks.GeminiEmbedTask;
import ai.apertis.dialect.tasks.ImageEditForm;
import ai.apertis.dialect.tasks.ImageTask;
import ai.apertis.dialect.tasks.ModerationTask;
import ai.apertis.dialect.tasks.RerankTask;
import ai.apertis.dialect.tasks.SpeechTask;
import ai.apertis.dialect.tasks.TranscriptionForm;
import ai.apertis.dialect.translation.ClientRequests;
import ai.apertis.http.MultipartPart;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The endpoints for what is no conversation: completions, embeddings, reranking, moderation, images, sound. */
public final class TaskMount implements Mount {
    private static final String GEMINI_EMBED =
            "/v1(?:beta)?/models/(?<model>.+):(?<method>embedContent|batchEmbedContents)";

    private final ExchangeLog log;
    private final UploadReader uploads;
    private final ConversationHandler conversations;

    /**
     * The endpoints.
     *
     * @param door lets clients in
     * @param bodies reads bodies
     * @param uploads reads forms
     * @param parts what every request for a model needs
     * @param log told of each exchange
     */
    public TaskMount(Door door, BodyReader bodies, UploadReader uploads, ConversationParts parts, ExchangeLog log) {
        this.uploads = uploads;
        this.log = log;
        this.conversations = new ConversationHandler(door, bodies, parts);
    }

    @Override
    public void mount(Router router) {
        task(router, "/v1/completions", ClientRequests::completion);
        task(router, "/v1/embeddings", EmbeddingTask::read);
        task(router, "/v1/rerank", RerankTask::read);
        task(router, "/v1/moderations", ModerationTask::read);
        task(router, "/v1/images/generations", ImageTask::generation);
        task(router, "/v1/audio/speech", SpeechTask::read);
        router.post("/v1/images/edits").handler(context -> {
            Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, "/v1/images/edits", log);
            if (isJson(context.request())) {
                conversations.handle(exchange, ImageTask::edit);
            } else {
                conversations.handleUpload(exchange, paused -> uploads.read(paused, ImageEditForm::read));
            }
        });
        form(router, "/v1/audio/transcriptions", TranscriptionForm::transcription);
        form(router, "/v1/audio/translations", TranscriptionForm::translation);
        router.postWithRegex(GEMINI_EMBED).handler(this::geminiEmbedding);
    }

    private void task(Router router, String path, Function<byte[], ClientRequest> reader) {
        router.post(path)
                .handler(context ->
                        conversations.handle(new Exchange(context.request(), DialectName.OPENAI, path, log), reader));
    }

    private void form(Router router, String path, Function<List<MultipartPart>, FormTask> reader) {
        router.post(path)
                .handler(context -> conversations.handleUpload(
                        new Exchange(context.request(), DialectName.OPENAI, path, log),
                        paused -> uploads.read(paused, reader)));
    }

    private static boolean isJson(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/json");
    }

    private void geminiEmbedding(RoutingContext context) {
        Exchange exchange =
                new Exchange(context.request(), DialectName.GEMINI, "/v1beta/models/{model}:embedContent", log);
        String model = context.pathParam("model");
        boolean batch = context.pathParam("method").equals("batchEmbedContents");
        conversations.handle(exchange, body -> GeminiEmbedTask.read(body, model, batch));
    }
}
