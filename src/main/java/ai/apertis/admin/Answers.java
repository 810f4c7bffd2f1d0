package ai.apertis.admin;

import ai.apertis.dialect.ApiError;
import ai.apertis.ingress.Exchange;
import ai.apertis.ledger.Conflict;
import ai.apertis.ledger.NoSuchRow;
import ai.apertis.ledger.RememberedAnswer;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;

/** Tells clients what became of their calls. */
final class Answers {
    private Answers() {}

    static void send(Exchange exchange, Future<RememberedAnswer> written) {
        written.onSuccess(reply -> exchange.json(reply.status(), reply.body().getBytes(StandardCharsets.UTF_8)))
                .onFailure(cause -> exchange.fail(told(cause)));
    }

    private static Throwable told(Throwable cause) {
        return switch (cause) {
            case NoSuchRow none ->
                new ApiError(404, "invalid_request_error", "not_found", String.valueOf(none.getMessage())).exception();
            case Conflict conflict -> conflict(String.valueOf(conflict.getMessage()));
            default -> cause;
        };
    }

    static RuntimeException conflict(String message) {
        return new ApiError(409, "invalid_request_error", "invalid_request", message).exception();
    }
}
