package ai.apertis.ingress;

import ai.apertis.catalog.Model;
import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import io.vertx.core.Future;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The errors that more than one handler tells. */
final class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    static final ApiError MISSING_KEY = new ApiError(
            401,
            "authentication_error",
            "missing_api_key",
            "No API key was given. Send it as 'Authorization: Bearer sk-…', 'x-api-key' or 'x-goog-api-key'.");
    static final ApiError INVALID_KEY =
            new ApiError(401, "authentication_error", "invalid_api_key", "The API key is not valid.");
    static final ApiError EXPIRED_KEY =
            new ApiError(401, "authentication_error", "expired_api_key", "The API key has expired.");
    static final ApiError DISABLED_KEY =
            new ApiError(403, "permission_error", "access_denied", "The API key is disabled.");
    static final ApiError SUSPENDED =
            new ApiError(403, "permission_error", "account_suspended", "The account is suspended.");
    static final ApiError ADDRESS_REFUSED =
            new ApiError(403, "permission_error", "ip_not_allowed", "The API key may not be used from this address.");
    static final ApiError CLIENT_GONE =
            new ApiError(499, "invalid_request_error", "invalid_request", "The client closed the request.");
    static final ApiError BODY_STALLED =
            new ApiError(408, "timeout", "request_timeout", "The request's body stopped arriving.");
    static final ApiError UNAVAILABLE = ApiError.server(
                    503, "service_unavailable", "The service cannot take the request now; try again shortly.")
            .retryAfter(1);
    /** To be sent again on another connection, which a balancer leads elsewhere. */
    static final ApiError LEAVING = ApiError.server(
                    503, "service_unavailable", "The server is being restarted; send the request again.")
            .retryAfter(1);

    static final ApiError INTERNAL =
            ApiError.server(500, "internal_error", "Something went wrong on the server's side.");

    private Errors() {}

    /** What the client is told when the database does not answer. */
    static <T> Future<T> unavailable(Throwable cause) {
        LOG.warn("the database did not answer: {}", cause.getMessage());
        return Future.failedFuture(UNAVAILABLE.exception());
    }

    static ApiError noSuchEndpoint(String method, String path) {
        return new ApiError(
                404,
                "invalid_request_error",
                "endpoint_not_found",
                "There is no endpoint " + method + " " + path + ".");
    }

    static ApiError noSuchModel(String name) {
        String shown = name.length() > 200 ? name.substring(0, 200) + "…" : name;
        return new ApiError(
                404,
                "invalid_request_error",
                "model_not_found",
                "The model '" + shown + "' does not exist. GET /v1/models lists those that do.",
                "model",
                0);
    }

    static ApiError noProvider(String model) {
        return ApiError.server(
                503, "service_unavailable", "No provider of the model '" + model + "' is configured here.");
    }

    /** A model was asked for what it is not there for. */
    static ApiError otherKind(Model model, ModelKind asked) {
        String serves = model.kinds().stream().map(Errors::endpoint).sorted().collect(Collectors.joining(" and "));
        return ApiError.invalidParameter(
                "model",
                "The model '" + model.id() + "' cannot be used for " + word(asked) + ". It serves " + serves + ".");
    }

    private static String word(ModelKind kind) {
        return switch (kind) {
            case CHAT -> "conversations";
            case COMPLETION -> "completions";
            case EMBEDDING -> "embeddings";
            case RERANK -> "reranking";
            case MODERATION -> "moderation";
            case IMAGE -> "images";
            case SPEECH -> "speech";
            case TRANSCRIPTION -> "transcription";
            case VIDEO -> "videos";
        };
    }

    private static String endpoint(ModelKind kind) {
        return switch (kind) {
            case CHAT -> "POST /v1/chat/completions";
            case COMPLETION -> "POST /v1/completions";
            case EMBEDDING -> "POST /v1/embeddings";
            case RERANK -> "POST /v1/rerank";
            case MODERATION -> "POST /v1/moderations";
            case IMAGE -> "POST /v1/images/generations";
            case SPEECH -> "POST /v1/audio/speech";
            case TRANSCRIPTION -> "POST /v1/audio/transcriptions";
            case VIDEO -> "POST /v1/video/create";
        };
    }

    static ApiError modelRefused(String model, String why) {
        return new ApiError(
                403, "permission_error", "model_access_denied", "The model '" + model + "' " + why, "model", 0);
    }
}
