package ai.apertis.dispatch;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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
        upstream.begins(inquiry);
        RequestOptions options = upstream.options(inquiry.path(), inquiry.key(), inquiry.headers(), false);
        if (inquiry.body() == null) {
            options.setMethod(HttpMethod.GET).putHeader(HttpHeaders.ACCEPT, "*/*");
        }
        upstream.connection(options)
                .compose(this::ask)
                .onComplete(inquiry.reply())
                .onComplete(over -> upstream.ends(inquiry));
    }

    private Future<Inquiry.Reply> ask(HttpClientRequest request) {
        byte[] question = inquiry.body();
        return (question == null ? request.send() : request.send(Buffer.buffer(question)))
                .compose(this::read)
                .timeout(inquiry.timeoutMillis(), TimeUnit.MILLISECONDS)
                .onFailure(tooLate -> request.reset());
    }

    private Future<Inquiry.Reply> read(HttpClientResponse response) {
        Consumer<HttpClientResponse> taker = inquiry.taker();
        if (taker != null && response.statusCode() == 200) {
            response.pause();
            upstream.begins(response);
            response.end().onComplete(over -> upstream.ends(response));
            taker.accept(response);
            return Future.succeededFuture(new Inquiry.Reply(200, Buffer.buffer()));
        }
        return body(response).map(body -> new Inquiry.Reply(response.statusCode(), body));
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
