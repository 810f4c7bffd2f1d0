package ai.apertis.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.internal.ContextInternal;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Measures one target at a time: the load on one event loop, the processors' time read from outside it. */
final class Meter implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 8_192;
    private static final long LEAD_NANOS = 50_000_000;
    private static final double WARM_SECONDS = 3;

    private final Stage stage;
    private final Vertx vertx;
    private final ContextInternal context;

    Meter(Stage stage) {
        this.stage = stage;
        this.vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        this.context = (ContextInternal) vertx.getOrCreateContext();
    }

    /** Every phase of one round for one target, on connections of its own. */
    Measurement measure(Target target, Plan plan) throws TimeoutException {
        HttpClient client = client();
        try {
            Chat chat = new Chat(target, plan.promptBytes());
            pace(client, plan.pace());
            StreamLoad streaming =
                    new StreamLoad(context.nettyEventLoop(), client, chat, plan, System.nanoTime() + LEAD_NANOS);
            Future<StreamFigures> streams = streaming.run();
            sleepUntil(streaming.fromNanos());
            Cost before = Cost.now(target, stage);
            sleepUntil(streaming.toNanos());
            Cost streamCost = Cost.now(target, stage).since(before);
            streams.await(plan.mostSeconds(), TimeUnit.SECONDS);

            pace(client, Pace.AT_ONCE);
            RequestFigures single = requests(client, chat, plan.requestSeconds() / 2, plan, 1);
            before = Cost.now(target, stage);
            RequestFigures saturated = requests(client, chat, plan.requestSeconds(), plan, plan.connections());
            Cost saturatedCost = Cost.now(target, stage).since(before);

            SortedMap<Integer, RequestFigures> rates = new TreeMap<>();
            for (int rate : plan.rates()) {
                RequestLoad load = new RequestLoad(context.nettyEventLoop(), client, chat, plan.requestSeconds());
                rates.put(rate, load.atRate(rate).await(plan.mostSeconds(), TimeUnit.SECONDS));
            }
            return new Measurement(
                    target.name(), streams.result(), streamCost, single, saturated, saturatedCost, rates);
        } finally {
            client.close().await(10, TimeUnit.SECONDS);
        }
    }

    /** Has the load itself do what it will, at the provider, lest the first request of a target be slow for its sake. */
    void warmUp(Target provider, Plan plan) throws TimeoutException {
        HttpClient client = client();
        try {
            pace(client, Pace.AT_ONCE);
            requests(client, new Chat(provider, plan.promptBytes()), WARM_SECONDS, plan, 1);
        } finally {
            client.close().await(10, TimeUnit.SECONDS);
        }
    }

    /** The very first request of a target, in microseconds. */
    double firstRequestMicros(Target target, Plan plan) throws TimeoutException {
        HttpClient client = client();
        try {
            pace(client, Pace.AT_ONCE);
            Chat chat = new Chat(target, plan.promptBytes());
            RequestFigures first = new RequestLoad(context.nettyEventLoop(), client, chat, 0)
                    .once()
                    .await(plan.mostSeconds(), TimeUnit.SECONDS);
            return first.latency.getMaxValue() / 1e3;
        } finally {
            client.close().await(10, TimeUnit.SECONDS);
        }
    }

    /** Sets the provider's pace, for a load from elsewhere. */
    void pace(Pace pace) throws TimeoutException {
        HttpClient client = client();
        try {
            pace(client, pace);
        } finally {
            client.close().await(10, TimeUnit.SECONDS);
        }
    }

    private RequestFigures requests(HttpClient client, Chat chat, double seconds, Plan plan, int connections)
            throws TimeoutException {
        return new RequestLoad(context.nettyEventLoop(), client, chat, seconds)
                .saturate(connections)
                .await(plan.mostSeconds(), TimeUnit.SECONDS);
    }

    private HttpClient client() {
        return vertx.createHttpClient(
                new HttpClientOptions().setKeepAlive(true).setTcpNoDelay(true),
                new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS));
    }

    private void pace(HttpClient client, Pace pace) throws TimeoutException {
        String uri = "/pace?first_us=" + pace.firstMicros() + "&per_second=" + pace.chunksPerSecond();
        client.request(HttpMethod.PUT, stage.upstreamPort(), "127.0.0.1", uri)
                .compose(request -> request.send().compose(response -> response.end()))
                .await(10, TimeUnit.SECONDS);
    }

    private static void sleepUntil(long nanos) {
        long wait = nanos - System.nanoTime();
        while (wait > 0) {
            LockSupport.parkNanos(wait);
            wait = nanos - System.nanoTime();
        }
    }

    @Override
    public void close() throws TimeoutException {
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
