package ai.apertis.ingress;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Snapshot;
import ai.apertis.config.LimitsConfig;
import ai.apertis.http.AddressRange;
import ai.apertis.http.ClientAddress;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.Keys;
import ai.apertis.limits.FailedKeyLimiter;
import ai.apertis.limits.RateLimit;
import ai.apertis.limits.RateLimiter;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients in: finds who asks by the key and whether that key may be used, now, from here. What a key may spend is
 * not decided here but by its hold.
 */
public final class Door {
    private final Keys keys;
    private final LiveCatalog catalog;
    private final ClientAddress addresses;
    private final RateLimiter limiter;
    private final Departure departure;

    /**
     * A door.
     *
     * @param keys finds keys
     * @param catalog tells how many requests there may be, and the plans' multiples of that
     * @param addresses tells clients apart behind proxies
     * @param limiter counts requests
     * @param departure says whether nobody is let in any more
     */
    public Door(Keys keys, LiveCatalog catalog, ClientAddress addresses, RateLimiter limiter, Departure departure) {
        this.keys = keys;
        this.catalog = catalog;
        this.addresses = addresses;
        this.limiter = limiter;
        this.departure = departure;
    }

    /**
     * Lets a client in or fails with the reason why not.
     *
     * @param exchange the client's
     * @return who it is; fails with {@link ai.apertis.dialect.ApiException}
     */
    public Future<KeyRecord> enter(Exchange exchange) {
        Snapshot now = catalog.snapshot();
        FailedKeyLimiter failures = failures(now.limits());
        return come(exchange, now.limits()).compose(address -> {
            String limitedAs = ClientAddress.limitedAs(address);
            return failures.check(limitedAs)
                    .compose(verdict -> verdict.allowed()
                            ? find(keyOf(exchange.request()), limitedAs, failures)
                            : Future.failedFuture(Verdicts.tooMany("requests", verdict)))
                    .compose(key -> {
                        check(key, address);
                        exchange.enteredBy(key);
                        RateLimit perKey = Verdicts.forPlan(perKey(now.limits()), key, now.catalog());
                        return take(exchange, perKey, Long.toString(key.id())).map(in -> key);
                    });
        });
    }

    /**
     * Lets somebody in whose key was found without its secret and whose address was let in already.
     *
     * @param exchange the client's
     * @param key theirs
     * @return fails with {@link ai.apertis.dialect.ApiException} as {@link #enter} does
     */
    public Future<Void> enterBy(Exchange exchange, KeyRecord key) {
        Snapshot now = catalog.snapshot();
        return Future.succeededFuture(address(exchange.request())).compose(address -> {
            check(key, address);
            exchange.enteredBy(key);
            return take(exchange, Verdicts.forPlan(perKey(now.limits()), key, now.catalog()), Long.toString(key.id()));
        });
    }

    /**
     * Lets anybody in who does not come too often.
     *
     * @param exchange the client's
     * @return fails with {@link ai.apertis.dialect.ApiException} when the address has used up its requests
     */
    public Future<Void> enterWithoutKey(Exchange exchange) {
        return come(exchange, catalog.snapshot().limits()).mapEmpty();
    }

    /** From where the client comes, if it does not come too often and anybody is still let in. */
    private Future<InetAddress> come(Exchange exchange, LimitsConfig limits) {
        if (departure.refuses()) {
            return Future.failedFuture(Errors.LEAVING.exception());
        }
        InetAddress address = address(exchange.request());
        return take(exchange, perAddress(limits), ClientAddress.limitedAs(address))
                .map(in -> address);
    }

    private InetAddress address(HttpServerRequest request) {
        return addresses.resolve(
                request.connection().remoteAddress().hostAddress(),
                request.headers().getAll("X-Forwarded-For"));
    }

    private Future<Void> take(Exchange exchange, RateLimit limit, String who) {
        return limiter.take(limit, who, 1).compose(verdict -> {
            Verdicts.show(verdict, exchange.response());
            return verdict.allowed()
                    ? Future.succeededFuture()
                    : Future.failedFuture(Verdicts.tooMany("requests", verdict));
        });
    }

    private FailedKeyLimiter failures(LimitsConfig limits) {
        return new FailedKeyLimiter(
                limiter, new RateLimit("bad-key", limits.badKeysPerAddressPerMinute(), Duration.ofMinutes(1)));
    }

    private static RateLimit perAddress(LimitsConfig limits) {
        return new RateLimit("address", limits.requestsPerAddress(), Duration.ofMillis(limits.addressWindowMillis()));
    }

    private static RateLimit perKey(LimitsConfig limits) {
        return new RateLimit("key", limits.requestsPerKeyPerMinute(), Duration.ofMinutes(1));
    }

    /**
     * The key of a request: of several, {@code Authorization} wins.
     *
     * @param request the client's
     * @return as sent, perhaps none of ours; null when none was sent
     */
    public static @Nullable String keyOf(HttpServerRequest request) {
        String authorization = request.getHeader("Authorization");
        if (authorization != null) {
            return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                    ? authorization.substring(7).strip()
                    : authorization.strip();
        }
        String anthropic = request.getHeader("x-api-key");
        if (anthropic != null) {
            return anthropic.strip();
        }
        String google = request.getHeader("x-goog-api-key");
        return google != null ? google.strip() : request.getParam("key");
    }

    private Future<KeyRecord> find(@Nullable String key, String limitedAs, FailedKeyLimiter failures) {
        if (key == null || key.isEmpty()) {
            return Future.failedFuture(Errors.MISSING_KEY.exception());
        }
        return keys.find(key)
                .recover(away -> Future.failedFuture(Errors.UNAVAILABLE.exception()))
                .map(found -> found.orElseThrow(() -> {
                    failures.failed(limitedAs);
                    return Errors.INVALID_KEY.exception();
                }));
    }

    private static void check(KeyRecord key, InetAddress address) {
        switch (key.status()) {
            case REVOKED -> throw Errors.INVALID_KEY.exception();
            case DISABLED -> throw Errors.DISABLED_KEY.exception();
            case ACTIVE -> {}
        }
        Instant expires = key.expiresAt();
        if (expires != null && !expires.isAfter(Instant.now())) {
            throw Errors.EXPIRED_KEY.exception();
        }
        List<AddressRange> allowed = key.allowedIps();
        if (!allowed.isEmpty() && allowed.stream().noneMatch(range -> range.contains(address))) {
            throw Errors.ADDRESS_REFUSED.exception();
        }
    }
}
