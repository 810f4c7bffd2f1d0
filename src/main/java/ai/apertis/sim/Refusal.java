package ai.apertis.sim;

import io.vertx.core.json.JsonObject;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** An error answer in the OpenAI form, on its way to being written. Has no stack trace: it is an answer, not a bug. */
final class Refusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final @Nullable String code;
    private final @Nullable String param;

    Refusal(int status, String type, @Nullable String code, @Nullable String param, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
    }

    /** Something wrong with a field of the request. */
    static Refusal invalid(@Nullable String param, String message) {
        return new Refusal(400, "invalid_request_error", null, param, message);
    }

    /** A path or method that is not served. */
    static Refusal unknownPath(String method, String path) {
        return new Refusal(
                404, "invalid_request_error", "unknown_url", null, "Unknown request URL: " + method + " " + path + ".");
    }

    int status() {
        return status;
    }

    /** The body, with the four fields that OpenAI always sends. */
    JsonObject body() {
        return new JsonObject()
                .put(
                        "error",
                        new JsonObject()
                                .put("message", getMessage())
                                .put("type", type)
                                .put("param", param)
                                .put("code", code));
    }
}
