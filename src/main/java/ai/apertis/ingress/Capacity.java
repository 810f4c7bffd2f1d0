package ai.apertis.ingress;

import ai.apertis.config.ServerConfig;
import ai.apertis.dialect.ApiError;
import ai.apertis.telemetry.Metrics;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How much this process has to do, and whether it takes on more: what comes beyond is refused at once, before its key is
 * looked up and its body read, so that what was let in is served in good time. Three bounds: requests under way, bytes of
 * bodies in memory, and how late the event loop is. One loop that is late refuses for itself only. Safe for any thread.
 */
public final class Capacity {
    private static final ApiError FULL = ApiError.server(
                    503, "service_unavailable", "The server has too much to do now; try again shortly.")
            .retryAfter(1);
    /** Told also in the midst of a body, the rest of which is not read. */
    static final ApiError NO_ROOM = ApiError.server(
                    503, "service_unavailable", "The server has no room for the request's body now; try again shortly.")
            .retryAfter(1);

    private static final long BEAT_MILLIS = 50;

    private final long mostRequests;
    private final long mostBytes;
    private final long latestNanos;
    private final Metrics metrics;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final Map<Thread, Pulse> pulses = new ConcurrentHashMap<>();

    /** The bytes of one body that are in memory. Used on one event loop. */
    final class Room {
        private long taken;
        private boolean closed;

        /** Takes room for more; false when there is none. */
        boolean take(long more) {
            if (closed) {
                return true;
            }
            if (bytes.addAndGet(more) > mostBytes) {
                bytes.addAndGet(-more);
                metrics.shed("body_bytes");
                return false;
            }
            taken += more;
            return true;
        }

        /** Gives all of it back. */
        void close() {
            if (!closed) {
                closed = true;
                bytes.addAndGet(-taken);
            }
        }
    }

    /**
     * Nothing under way yet.
     *
     * @param bounds how many requests, how many bytes, how late
     * @param metrics count what is refused
     */
    public Capacity(ServerConfig bounds, Metrics metrics) {
        this.mostRequests = bounds.maxRequests();
        this.mostBytes = bounds.maxBufferedBytes();
        this.latestNanos = TimeUnit.MILLISECONDS.toNanos(bounds.maxLagMillis());
        this.metrics = metrics;
        metrics.show("apertis.requests.under.way", "Requests for answers that are not over", requests::get);
        metrics.show("apertis.body.bytes", "Bytes of request bodies in memory", bytes::get);
    }

    /** Watches the event loop that this is called on. */
    void watch(Vertx vertx) {
        if (latestNanos > 0) {
            pulses.computeIfAbsent(Thread.currentThread(), loop -> {
                Pulse pulse = new Pulse(latestNanos, nextBeat());
                beat(vertx, pulse);
                return pulse;
            });
        }
    }

    private static void beat(Vertx vertx, Pulse pulse) {
        vertx.setTimer(BEAT_MILLIS, beat -> {
            pulse.beat(System.nanoTime(), nextBeat());
            beat(vertx, pulse);
        });
    }

    private static long nextBeat() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BEAT_MILLIS);
    }

    /**
     * Lets a request in until its exchange is over.
     *
     * @param exchange the client's
     * @return why not; null when it is in
     */
    @Nullable
    ApiError enter(Exchange exchange) {
        Pulse pulse = pulses.get(Thread.currentThread());
        if (pulse != null && pulse.stands(System.nanoTime())) {
            metrics.shed("lag");
            return FULL;
        }
        if (requests.incrementAndGet() > mostRequests && mostRequests > 0) {
            requests.decrementAndGet();
            metrics.shed("requests");
            return FULL;
        }
        exchange.whenOver(requests::decrementAndGet);
        return null;
    }

    /** Room for one body, to be closed when it is no longer needed. */
    Room room() {
        return new Room();
    }

    /** Whether a body of so many bytes would fit now; counts a refusal when it would not. */
    boolean hasRoom(long more) {
        boolean fits = bytes.get() + more <= mostBytes;
        if (!fits) {
            metrics.shed("body_bytes");
        }
        return fits;
    }
}
