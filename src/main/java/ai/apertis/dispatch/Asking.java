package ai.apertis.dispatch;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.concurrent.TimeUnit;

/** Puts one inquiry to its provider. */
final class Asking {
    private static final int LONGEST_REPLY = 1 << 20;

    private final Upstream upstream;
    private final Inquiry inquiry;

    Asking(Upstream upstream, Inquiry inquiry) {
        this.upstream = upstream;
        this.inquiry = inquiry;
    }

    void start() {
        upstream.connection(upstream.options(inquiry.path(), inquiry.key(), inquiry.headers(), false))
                .compose(this::ask)
                .onComplete(inquiry.reply());
    }

    private Future<Inquiry.Reply> ask(HttpClientRequest request) {
        return request.send(Buffer.buffer(inquiry.body()))
                .compose(response -> body(response).map(body -> new Inquiry.Reply(response.statusCode(), body)))
                .timeout(inquiry.timeoutMillis(), TimeUnit.MILLISECONDS)
                .onFailure(tooLate -> request.reset());
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        response.handler(chunk -> {
            if (body.length() + chunk.length() > LONGEST_REPLY) {
                response.request().reset();
            } else {
                body.appendBuffer(chunk);
            }
        });
        return response.end().map(body);
    }
}
