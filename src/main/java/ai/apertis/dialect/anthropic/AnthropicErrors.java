package ai.apertis.dialect.anthropic;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ErrorCodec;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.ProviderErrors;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Errors in Anthropic's form: {@code {"type":"error","error":{"type","message"},"request_id"}}. */
public final class AnthropicErrors implements ErrorCodec {
    /** A codec without state. */
    public AnthropicErrors() {}

    @Override
    public byte[] encode(ApiError error, String requestId) {
        return Json.bytes(body(error, requestId));
    }

    @Override
    public ApiError decode(int status, byte[] body, int retryAfterSeconds) {
        ObjectNode told;
        try {
            told = Json.answer(body);
        } catch (ApiException notJson) {
            told = Json.object();
        }
        ApiError error = status < 400 ? ofEvent(told) : of(status, told.path("error"));
        return error.retryAfter(retryAfterSeconds);
    }

    /** An error event, or an error body under a good status: the type says what the status would have been. */
    static ApiError ofEvent(ObjectNode event) {
        JsonNode error = event.path("error");
        int status = switch (error.path("type").asText("")) {
            case "invalid_request_error" -> 400;
            case "authentication_error" -> 401;
            case "billing_error" -> 402;
            case "permission_error" -> 403;
            case "not_found_error" -> 404;
            case "request_too_large" -> 413;
            case "rate_limit_error" -> 429;
            case "timeout_error" -> 504;
            case "overloaded_error" -> 529;
            default -> 502;
        };
        return of(status, error);
    }

    private static ApiError of(int status, JsonNode error) {
        String message = error.path("message").textValue();
        boolean tooLong = message != null && message.startsWith("prompt is too long");
        return ProviderErrors.of(status, tooLong ? "context_length_exceeded" : null, message, null);
    }

    static ObjectNode body(ApiError error, @Nullable String requestId) {
        ObjectNode out = Json.object().put("type", "error");
        ObjectNode inner = out.putObject("error").put("type", type(error)).put("message", error.message());
        if ("thread_unsupported_request".equals(error.code())) {
            inner.putObject("details").put("error_code", error.code());
        }
        if (requestId != null) {
            out.put("request_id", requestId);
        }
        return out;
    }

    private static String type(ApiError error) {
        return switch (error.status()) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 408, 504 -> "timeout_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            default -> "api_error";
        };
    }
}
