package ai.apertis.console;

import ai.apertis.config.DialectName;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.Exchange;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import ai.apertis.ingress.OnFirstUse;
import ai.apertis.people.Action;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where pages are put on the server: lets visitors in, keeps what is for signed-in people behind their session, its token and
 * their roles, and has the page made. What becomes of it is the {@link PageWriter}'s.
 */
public final class Pages {
    private final PageWriter writer;
    private final Door door;
    private final BodyReader bodies;
    private final Visitors visitors;
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
    public Pages(
            Vertx vertx, Door door, BodyReader bodies, Visitors visitors, OnFirstUse<Assets> assets, ExchangeLog log) {
        this.writer = new PageWriter(vertx, assets);
        this.door = door;
        this.bodies = bodies;
        this.visitors = visitors;
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
                        .onSuccess(way ->
                                writer.answer(way, way.entered().compose(in -> page.apply(way.visit(null))))));
    }

    /**
     * A page that is read, by everybody, and made without waiting for anything.
     *
     * @param router the server's
     * @param path its route
     * @param section the part of the site
     * @param page makes it; throws {@link Refused} when it is not to be seen
     */
    public void getAtOnce(Router router, String path, Section section, Function<Visit, Reply> page) {
        get(router, path, section, visit -> Future.succeededFuture(page.apply(visit)));
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
                        .onSuccess(way -> writer.answer(
                                way,
                                way.entered()
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
                    .onSuccess(way -> writer.answer(
                            way,
                            way.entered()
                                    .compose(in -> Future.failedFuture(
                                            Refused.notFound("There is no page at this address.")))));
        });
    }

    /** A form is read before it is known who sends it: whatever is not read at once is lost. */
    private void posted(RoutingContext context, String path, Section section, Function<Visit, Future<Reply>> form) {
        Future<Buffer> read = bodies.read(context.request());
        begin(context, path, section)
                .onSuccess(way -> writer.answer(
                        way,
                        read.compose(body -> way.entered()
                                .compose(in -> cameFromHere(way.visit(null))
                                        ? form.apply(way.visit(body))
                                        : Future.failedFuture(
                                                Refused.forbidden("This form was sent from another site."))))));
    }

    /** Never fails: where the database is away, nobody is signed in. Who comes too often is not looked up. */
    private Future<Way> begin(RoutingContext context, String path, Section section) {
        Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, path, log);
        Optional<String> token = Optional.ofNullable(context.request().getCookie(Visitors.COOKIE))
                .map(Cookie::getValue);
        return door.enterWithoutKey(exchange)
                .compose(in -> visitors.find(token).otherwise(Optional.empty()))
                .map(visitor -> new Way(context, exchange, section, visitor, null))
                .otherwise(refusal -> new Way(context, exchange, section, Optional.empty(), refusal));
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
}
