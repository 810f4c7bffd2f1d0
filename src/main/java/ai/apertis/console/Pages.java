package ai.apertis.console;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiException;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.Exchange;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ledger.Away;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where pages are put on the server: lets visitors in, has the page made and its template filled, and says what went wrong on a
 * page too. Templates are filled and packed on a worker, since some are long and streams share the event loop.
 */
public final class Pages {
    /**
     * Nothing but our own files, no script or style in a page, nobody frames us. Scripts may set styles by the DOM, which the
     * policy does not concern.
     */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none';"
                    + " frame-ancestors 'none'";

    private static final Logger LOG = LoggerFactory.getLogger(Pages.class);

    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);
    private final Vertx vertx;
    private final Door door;
    private final BodyReader bodies;
    private final Assets assets;
    private final ExchangeLog log;

    /**
     * A place for pages.
     *
     * @param vertx has templates filled by its workers
     * @param door bounds how often an address may come
     * @param bodies reads forms
     * @param assets addresses of styles and scripts
     * @param log told of each exchange
     */
    public Pages(Vertx vertx, Door door, BodyReader bodies, Assets assets, ExchangeLog log) {
        this.vertx = vertx;
        this.door = door;
        this.bodies = bodies;
        this.assets = assets;
        this.log = log;
    }

    /** One request on its way to a page. */
    private record Way(RoutingContext context, Exchange exchange, Section section, Visit visit) {}

    /**
     * A page that is read.
     *
     * @param router the server's
     * @param path its route
     * @param section the part of the site
     * @param page makes it; fails with {@link Refused} when it is not to be seen
     */
    public void get(Router router, String path, Section section, Function<Visit, Future<Reply>> page) {
        router.get(path).handler(context -> {
            Exchange exchange = exchange(context, path);
            Way way = new Way(context, exchange, section, new Visit(context, null));
            answer(way, door.enterWithoutKey(exchange).compose(in -> page.apply(way.visit())));
        });
    }

    /**
     * A form that is sent. It is taken only from pages of this site, as the browser says.
     *
     * @param router the server's
     * @param path its route
     * @param section the part of the site, for when it fails
     * @param form takes it; fails with {@link Refused} when it is not to be taken
     */
    public void post(Router router, String path, Section section, Function<Visit, Future<Reply>> form) {
        router.post(path).handler(context -> {
            Exchange exchange = exchange(context, path);
            HttpServerRequest request = context.request();
            Way way = new Way(context, exchange, section, new Visit(context, null));
            answer(
                    way,
                    bodies.read(request)
                            .compose(body -> door.enterWithoutKey(exchange)
                                    .compose(in -> cameFromHere(way.visit())
                                            ? form.apply(new Visit(context, body))
                                            : Future.failedFuture(
                                                    Refused.forbidden("This form was sent from another site.")))));
        });
    }

    /**
     * What has no page, for browsers: they are told on a page, programs as by the API.
     *
     * @param router the server's, after all other routes
     */
    public void notFound(Router router) {
        router.get("/*").last().handler(context -> {
            String accepted = context.request().getHeader(HttpHeaders.ACCEPT);
            if (accepted == null || !accepted.contains("text/html")) {
                context.next();
                return;
            }
            Exchange exchange = exchange(context, "none");
            Way way = new Way(context, exchange, Section.OTHER, new Visit(context, null));
            answer(
                    way,
                    door.enterWithoutKey(exchange)
                            .compose(in -> Future.failedFuture(Refused.notFound("There is no page at this address."))));
        });
    }

    private Exchange exchange(RoutingContext context, String path) {
        return new Exchange(context.request(), DialectName.OPENAI, path, log);
    }

    /** See "Fetch Metadata" (W3C): browsers say themselves where a request began. The others at least name the origin. */
    private static boolean cameFromHere(Visit visit) {
        String site = visit.request().getHeader("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin") || site.equals("none");
        }
        String origin = visit.request().getHeader(HttpHeaders.ORIGIN);
        return origin == null || origin.equals(visit.origin());
    }

    private void answer(Way way, Future<Reply> reply) {
        reply.recover(cause -> Future.succeededFuture(failed(way.exchange(), cause)))
                .onSuccess(made -> {
                    switch (made) {
                        case Reply.Shown shown -> show(way, shown);
                        case Reply.Elsewhere elsewhere -> {
                            HttpServerResponse response = way.exchange().response();
                            elsewhere
                                    .cookies()
                                    .forEach(cookie -> response.headers().add(HttpHeaders.SET_COOKIE, cookie));
                            response.putHeader(HttpHeaders.LOCATION, elsewhere.path());
                            way.exchange().answer(303, "text/plain; charset=utf-8", new byte[0]);
                        }
                    }
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
        Visit visit = way.visit();
        Page page = new Page(
                shown.title(),
                shown.description(),
                way.section(),
                way.context().request().path(),
                visit.origin(),
                visit.theme(),
                null,
                assets);
        vertx.executeBlocking(() -> fill(shown, page, zipped), false)
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
