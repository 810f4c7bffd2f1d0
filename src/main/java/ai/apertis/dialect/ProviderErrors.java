package ai.apertis.dialect;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told of a provider's failure. The client's own mistakes keep their status, code and text; what is
 * between the gateway and the provider (keys, quotas, outages) becomes a gateway's error. Text of a provider is passed on
 * only without addresses and keys.
 */
public final class ProviderErrors {
    private static final Pattern ADDRESS =
            Pattern.compile("(?i)\\b(?:https?|wss?)://[^\\s\"'<>)]+|\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d+)?\\b");
    private static final Pattern SECRET = Pattern.compile(
            "(?i)\\b(?:sk|pk|rk|gsk|xai|nvapi|key|org|proj|req)[-_][A-Za-z0-9_*\\-.]{6,}|\\bAIza[A-Za-z0-9_-]{10,}|\\bBearer\\s+\\S+");
    private static final int LONGEST = 2_000;

    private ProviderErrors() {}

    /**
     * The error to tell.
     *
     * @param status the provider's HTTP status, or what stands for it
     * @param code the provider's code, null when it gave none
     * @param message the provider's text, null when it gave none
     * @param param the offending field, null when none
     * @return the client's error
     */
    public static ApiError of(int status, @Nullable String code, @Nullable String message, @Nullable String param) {
        return switch (status) {
            case 400, 422 ->
                new ApiError(
                        400,
                        "invalid_request_error",
                        code == null ? "invalid_request" : clean(code),
                        said(message, "The provider refused the request."),
                        param == null ? null : clean(param),
                        0);
            case 413 ->
                new ApiError(
                        413, "invalid_request_error", "request_too_large", said(message, "The request is too large."));
            case 404 ->
                new ApiError(
                        404, "invalid_request_error", "model_not_found", "The provider does not serve this model now.");
            case 408, 504 -> ApiError.server(504, "gateway_timeout", "The provider took too long to answer.");
            case 429 ->
                new ApiError(
                        429,
                        "rate_limit_error",
                        "rate_limit_exceeded",
                        said(message, "The provider is limiting requests for this model; try again later."));
            case 503, 529 ->
                ApiError.server(
                        503, "service_unavailable", "The provider is overloaded or not available; try again later.");
            case 401, 402, 403 ->
                ApiError.server(
                        502, "bad_gateway", "The provider did not accept the gateway's own access to this model.");
            default -> ApiError.server(502, "bad_gateway", "The provider failed to answer the request.");
        };
    }

    /**
     * Text of a provider without addresses and keys.
     *
     * @param text what the provider wrote
     * @return at most 2,000 characters of it
     */
    public static String clean(String text) {
        String shortened = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
        return SECRET.matcher(ADDRESS.matcher(shortened).replaceAll("[address]"))
                .replaceAll("[redacted]");
    }

    private static String said(@Nullable String message, String otherwise) {
        return message == null || message.isBlank() ? otherwise : clean(message);
    }
}
