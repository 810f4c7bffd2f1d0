package ai.apertis.dispatch;

import ai.apertis.catalog.Provider;
import ai.apertis.dialect.TokenCounter;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import org.jspecify.annotations.Nullable;

/** The worker for one provider on one event loop. Deploy as many instances as there are event loops. */
public final class ProviderVerticle extends VerticleBase {
    private static final int TICK_MILLIS = 1_000;

    private final Provider provider;
    private final TokenCounter tokens;
    private final long clientStallMillis;

    private final Promise<Void> free = Promise.promise();
    private volatile String loop = "";
    private @Nullable Upstream upstream;

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
        Upstream made = new Upstream(provider, client, tokens, clientStallMillis);
        upstream = made;
        vertx.setPeriodic(TICK_MILLIS, id -> made.tick(System.nanoTime()));
        MessageConsumer<ProviderCall> calls = vertx.eventBus()
                .localConsumer(Dispatch.addressHere(provider), message -> {
                    ProviderCall call = message.body();
                    Relay relay = new Relay(vertx, made, call);
                    made.begins(call);
                    relay.start();
                    call.takenBy(relay);
                });
        MessageConsumer<Inquiry> inquiries = vertx.eventBus()
                .localConsumer(Dispatch.inquiriesHere(provider), message -> new Asking(made, message.body()).start());
        return Future.all(calls.completion(), inquiries.completion());
    }

    /** Waits until all that was asked through it is answered and settled; what comes meanwhile is served too. */
    @Override
    public Future<?> stop() {
        if (upstream != null) {
            upstream.whenFree(free::tryComplete);
        }
        return free.future();
    }

    /** Stops without waiting for what is under way. For any thread. */
    public void hurry() {
        free.tryComplete();
    }
}
