package ai.apertis.console;

import ai.apertis.dialect.ApiException;
import ai.apertis.ingress.Exchange;
import ai.apertis.ingress.OnFirstUse;
import ai.apertis.ledger.Away;
import ai.apertis.ledger.Conflict;
import ai.apertis.ledger.NoSuchRow;
import ai.apertis.people.Refusal;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what a page came to. Templates are filled and packed on a worker, since some are long and streams share the event
 * loop. What goes wrong is told on a page too, without more than the visitor may know.
 */
final class PageWriter {
    /**
     * Nothing but our own files, no script or style in a page, nobody frames us. Scripts may set styles by the DOM, which the
     * policy does not concern.
     */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none';"
                    + " frame-ancestors 'none'";

    private static final Logger LOG = LoggerFactory.getLogger(PageWriter.class);

    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);
    private final Vertx vertx;
    private final OnFirstUse<Assets> assets;

    PageWriter(Vertx vertx, OnFirstUse<Assets> assets) {
        this.vertx = vertx;
        this.assets = assets;
    }

    /** Answers with what a page's handler came to, or with a page that says why it did not. */
    void answer(Way way, Future<Reply> reply) {
        reply.recover(cause -> Future.succeededFuture(failed(way.exchange(), cause)))
                .onSuccess(made -> {
                    switch (made) {
                        case Reply.Shown shown -> show(way, shown);
                        case Reply.Elsewhere elsewhere -> lead(way.exchange(), elsewhere.path(), elsewhere.cookies());
                        case Reply.Provider provider -> lead(way.exchange(), provider.url(), provider.cookies());
                        case Reply.Data data -> {
                            unstored(way.exchange().response()).headers().addAll(data.headers());
                            way.exchange().answer(200, data.type(), data.body().getBytes());
                        }
                        case Reply.Stream stream -> stream(way.exchange(), stream);
                        case Reply.Handed handed -> {
                            unstored(way.exchange().response());
                            handed.to().accept(way.exchange());
                        }
                    }
                });
    }

    private static void lead(Exchange exchange, String where, List<String> cookies) {
        HttpServerResponse response = exchange.response();
        cookies.forEach(cookie -> response.headers().add(HttpHeaders.SET_COOKIE, cookie));
        response.putHeader(HttpHeaders.LOCATION, where)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("Referrer-Policy", "no-referrer");
        exchange.answer(303, "text/plain; charset=utf-8", new byte[0]);
    }

    private static HttpServerResponse unstored(HttpServerResponse response) {
        return response.putHeader("X-Content-Type-Options", "nosniff").putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    private static void stream(Exchange exchange, Reply.Stream stream) {
        HttpServerResponse response = unstored(exchange.response());
        response.headers().addAll(stream.headers());
        response.setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, stream.type());
        stream.writer().apply(response).onComplete(written -> {
            if (written.failed() && !response.closed()) {
                LOG.warn("page {} was cut: {}", exchange.id(), written.cause().getMessage());
                response.reset();
            } else if (!response.closed()) {
                response.end();
            }
            exchange.over();
        });
    }

    private Reply failed(Exchange exchange, Throwable cause) {
        return switch (cause) {
            case Refused refused -> trouble(refused.status(), String.valueOf(refused.getMessage()), exchange);
            case ApiException told -> {
                int wait = told.error().retryAfterSeconds();
                if (wait > 0) {
                    exchange.response().putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(wait));
                }
                yield trouble(told.error().status(), told.error().message(), exchange);
            }
            case Refusal refusal -> trouble(Refusals.status(refusal), String.valueOf(refusal.getMessage()), exchange);
            case Conflict conflict -> trouble(409, String.valueOf(conflict.getMessage()), exchange);
            case NoSuchRow absent -> trouble(404, String.valueOf(absent.getMessage()), exchange);
            default -> {
                if (Away.is(cause)) {
                    LOG.warn("page {} finds the ledger away: {}", exchange.id(), cause.getMessage());
                    yield trouble(503, "The database is out of reach. Please try again in a moment.", exchange);
                }
                LOG.error("page {} failed", exchange.id(), cause);
                yield trouble(500, "Something went wrong here.", exchange);
            }
        };
    }

    private static Reply trouble(int status, String message, Exchange exchange) {
        String title = switch (status) {
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 429 -> "Too many requests";
            default -> status < 500 ? "That did not work" : "Something is wrong";
        };
        return new Reply.Shown(status, "trouble", title, message, new Trouble(status, title, message, exchange.id()));
    }

    private void show(Way way, Reply.Shown shown) {
        boolean zipped = Bytes.takesGzip(way.context().request());
        Visit visit = way.visit(null);
        assets.get()
                .compose(known -> {
                    Page page = new Page(
                            shown.title(),
                            shown.description(),
                            way.section(),
                            way.context().request().path(),
                            visit.origin(),
                            visit.theme(),
                            way.visitor().map(Visitor::viewer).orElse(null),
                            known);
                    return vertx.executeBlocking(() -> fill(shown, page, zipped), false);
                })
                .onSuccess(body -> send(way, shown.status(), body, zipped))
                .onFailure(cause -> {
                    LOG.error(
                            "template {} of {} failed",
                            shown.template(),
                            way.exchange().id(),
                            cause);
                    way.exchange().fail(cause);
                });
    }

    private byte[] fill(Reply.Shown shown, Page page, boolean zipped) {
        Utf8ByteOutput output = new Utf8ByteOutput();
        templates.render(shown.template() + ".jte", Map.of("page", page, "view", shown.view()), output);
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(output.getContentLength());
            output.writeTo(bytes::write);
            return zipped ? Bytes.gzip(bytes.toByteArray()) : bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(Way way, int status, byte[] body, boolean zipped) {
        HttpServerResponse response = way.exchange().response();
        response.putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "strict-origin-when-cross-origin")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader(HttpHeaders.CACHE_CONTROL, "private, no-cache")
                .putHeader(HttpHeaders.VARY, "Accept-Encoding, Cookie");
        if (zipped) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        way.exchange().answer(status, "text/html; charset=utf-8", body);
    }
}
