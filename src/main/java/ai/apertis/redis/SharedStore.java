package ai.apertis.redis;

import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Redis that nodes share, asked briefly. A question that is not answered in time counts as an outage, and during one
 * nobody asks again before a moment has passed: whoever depends on it decides alone instead, and no request waits.
 */
public final class SharedStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedStore.class);
    private static final long ANSWER_MILLIS = 250;
    private static final long START_MILLIS = 5_000;
    private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int CONNECTIONS = 64;
    private static final int WAITING = 10_000;

    private final Vertx vertx;
    private final Redis redis;

    /** One connection for each event loop that asks: questions queue up in the socket, not for a free connection. */
    private final Map<EventLoop, Future<RedisConnection>> connections = new ConcurrentHashMap<>();

    private final AtomicLong awayUntilNanos = new AtomicLong(System.nanoTime());

    /**
     * Connects at the first question.
     *
     * @param vertx runs the connections
     * @param url {@code redis://user:password@host:port/database}, or {@code rediss} for TLS
     */
    public SharedStore(Vertx vertx, String url) {
        this.vertx = vertx;
        this.redis = Redis.createClient(
                vertx,
                new RedisOptions()
                        .setConnectionString(url)
                        .setMaxPoolSize(CONNECTIONS)
                        .setMaxPoolWaiting(WAITING));
    }

    /**
     * Asks whether it is there, with the patience of a start.
     *
     * @return fails when it does not answer within seconds; it may come later all the same
     */
    public Future<Void> open() {
        return connection()
                .compose(connection -> connection.send(Request.cmd(Command.PING)))
                .timeout(START_MILLIS, TimeUnit.MILLISECONDS)
                .mapEmpty();
    }

    /**
     * Whether it did not answer a moment ago.
     *
     * @return true when it is not worth asking
     */
    public boolean isAway() {
        return System.nanoTime() - awayUntilNanos.get() < 0;
    }

    /**
     * Asks.
     *
     * @param request a command
     * @return the answer; fails at once while the store is away, and soon when it does not answer
     */
    public Future<Response> ask(Request request) {
        if (isAway()) {
            return Future.failedFuture("the shared store is away");
        }
        return connection()
                .compose(connection -> connection.send(request))
                .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .onFailure(this::failed);
    }

    private Future<RedisConnection> connection() {
        EventLoop here = ((ContextInternal) vertx.getOrCreateContext()).nettyEventLoop();
        return connections.computeIfAbsent(here, this::connect);
    }

    private Future<RedisConnection> connect(EventLoop here) {
        return redis.connect()
                .onSuccess(connection -> {
                    connection.exceptionHandler(broken -> connections.remove(here));
                    connection.endHandler(closed -> connections.remove(here));
                })
                .onFailure(refused -> connections.remove(here));
    }

    /**
     * Runs a script by its digest, and sends its text where the server does not know it yet.
     *
     * @param script the script
     * @param keys the keys that it touches
     * @param arguments its arguments
     * @return what it returns; fails as {@link #ask} does
     */
    public Future<Response> run(Script script, List<String> keys, List<String> arguments) {
        return ask(call(Command.EVALSHA, script.digest(), keys, arguments))
                .recover(e -> isUnknownScript(e)
                        ? ask(call(Command.EVAL, script.text(), keys, arguments))
                        : Future.failedFuture(e));
    }

    private static Request call(Command command, String script, List<String> keys, List<String> arguments) {
        Request request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        arguments.forEach(request::arg);
        return request;
    }

    private static boolean isUnknownScript(Throwable e) {
        String message = e.getMessage();
        return message != null && message.startsWith("NOSCRIPT");
    }

    private void failed(Throwable cause) {
        if (isUnknownScript(cause)) {
            return;
        }
        boolean known = isAway();
        awayUntilNanos.set(System.nanoTime() + AWAY_NANOS);
        if (!known) {
            LOG.warn("Redis does not answer, this node decides alone for a moment: {}", cause.getMessage());
        }
    }

    /** Closes the connections. */
    @Override
    public void close() {
        redis.close();
    }
}
