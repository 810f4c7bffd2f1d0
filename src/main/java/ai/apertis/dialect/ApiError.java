package ai.apertis.dialect;

import org.jspecify.annotations.Nullable;

/**
 * An error as the product contract knows it, before a dialect gives it a body.
 *
 * @param status the HTTP status
 * @param type the OpenAI error type, for instance {@code invalid_request_error}
 * @param code the code, for instance {@code model_not_found}
 * @param message for people; never shows a key, an internal address or a stack
 * @param param the offending field, null when none
 * @param retryAfterSeconds the value of {@code Retry-After}, 0 for none
 */
public record ApiError(
        int status,
        String type,
        String code,
        String message,
        @Nullable String param,
        int retryAfterSeconds) {

    /** An error without a field and without a time to retry. */
    public ApiError(int status, String type, String code, String message) {
        this(status, type, code, message, null, 0);
    }

    /**
     * Something wrong with a field of the request.
     *
     * @param code {@code invalid_request}, {@code invalid_parameter} or {@code missing_parameter}
     * @param message what is wrong
     * @param param the field
     * @return a 400
     */
    public static ApiError badRequest(String code, String message, @Nullable String param) {
        return new ApiError(400, "invalid_request_error", code, message, param, 0);
    }

    /**
     * A field has an unusable value.
     *
     * @param param the field
     * @param message what is wrong with it
     * @return a 400 {@code invalid_parameter}
     */
    public static ApiError invalidParameter(String param, String message) {
        return badRequest("invalid_parameter", message, param);
    }

    /**
     * A required field is not there.
     *
     * @param param the field
     * @return a 400 {@code missing_parameter}
     */
    public static ApiError missingParameter(String param) {
        return badRequest("missing_parameter", "Missing required parameter: '" + param + "'.", param);
    }

    /**
     * A failure on the server's side.
     *
     * @param status 500 to 504
     * @param code the code
     * @param message for people
     * @return the error
     */
    public static ApiError server(int status, String code, String message) {
        return new ApiError(status, "server_error", code, message, null, 0);
    }

    /**
     * The same error with a time to retry.
     *
     * @param seconds the value of {@code Retry-After}
     * @return a copy
     */
    public ApiError retryAfter(int seconds) {
        return new ApiError(status, type, code, message, param, seconds);
    }

    /**
     * Wraps this for throwing.
     *
     * @return an exception without a stack trace
     */
    public ApiException exception() {
        return new ApiException(this);
    }
}
