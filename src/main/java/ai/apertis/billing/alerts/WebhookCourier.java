package ai.apertis.billing.alerts;

import ai.apertis.http.OutboundUrls;
import ai.apertis.http.OutboundUrls.Target;
import ai.apertis.http.RefusedUrl;
import ai.apertis.ledger.Delivery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;

/**
 * Posts events to the URLs of accounts. The connection goes to the address that was checked, under the URL's own host
 * name; no redirect is followed; nothing but the status of an answer is read; all is over within ten seconds.
 */
public final class WebhookCourier implements Courier {
    /** For the whole exchange, the look-up of the name aside. */
    private static final long TIMEOUT_MILLIS = 10_000;

    private final Vertx vertx;
    private final OutboundUrls urls;
    private final InstantSource clock;
    private final long timeoutMillis;
    private final HttpClient client;

    /**
     * A courier.
     *
     * @param vertx runs the connections
     * @param urls says where one may go
     * @param clock for the time that is signed
     */
    public WebhookCourier(Vertx vertx, OutboundUrls urls, InstantSource clock) {
        this(vertx, urls, clock, TIMEOUT_MILLIS, new HttpClientOptions());
    }

    WebhookCourier(Vertx vertx, OutboundUrls urls, InstantSource clock, long timeoutMillis, HttpClientOptions options) {
        this.vertx = vertx;
        this.urls = urls;
        this.clock = clock;
        this.timeoutMillis = timeoutMillis;
        this.client = vertx.createHttpClient(
                options.setKeepAlive(false).setConnectTimeout(5_000).setMaxHeaderSize(16 * 1024),
                new PoolOptions().setHttp1MaxSize(20));
    }

    @Override
    public Future<Outcome> deliver(Delivery delivery) {
        String url = delivery.target();
        if (url == null || delivery.secrets().isEmpty()) {
            return Future.succeededFuture(new Outcome.Impossible(
                    url == null ? "the webhook was taken away" : "its secret is lost: make a new one"));
        }
        return vertx.executeBlocking(() -> urls.resolve(url), false)
                .compose(target -> post(target, delivery))
                .map(WebhookCourier::judged)
                .recover(e -> Future.succeededFuture(new Outcome.Failed(null, told(e))));
    }

    private Future<Integer> post(Target target, Delivery delivery) {
        URI url = target.url();
        byte[] body = EventView.body(delivery.event());
        long seconds = clock.millis() / 1_000;
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(url.getHost())
                .setPort(target.port())
                .setServer(SocketAddress.inetSocketAddress(new InetSocketAddress(target.address(), target.port())))
                .setSsl("https".equalsIgnoreCase(url.getScheme()))
                .setURI(path(url))
                .setFollowRedirects(false)
                .putHeader("Content-Type", "application/json")
                .putHeader("User-Agent", "Apertis")
                .putHeader("Apertis-Event-Id", EventView.id(delivery.event()))
                .putHeader("Apertis-Signature", Signature.of(seconds, body, delivery.secrets()));
        return client.request(options).compose(request -> exchanged(request, body));
    }

    private Future<Integer> exchanged(HttpClientRequest request, byte[] body) {
        long timer = vertx.setTimer(timeoutMillis, late -> request.reset());
        return request.send(Buffer.buffer(body)).map(WebhookCourier::status).onComplete(done -> {
            vertx.cancelTimer(timer);
            request.connection().close();
        });
    }

    /** The rest of the answer is not wanted, so that the connection ends before it is nothing to tell. */
    private static int status(HttpClientResponse response) {
        response.exceptionHandler(closed -> {});
        return response.statusCode();
    }

    private static Outcome judged(int status) {
        return status >= 200 && status < 300
                ? new Outcome.Delivered(status)
                : new Outcome.Failed(status, "answered with status " + status);
    }

    private static String told(Throwable e) {
        return e instanceof RefusedUrl refused
                ? "the URL " + refused.getMessage()
                : "no answer: " + e.getClass().getSimpleName();
    }

    private static String path(URI url) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }
}
