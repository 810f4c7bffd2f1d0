package ai.apertis.ingress;

import ai.apertis.dialect.ApiError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Reads a request's body once, bounded. */
public final class BodyReader {
    private final long mostBytes;

    /**
     * A reader.
     *
     * @param mostBytes the longest body that is accepted, in bytes
     */
    public BodyReader(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * Reads the body. Must be called before the event loop is left, or on a paused request.
     *
     * @param request whose body
     * @return the body; fails with {@link ai.apertis.dialect.ApiException} when it is too large or encoded
     */
    public Future<Buffer> read(HttpServerRequest request) {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return Future.failedFuture(new ApiError(
                            415,
                            "invalid_request_error",
                            "invalid_request",
                            "Encoded request bodies are not accepted; send the JSON as it is.")
                    .exception());
        }
        if (declaredLength(request) > mostBytes) {
            return Future.failedFuture(tooLarge().exception());
        }
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() > mostBytes) {
                request.handler(ignored -> {});
                whole.tryFail(tooLarge().exception());
            } else {
                body.appendBuffer(chunk);
            }
        });
        request.endHandler(end -> whole.tryComplete(body));
        request.exceptionHandler(whole::tryFail);
        return whole.future();
    }

    private ApiError tooLarge() {
        return new ApiError(
                413,
                "invalid_request_error",
                "request_too_large",
                "The request body is larger than " + mostBytes + " bytes.");
    }

    private static long declaredLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
