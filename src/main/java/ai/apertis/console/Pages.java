package ai.apertis.console;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiException;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.Exchange;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Away;
import ai.apertis.people.Action;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
    private final Visitors visitors;
    private final Assets assets;
    private final ExchangeLog log;
    private final Set<Route> routes = ConcurrentHashMap.newKeySet();

    /**
     * A place for pages.
     *
     * @param vertx has templates filled by its workers
     * @param door bounds how often an address may come
     * @param bodies reads forms
     * @param visitors tells who visits
     * @param assets addresses of styles and scripts
     * @param log told of each exchange
     */
    public Pages(Vertx vertx, Door door, BodyReader bodies, Visitors visitors, Assets assets, ExchangeLog log) {
        this.vertx = vertx;
        this.door = door;
        this.bodies = bodies;
        this.visitors = visitors;
        this.assets = assets;
        this.log = log;
    }

    /**
     * A route that was put on the server.
     *
     * @param method {@code GET} or {@code POST}
     * @param path as in the router
     * @param signedIn whether it is for signed-in people only
     * @param action what they must be permitted to do, null when it is their own affair
     */
    public record Route(
            String method,
            String path,
            boolean signedIn,
            @Nullable Action action) {}

    /** One request on its way to a page. */
    private record Way(RoutingContext context, Exchange exchange, Section section, Optional<Visitor> visitor) {
        Visit visit(@Nullable Buffer body) {
            return new Visit(context, visitor.orElse(null), body);
        }
    }

    /**
     * All routes so far, for whoever wants to know that each is guarded.
     *
     * @return those of all pages
     */
    public Set<Route> routes() {
        return Set.copyOf(routes);
    }

    /**
     * A page that is read, by everybody.
     *
     * @param router the server's
     * @param path its route
     * @param section the part of the site
     * @param page makes it; fails with {@link Refused} when it is not to be seen
     */
    public void get(Router router, String path, Section section, Function<Visit, Future<Reply>> page) {
        routes.add(new Route("GET", path, false, null));
        router.get(path)
                .handler(context -> begin(context, path, section)
                        .onSuccess(way -> answer(way, entered(way).compose(in -> page.apply(way.visit(null))))));
    }

    /**
     * A form that is sent, by everybody. It is taken only from pages of this site, as the browser says.
     *
     * @param router the server's
     * @param path its route
     * @param section the part of the site, for when it fails
     * @param form takes it; fails with {@link Refused} when it is not to be taken
     */
    public void post(Router router, String path, Section section, Function<Visit, Future<Reply>> form) {
        routes.add(new Route("POST", path, false, null));
        router.post(path).handler(context -> posted(context, path, section, form));
    }

    /**
     * A page that is read by signed-in people. Others are sent to sign in first.
     *
     * @param router the server's
     * @param path its route
     * @param action what they must be permitted to do; null for what is their own affair
     * @param page makes it
     */
    public void getSignedIn(Router router, String path, @Nullable Action action, Function<Visit, Future<Reply>> page) {
        routes.add(new Route("GET", path, true, action));
        router.get(path)
                .handler(context -> begin(context, path, Section.CONSOLE)
                        .onSuccess(way -> answer(
                                way,
                                entered(way)
                                        .compose(in -> way.visitor().isEmpty()
                                                ? Future.succeededFuture(Reply.to(signIn(context.request())))
                                                : permitted(way.visitor().get(), action)
                                                        .compose(may -> page.apply(way.visit(null)))))));
    }

    /**
     * A form that is sent by signed-in people, with the token of their session.
     *
     * @param router the server's
     * @param path its route
     * @param action what they must be permitted to do; null for what is their own affair
     * @param form takes it
     */
    public void postSignedIn(Router router, String path, @Nullable Action action, Function<Visit, Future<Reply>> form) {
        routes.add(new Route("POST", path, true, action));
        router.post(path)
                .handler(context -> posted(
                        context,
                        path,
                        Section.CONSOLE,
                        visit -> visit.visitor().isEmpty()
                                ? Future.succeededFuture(Reply.to("/login"))
                                : owned(visit)
                                        .compose(own -> permitted(visit.signedIn(), action))
                                        .compose(may -> form.apply(visit))));
    }

    /**
     * What has no page, for browsers: they are told on a page, programs as by the API.
     *
     * @return to be put on the server after all others
     */
    public Mount notFound() {
        return router -> router.get("/*").last().handler(context -> {
            String accepted = context.request().getHeader(HttpHeaders.ACCEPT);
            if (accepted == null || !accepted.contains("text/html")) {
                context.next();
                return;
            }
            begin(context, "none", Section.OTHER)
                    .onSuccess(way -> answer(
                            way,
                            entered(way)
                                    .compose(in -> Future.failedFuture(
                                            Refused.notFound("There is no page at this address.")))));
        });
    }

    /** A form is read before it is known who sends it: whatever is not read at once is lost. */
    private void posted(RoutingContext context, String path, Section section, Function<Visit, Future<Reply>> form) {
        Future<Buffer> read = bodies.read(context.request());
        begin(context, path, section)
                .onSuccess(way -> answer(
                        way,
                        read.compose(body -> entered(way)
                                .compose(in -> cameFromHere(way.visit(null))
                                        ? form.apply(way.visit(body))
                                        : Future.failedFuture(
                                                Refused.forbidden("This form was sent from another site."))))));
    }

    /** Never fails: where the database is away, nobody is signed in. */
    private Future<Way> begin(RoutingContext context, String path, Section section) {
        Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, path, log);
        Optional<String> token = Optional.ofNullable(context.request().getCookie(Visitors.COOKIE))
                .map(Cookie::getValue);
        return visitors.find(token)
                .otherwise(Optional.empty())
                .map(visitor -> new Way(context, exchange, section, visitor));
    }

    private Future<Void> entered(Way way) {
        return door.enterWithoutKey(way.exchange());
    }

    private static Future<Void> permitted(Visitor visitor, @Nullable Action action) {
        if (action == null || visitor.may(action)) {
            return Future.succeededFuture();
        }
        return Future.failedFuture(Refused.forbidden(
                action == Action.OPERATE
                        ? "This is for the operator of this installation."
                        : "Your roles in " + visitor.organization().name() + " do not permit this."));
    }

    private static Future<Void> owned(Visit visit) {
        String sent = visit.field("csrf")
                .orElseGet(() -> Optional.ofNullable(visit.request().getHeader("X-CSRF-Token"))
                        .orElse(""));
        return visit.signedIn().session().owns(sent)
                ? Future.succeededFuture()
                : Future.failedFuture(
                        Refused.forbidden("This form is not of your session. Please load its page again."));
    }

    private static String signIn(HttpServerRequest request) {
        String wanted = request.uri();
        return Visit.isLocal(wanted) ? "/login?to=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8) : "/login";
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
                        case Reply.Data data -> {
                            unstored(way.exchange().response()).headers().addAll(data.headers());
                            way.exchange().answer(200, data.type(), data.body().getBytes());
                        }
                        case Reply.Stream stream -> stream(way.exchange(), stream);
                    }
                });
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
        Page page = new Page(
                shown.title(),
                shown.description(),
                way.section(),
                way.context().request().path(),
                visit.origin(),
                visit.theme(),
                way.visitor().map(Visitor::viewer).orElse(null),
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
