package ai.apertis.dispatch;

import ai.apertis.catalog.Provider;
import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.TokenCounter;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A provider as one event loop sees it: its connections, its open streams, and what is said of it when it fails. */
final class Upstream {
    static final ApiError UNREACHABLE = ApiError.server(502, "bad_gateway", "The provider could not be reached.");
    static final ApiError BROKE_OFF =
            ApiError.server(502, "bad_gateway", "The provider broke off before its answer was complete.");
    static final ApiError UNREADABLE = ApiError.server(502, "bad_gateway", "The provider's answer could not be read.");
    static final ApiError TOOK_TOO_LONG =
            ApiError.server(504, "gateway_timeout", "The provider took too long to answer.");
    static final ApiError TOO_BUSY = ApiError.server(
                    503, "service_unavailable", "All connections to the provider are in use; try again shortly.")
            .retryAfter(1);
    static final ApiError HOLD_LOST =
            ApiError.server(503, "service_unavailable", "The service lost its hold on the balance; try again.");
    static final ApiError STOPPED = ApiError.server(
                    503, "service_unavailable", "The server is being restarted; send the request again.")
            .retryAfter(1);
    static final ApiError OUTRUN = ApiError.server(503, "service_unavailable", "Another provider was faster.");
    static final ApiError CLIENT_CLOSED =
            new ApiError(499, "invalid_request_error", "invalid_request", "The client closed the request.");

    /** A stream that its client left is heard out no longer than this. */
    static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** What the gateway itself speaks to Anthropic, and what is said for clients that say nothing. */
    private static final String ANTHROPIC_VERSION = "2023-06-01";

    private static final int MOST_DRAINS = 64;
    private static final long MOST_RETRY_AFTER_SECONDS = 86_400;
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME;

    private final Provider provider;
    private final HttpClientAgent client;
    private final TokenCounter tokens;
    private final long clientStallNanos;
    private final Set<OpenStream> streams = new LinkedHashSet<>();
    private final Set<Object> busy = new HashSet<>();
    private Runnable whenFree = () -> {};
    /** Connections that have carried a request, and so may have been closed by the provider while they were idle. */
    private final Set<HttpConnection> used = Collections.newSetFromMap(new WeakHashMap<>());

    private final Set<HttpClientRequest> onUsed = Collections.newSetFromMap(new WeakHashMap<>());
    private final boolean tls;
    private final int port;
    private final String basePath;

    Upstream(Provider provider, HttpClientAgent client, TokenCounter tokens, long clientStallMillis) {
        this.provider = provider;
        this.client = client;
        this.tokens = tokens;
        this.clientStallNanos = TimeUnit.MILLISECONDS.toNanos(clientStallMillis);
        this.tls = "https".equals(provider.baseUrl().getScheme());
        int given = provider.baseUrl().getPort();
        this.port = given >= 0 ? given : tls ? 443 : 80;
        String path = provider.baseUrl().getRawPath();
        this.basePath = path == null ? "" : path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    RequestOptions options(ProviderCall call) {
        RequestOptions options = options(call.bridge().path(), call.key(), call.headers(), call.client().stream());
        if (call.bridge() instanceof Upload upload) {
            options.putHeader(HttpHeaders.CONTENT_TYPE, upload.contentType());
        }
        if (call.client().kind() != ModelKind.CHAT && !call.client().stream()) {
            options.putHeader(HttpHeaders.ACCEPT, "*/*");
        }
        return options;
    }

    /** Headers of the operator go before those of the client, so that what clients may ask for can be fixed. */
    RequestOptions options(String path, String key, ClientHeaders client, boolean stream) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(provider.baseUrl().getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(basePath + path)
                .setConnectTimeout(provider.connectTimeoutMillis())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.ACCEPT, stream ? "text/event-stream" : "application/json")
                .putHeader(HttpHeaders.ACCEPT_ENCODING, "identity")
                .putHeader(HttpHeaders.USER_AGENT, "apertis");
        if (provider.dialect() == DialectName.ANTHROPIC) {
            options.putHeader("anthropic-version", ANTHROPIC_VERSION);
        }
        client.towards(provider.dialect()).forEach(options::putHeader);
        provider.headers().forEach(options::putHeader);
        authenticate(options, key);
        return options;
    }

    private void authenticate(RequestOptions options, String key) {
        switch (provider.dialect()) {
            case OPENAI, OPENAI_RESPONSES -> options.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key);
            case ANTHROPIC -> options.putHeader("x-api-key", key);
            case GEMINI -> options.putHeader("x-goog-api-key", key);
        }
    }

    /** What the provider says of when to come back, in seconds or as a date (RFC 9110, 10.2.3); 0 when it does not. */
    static int retryAfterSeconds(HttpClientResponse response) {
        String value = response.getHeader(HttpHeaders.RETRY_AFTER);
        if (value == null) {
            return 0;
        }
        try {
            long seconds = value.chars().allMatch(Character::isDigit)
                    ? Long.parseLong(value)
                    : Instant.now().until(HTTP_DATE.parse(value, Instant::from), ChronoUnit.SECONDS) + 1;
            return (int) Math.clamp(seconds, 0, MOST_RETRY_AFTER_SECONDS);
        } catch (NumberFormatException | DateTimeException unreadable) {
            return 0;
        }
    }

    Provider provider() {
        return provider;
    }

    /** A request on a connection of the pool, or on a new one. */
    Future<HttpClientRequest> connection(RequestOptions options) {
        return client.request(options).onSuccess(request -> {
            if (!used.add(request.connection())) {
                onUsed.add(request);
            }
        });
    }

    /** A request on a connection made for it. */
    Future<HttpClientRequest> freshConnection(RequestOptions options) {
        HttpConnectOptions where = new HttpConnectOptions()
                .setHost(provider.baseUrl().getHost())
                .setPort(port)
                .setSsl(tls)
                .setConnectTimeout(provider.connectTimeoutMillis());
        return client.connect(where)
                .compose(connection -> connection
                        .request(options)
                        .onSuccess(request -> request.response()
                                .compose(HttpClientResponse::end)
                                .onComplete(over -> connection.close()))
                        .onFailure(failed -> connection.close()));
    }

    /**
     * Whether a request was lost because the provider had closed its idle connection at that moment: it broke on a
     * connection that had served before, without a byte of an answer.
     */
    boolean wentStale(@Nullable HttpClientRequest request, Throwable cause) {
        return request != null
                && onUsed.remove(request)
                && (cause instanceof HttpClosedException || cause instanceof IOException);
    }

    TokenCounter tokens() {
        return tokens;
    }

    Collection<OpenStream> streams() {
        return streams;
    }

    /** A call or an inquiry begins. */
    void begins(Object call) {
        busy.add(call);
    }

    /** It is over and settled, and needs its worker no more. May be said more than once. */
    void ends(Object call) {
        if (busy.remove(call) && busy.isEmpty()) {
            whenFree.run();
        }
    }

    /** Has something done as soon as there is neither call nor inquiry. */
    void whenFree(Runnable action) {
        whenFree = action;
        if (busy.isEmpty()) {
            action.run();
        }
    }

    long idleNanos() {
        return TimeUnit.MILLISECONDS.toNanos(provider.idleTimeoutMillis());
    }

    /** A client that takes nothing for this long is cut off. */
    long clientStallNanos() {
        return clientStallNanos;
    }

    boolean mayDrain() {
        return streams.size() < MOST_DRAINS
                || streams.stream().filter(OpenStream::isDraining).count() < MOST_DRAINS;
    }

    void tick(long nowNanos) {
        List.copyOf(streams).forEach(stream -> stream.tick(nowNanos));
    }
}
