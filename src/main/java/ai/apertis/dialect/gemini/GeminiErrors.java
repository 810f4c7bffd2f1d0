package ai.apertis.dialect.gemini;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ErrorCodec;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.ProviderErrors;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Errors in Google's form: {@code {"error":{"code","message","status"}}}. */
public final class GeminiErrors implements ErrorCodec {
    /** A codec without state. */
    public GeminiErrors() {}

    @Override
    public byte[] encode(ApiError error, String requestId) {
        return Json.bytes(body(error));
    }

    @Override
    public ApiError decode(int status, byte[] body, int retryAfterSeconds) {
        JsonNode root = Json.object();
        try {
            root = Json.parseAny(body);
        } catch (ApiException notJson) {
            return of(Math.max(status, 400), root, retryAfterSeconds);
        }
        // Streams that are not server-sent events are arrays.
        JsonNode error = root.isArray() ? root.path(0).path("error") : root.path("error");
        int code = error.path("code").asInt(502);
        return of(status < 400 ? Math.clamp(code, 400, 599) : status, error, retryAfterSeconds);
    }

    /** An error in the place of an answer, or of the rest of a stream. */
    static ApiError ofEvent(ObjectNode event) {
        JsonNode error = event.path("error");
        int code = error.path("code").asInt(502);
        return of(code >= 400 && code <= 599 ? code : 502, error, 0);
    }

    private static ApiError of(int status, JsonNode error, int retryAfterSeconds) {
        int told = status;
        int retry = retryAfterSeconds;
        for (JsonNode detail : error.path("details")) {
            // Google tells a bad key as a bad request; it is the gateway's key.
            if ("API_KEY_INVALID".equals(detail.path("reason").asText())) {
                told = 401;
            }
            String delay = detail.path("retryDelay").asText("");
            if (retry == 0 && delay.matches("\\d{1,5}(\\.\\d+)?s")) {
                retry = (int) Math.ceil(Double.parseDouble(delay.substring(0, delay.length() - 1)));
            }
        }
        String message = error.path("message").textValue();
        boolean tooLong = message != null && message.contains("exceeds the maximum number of tokens");
        return ProviderErrors.of(told, tooLong ? "context_length_exceeded" : null, message, null)
                .retryAfter(retry);
    }

    static ObjectNode body(ApiError error) {
        ObjectNode out = Json.object();
        out.putObject("error")
                .put("code", error.status())
                .put("message", error.message())
                .put("status", status(error.status()));
        return out;
    }

    /** The names of google.rpc.Code for HTTP statuses. */
    private static String status(int status) {
        return switch (status) {
            case 400, 413 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 402 -> "FAILED_PRECONDITION";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 408, 504 -> "DEADLINE_EXCEEDED";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 502, 503 -> "UNAVAILABLE";
            default -> "INTERNAL";
        };
    }
}
