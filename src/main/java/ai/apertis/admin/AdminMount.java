package ai.apertis.admin;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.http.OutboundUrls;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.Exchange;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Accounts;
import ai.apertis.ledger.AdminToken;
import ai.apertis.ledger.Alerts;
import ai.apertis.ledger.Audit;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.RememberedAnswer;
import ai.apertis.ledger.Tables;
import ai.apertis.ledger.Topups;
import ai.apertis.ledger.UsageFilter;
import ai.apertis.ledger.UsageRows;
import ai.apertis.ledger.Writes;
import ai.apertis.routing.health.Health;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The routes of the admin API. Each needs the admin token; each write may carry an {@code Idempotency-Key}. */
public final class AdminMount implements Mount {
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;

    private final AdminToken token;
    private final AdminCalls calls;
    private final ProvidersView providers;
    private final ReloadCall reload;
    private final AlertCalls alerts;
    private final TopupCalls topups;
    private final OnceOnly once;
    private final BodyReader bodies;
    private final ExchangeLog log;

    /**
     * The admin API on a ledger.
     *
     * @param token what callers must bear
     * @param database the ledger
     * @param keys its keys, shared with those who let clients in, so that a change here is seen there at once
     * @param catalog tells the plans
     * @param health what is known of providers
     * @param reload reads the configuration again
     * @param urls says where webhooks may go
     * @param bodies reads bodies
     * @param log told of each exchange
     */
    public AdminMount(
            AdminToken token,
            Database database,
            Keys keys,
            LiveCatalog catalog,
            Health health,
            Reload reload,
            OutboundUrls urls,
            BodyReader bodies,
            ExchangeLog log) {
        this.token = token;
        this.calls = new AdminCalls(
                new Accounts(database),
                keys,
                new Balances(database),
                new UsageRows(database),
                new Audit(database),
                catalog);
        this.providers = new ProvidersView(catalog, health);
        this.reload = new ReloadCall(reload);
        this.alerts = new AlertCalls(new Alerts(database, keys), urls);
        this.topups = new TopupCalls(new Topups(database));
        this.once = new OnceOnly(new Writes(database, keys));
        this.bodies = bodies;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        write(router.post("/api/admin/accounts"), (rows, context, body) -> calls.createAccount(rows, body));
        read(router.get("/api/admin/accounts/:id"), context -> calls.account(id(context)));
        write(
                router.patch("/api/admin/accounts/:id"),
                (rows, context, body) -> calls.changeAccount(rows, id(context), body));
        write(
                router.post("/api/admin/accounts/:id/credits"),
                (rows, context, body) -> calls.credit(rows, id(context), body));
        write(
                router.post("/api/admin/accounts/:id/keys"),
                (rows, context, body) -> calls.createKey(rows, id(context), body));
        read(router.get("/api/admin/accounts/:id/keys"), context -> calls.keys(id(context)));
        write(router.patch("/api/admin/keys/:id"), (rows, context, body) -> calls.changeKey(rows, id(context), body));
        write(router.delete("/api/admin/keys/:id"), (rows, context, body) -> calls.revokeKey(rows, id(context)));
        write(
                router.post("/api/admin/accounts/:id/subscription"),
                (rows, context, body) -> calls.subscribe(rows, id(context), body));
        write(
                router.patch("/api/admin/accounts/:id/subscription"),
                (rows, context, body) -> calls.changeSubscription(rows, id(context), body));
        write(
                router.delete("/api/admin/accounts/:id/subscription"),
                (rows, context, body) -> calls.cancelSubscription(
                        rows, id(context), context.request().getParam("at")));
        read(router.get("/api/admin/providers"), context -> Future.succeededFuture(providers.reply()));
        // Twice is as good as once, so nothing of it is remembered.
        read(router.post("/api/admin/reload"), context -> reload.reply());
        read(router.get("/api/admin/accounts/:id/alerts"), context -> alerts.settings(id(context)));
        write(
                router.patch("/api/admin/accounts/:id/alerts"),
                (rows, context, body) -> alerts.change(rows, id(context), body));
        write(
                router.post("/api/admin/accounts/:id/alerts/secret"),
                (rows, context, body) -> alerts.rotateSecret(rows, id(context)));
        write(
                router.post("/api/admin/accounts/:id/alerts/test"),
                (rows, context, body) -> alerts.test(rows, id(context)));
        read(
                router.get("/api/admin/accounts/:id/events"),
                context -> alerts.events(id(context), context.request().getParam("cursor"), size(context)));
        read(router.get("/api/admin/accounts/:id/auto-topup"), context -> topups.settings(id(context)));
        write(
                router.patch("/api/admin/accounts/:id/auto-topup"),
                (rows, context, body) -> topups.change(rows, id(context), body));
        write(
                router.post("/api/admin/accounts/:id/topups"),
                (rows, context, body) -> topups.start(rows, id(context), body));
        read(
                router.get("/api/admin/accounts/:id/topups"),
                context -> topups.list(id(context), context.request().getParam("cursor"), size(context)));
        read(router.get("/api/admin/usage"), this::usage);
        read(router.get("/api/admin/ledger/audit"), context -> calls.audit());
    }

    private void read(Route route, Function<RoutingContext, Future<Reply>> call) {
        route.handler(context -> {
            Exchange exchange = open(context, route);
            Answers.send(
                    exchange,
                    admitted(exchange).compose(admitted -> call.apply(context)).map(Reply::written));
        });
    }

    /** A write, in one transaction. */
    @FunctionalInterface
    private interface Write {
        Future<Reply> apply(Tables rows, RoutingContext context, byte[] body);
    }

    private void write(Route route, Write call) {
        route.handler(context -> {
            Exchange exchange = open(context, route);
            Future<Buffer> body = bodies.read(context.request());
            Answers.send(
                    exchange,
                    admitted(exchange)
                            .compose(admitted -> body)
                            .compose(bytes -> once(call, context, bytes.getBytes())));
        });
    }

    private Future<RememberedAnswer> once(Write call, RoutingContext context, byte[] body) {
        byte[] secret = bearer(context.request()).getBytes(StandardCharsets.UTF_8);
        return once.write(context.request(), "", secret, body, rows -> call.apply(rows, context, body));
    }

    private Future<Reply> usage(RoutingContext context) {
        HttpServerRequest request = context.request();
        UsageFilter filter = new UsageFilter(
                number("account", request.getParam("account")),
                number("key", request.getParam("key")),
                request.getParam("model"),
                time("from", request.getParam("from")),
                time("to", request.getParam("to")));
        return calls.usage(filter, request.getParam("cursor"), size(context));
    }

    private static int size(RoutingContext context) {
        Long size = number("limit", context.request().getParam("limit"));
        if (size != null && (size < 1 || size > LARGEST_PAGE)) {
            throw Fields.wrong("limit", "must be from 1 to " + LARGEST_PAGE);
        }
        return size == null ? PAGE : size.intValue();
    }

    private Future<Void> admitted(Exchange exchange) {
        String bearer = bearer(exchange.request());
        if (token.matches(bearer)) {
            return Future.succeededFuture();
        }
        return Future.failedFuture(new ApiError(
                        401,
                        "authentication_error",
                        bearer.isEmpty() ? "missing_api_key" : "invalid_api_key",
                        "The admin API needs 'Authorization: Bearer <admin token>'.")
                .exception());
    }

    private static String bearer(HttpServerRequest request) {
        String authorization = request.getHeader("Authorization");
        boolean bearer = authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7);
        return bearer ? authorization.substring(7).strip() : "";
    }

    private Exchange open(RoutingContext context, Route route) {
        return new Exchange(context.request(), DialectName.OPENAI, String.valueOf(route.getPath()), log);
    }

    private static long id(RoutingContext context) {
        Long id = number("id", context.pathParam("id"));
        if (id == null) {
            throw ApiError.missingParameter("id").exception();
        }
        return id;
    }

    private static @Nullable Long number(String name, @Nullable String text) {
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw Fields.wrong(name, "must be a number");
        }
    }

    private static @Nullable Instant time(String name, @Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw Fields.wrong(name, "must be a time like 2027-01-31T00:00:00Z");
        }
    }
}
