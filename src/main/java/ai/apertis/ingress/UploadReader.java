package ai.apertis.ingress;

import ai.apertis.config.ServerConfig;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.tasks.FormTask;
import ai.apertis.http.MultipartPart;
import ai.apertis.http.MultipartScanner;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.Function;

/**
 * Reads multipart forms, bounded in size and in the time they may stand still. They are never held whole in memory: the
 * model's name may stand behind the file, and an attempt may have to be made again, so a form waits in a {@link Spool}.
 */
public final class UploadReader {
    private final Vertx vertx;
    private final long mostBytes;
    private final long stallMillis;

    /**
     * A reader.
     *
     * @param vertx keeps the time and the files
     * @param bounds how long a form may be, in bytes, and how long it may make no progress, in milliseconds
     */
    public UploadReader(Vertx vertx, ServerConfig bounds) {
        this.vertx = vertx;
        this.mostBytes = bounds.maxMultipartBytes();
        this.stallMillis = bounds.bodyTimeoutMillis();
    }

    /**
     * Reads a form.
     *
     * @param exchange whose request is paused; when it is over, the form is put away
     * @param reader understands its parts
     * @return the request; fails with {@link ai.apertis.dialect.ApiException}
     */
    Future<ClientRequest> read(Exchange exchange, Function<List<MultipartPart>, FormTask> reader) {
        HttpServerRequest request = exchange.request();
        ApiError refusal = BodyReader.refusal(request, mostBytes);
        if (refusal != null) {
            return Future.failedFuture(refusal.exception());
        }
        String contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
        MultipartScanner scanner;
        try {
            scanner = new MultipartScanner(contentType);
        } catch (IllegalArgumentException noForm) {
            return Future.failedFuture(malformed(noForm));
        }
        Reading reading = new Reading(request, scanner, new Spool(vertx));
        exchange.whenOver(reading.spool::close);
        return reading.start().map(parts -> new SpooledRequest(reader.apply(parts), reading.spool, contentType));
    }

    private static RuntimeException malformed(IllegalArgumentException cause) {
        return ApiError.badRequest("invalid_request", String.valueOf(cause.getMessage()), null)
                .exception();
    }

    /** One form on its way into its spool. */
    private final class Reading {
        private final HttpServerRequest request;
        private final MultipartScanner scanner;
        private final Spool spool;
        private final Promise<List<MultipartPart>> whole = Promise.promise();

        private Reading(HttpServerRequest request, MultipartScanner scanner, Spool spool) {
            this.request = request;
            this.scanner = scanner;
            this.spool = spool;
        }

        private Future<List<MultipartPart>> start() {
            request.handler(this::take);
            request.endHandler(
                    end -> spool.complete().onSuccess(kept -> finish()).onFailure(whole::tryFail));
            request.exceptionHandler(brokenOff -> whole.tryFail(Errors.CLIENT_GONE.exception()));
            watch(0);
            request.resume();
            return whole.future();
        }

        private void take(Buffer chunk) {
            if (whole.future().isComplete()) {
                return;
            }
            if (spool.size() + chunk.length() > mostBytes) {
                whole.tryFail(BodyReader.tooLarge(mostBytes).exception());
                return;
            }
            try {
                scanner.feed(chunk.getBytes());
            } catch (IllegalArgumentException broken) {
                whole.tryFail(malformed(broken));
                return;
            }
            // Paused first: the spool may be ready again before this returns.
            request.pause();
            spool.add(chunk, request::resume);
        }

        private void finish() {
            try {
                whole.tryComplete(scanner.parts());
            } catch (IllegalArgumentException broken) {
                whole.tryFail(malformed(broken));
            }
        }

        private void watch(long sizeBefore) {
            long timer = vertx.setTimer(stallMillis, fired -> {
                if (spool.size() == sizeBefore) {
                    whole.tryFail(Errors.BODY_STALLED.exception());
                } else if (!whole.future().isComplete()) {
                    watch(spool.size());
                }
            });
            whole.future().onComplete(done -> vertx.cancelTimer(timer));
        }
    }
}
