package ai.apertis.dispatch;

import ai.apertis.catalog.Provider;
import ai.apertis.dialect.TokenCounter;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;

/** The worker for one provider on one event loop. Deploy as many instances as there are event loops. */
public final class ProviderVerticle extends VerticleBase {
    private static final int TICK_MILLIS = 1_000;

    private final Provider provider;
    private final TokenCounter tokens;
    private final long clientStallMillis;

    private volatile String loop = "";

    /**
     * A worker.
     *
     * @param provider whom to call
     * @param tokens counts what the provider does not
     * @param clientStallMillis a client that reads nothing of its answer for so long is cut off
     */
    public ProviderVerticle(Provider provider, TokenCounter tokens, long clientStallMillis) {
        this.provider = provider;
        this.tokens = tokens;
        this.clientStallMillis = clientStallMillis;
    }

    /**
     * The event loop it runs on.
     *
     * @return the name of the loop's thread; empty before it was deployed
     */
    public String loop() {
        return loop;
    }

    @Override
    public Future<?> start() {
        loop = Thread.currentThread().getName();
        HttpClientAgent client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setKeepAlive(true)
                        .setDecompressionSupported(true)
                        .setTcpNoDelay(true)
                        .setMaxInitialLineLength(16 * 1024)
                        .setMaxHeaderSize(64 * 1024),
                new PoolOptions()
                        .setHttp1MaxSize(provider.maxConnections())
                        .setMaxWaitQueueSize(provider.maxConnections()));
        Upstream upstream = new Upstream(provider, client, tokens, clientStallMillis);
        vertx.setPeriodic(TICK_MILLIS, id -> upstream.tick(System.nanoTime()));
        MessageConsumer<ProviderCall> calls = vertx.eventBus()
                .localConsumer(Dispatch.addressHere(provider), message -> {
                    ProviderCall call = message.body();
                    Relay relay = new Relay(vertx, upstream, call);
                    relay.start();
                    call.takenBy(relay);
                });
        MessageConsumer<Inquiry> inquiries = vertx.eventBus()
                .localConsumer(
                        Dispatch.inquiriesHere(provider), message -> new Asking(upstream, message.body()).start());
        return Future.all(calls.completion(), inquiries.completion());
    }
}
