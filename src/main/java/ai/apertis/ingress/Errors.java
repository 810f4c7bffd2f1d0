package ai.apertis.ingress;

import ai.apertis.dialect.ApiError;

/** The errors that more than one handler tells. */
final class Errors {
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
    static final ApiError INTERNAL =
            ApiError.server(500, "internal_error", "Something went wrong on the server's side.");

    private Errors() {}

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

    static ApiError modelRefused(String model, String why) {
        return new ApiError(
                403, "permission_error", "model_access_denied", "The model '" + model + "' " + why, "model", 0);
    }
}
