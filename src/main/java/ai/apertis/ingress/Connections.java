package ai.apertis.ingress;

import ai.apertis.config.ServerConfig;
import ai.apertis.http.AddressRange;
import ai.apertis.http.ClientAddress;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.InetAddress;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The connections of the server on one event loop: how many one address may hold, and how long one may be silent while it
 * owes a request. A client that sends its headers a byte at a time, or none at all, costs a socket for a bounded time.
 * Whether a body makes progress is watched by {@link BodyReader}, whether an answer is read by the stream itself.
 */
final class Connections {
    /** A client that has just been answered is not met by a closed door when it asks again, but told to go elsewhere. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServerConfig bounds;
    private final Departure departure;
    private final List<AddressRange> proxies;
    private final Map<String, Integer> perAddress;
    private final IdentityHashMap<HttpConnection, Life> open = new IdentityHashMap<>();

    /** What is known of one connection. */
    private static final class Life {
        private boolean served;
        private int requests;
        private boolean last;
        private long quietSinceNanos;

        Life(long now) {
            this.quietSinceNanos = now;
        }
    }

    /**
     * The connections of one event loop.
     *
     * @param bounds how long and how many
     * @param perAddress how many each address has, over all event loops
     * @param departure says when they are to end
     */
    Connections(ServerConfig bounds, ConcurrentHashMap<String, Integer> perAddress, Departure departure) {
        this.bounds = bounds;
        this.departure = departure;
        this.proxies = bounds.trustedProxies().stream().map(AddressRange::parse).toList();
        this.perAddress = perAddress;
    }

    /** A connection was made; one too many from its address is closed at once. */
    void opened(HttpConnection connection) {
        InetAddress peer = ClientAddress.peer(connection.remoteAddress().hostAddress());
        String address = ClientAddress.limitedAs(peer);
        int now = perAddress.merge(address, 1, Integer::sum);
        connection.closeHandler(closed -> closed(connection, address));
        if (now > bounds.connectionsPerAddress() && bounds.connectionsPerAddress() > 0 && !isProxy(peer)) {
            connection.close();
            return;
        }
        open.put(connection, new Life(System.nanoTime()));
    }

    private void closed(HttpConnection connection, String address) {
        open.remove(connection);
        perAddress.computeIfPresent(address, (key, count) -> count > 1 ? count - 1 : null);
    }

    /** The headers of a request are there. */
    void began(HttpServerRequest request) {
        Life life = open.get(request.connection());
        if (life != null) {
            life.served = true;
            life.requests++;
            HttpServerResponse response = request.response();
            response.headersEndHandler(head -> {
                if (departure.isTold()) {
                    life.last = true;
                    response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                }
            });
            response.endHandler(ended -> {
                life.requests--;
                life.quietSinceNanos = System.nanoTime();
                if (life.last) {
                    request.connection().close();
                }
            });
        }
    }

    /** Closes what has owed a request for too long. Called every so often. */
    void tick(long nowNanos) {
        long header = TimeUnit.MILLISECONDS.toNanos(bounds.headerTimeoutMillis());
        long keepAlive = TimeUnit.MILLISECONDS.toNanos(bounds.keepAliveTimeoutMillis());
        List.copyOf(open.entrySet()).forEach(entry -> {
            Life life = entry.getValue();
            long most = departure.refuses() ? FRESH_NANOS : life.served ? keepAlive : header;
            if (life.requests == 0 && nowNanos - life.quietSinceNanos > most) {
                entry.getKey().close();
            }
        });
    }

    private boolean isProxy(InetAddress peer) {
        return proxies.stream().anyMatch(range -> range.contains(peer));
    }
}
