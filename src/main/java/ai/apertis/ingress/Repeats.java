package ai.apertis.ingress;

import ai.apertis.cache.AnswerKey;
import ai.apertis.cache.AnswerStore;
import ai.apertis.config.CacheConfig;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.telemetry.Metrics;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests that ask exactly what was asked before, or is being asked now: the first makes the call, the others are served
 * from its answer and pay nothing. Only where an equal answer is as good: at temperature zero, or when the request or its
 * key asks for it.
 */
public final class Repeats {
    /** The header by which a request decides for itself, {@code on} or {@code off}, and by which it is told. */
    static final String HEADER = "x-apertis-cache";

    private final CacheConfig config;
    private final AnswerStore store;
    private final Metrics metrics;
    private final ConcurrentHashMap<AnswerKey, Flight> flights = new ConcurrentHashMap<>();

    /**
     * Remembers answers.
     *
     * @param config whether, and how much
     * @param store where
     * @param metrics count hits and misses
     */
    public Repeats(CacheConfig config, AnswerStore store, Metrics metrics) {
        this.config = config;
        this.store = store;
        this.metrics = metrics;
    }

    /**
     * Whether a request may be served from another's answer.
     *
     * @param exchange the client's
     * @param key whose
     * @param request what is asked
     * @param body its bytes
     * @return what stands between its answer and its client; empty when it is to be asked anew
     * @throws ai.apertis.dialect.ApiException a 400 when the header is neither on nor off
     */
    Optional<Repeat> of(Exchange exchange, KeyRecord key, ClientRequest request, byte[] body) {
        if (!config.enabled()
                || !wished(exchange.request().getHeader(HEADER), key.settings().cache(), request)) {
            return Optional.empty();
        }
        return Optional.of(new Repeat(this, exchange, key.accountId(), request, body));
    }

    private static boolean wished(@Nullable String header, @Nullable JsonObject setting, ClientRequest request) {
        if (header != null) {
            return switch (header.strip()) {
                case "on" -> true;
                case "off" -> false;
                default ->
                    throw ApiError.invalidParameter(HEADER, "'" + HEADER + "' must be 'on' or 'off'.")
                            .exception();
            };
        }
        if (setting != null && setting.getValue("enabled") instanceof Boolean enabled) {
            return enabled;
        }
        return request.isDeterministic();
    }

    AnswerStore store() {
        return store;
    }

    /** The call that others make now, or the one that the caller is to make. */
    Boarding board(AnswerKey key) {
        Flight mine = new Flight(config.maxAnswerBytes());
        Flight others = flights.putIfAbsent(key, mine);
        return others == null ? new Boarding(mine, true) : new Boarding(others, false);
    }

    /**
     * A place on a call.
     *
     * @param flight the answer
     * @param leads whether the caller makes it
     */
    record Boarding(Flight flight, boolean leads) {}

    /** The call is over, and whoever asks now makes one of his own or finds the answer in the store. */
    void leave(AnswerKey key, Flight flight) {
        flights.remove(key, flight);
    }

    void count(String how) {
        metrics.cache(how);
    }
}
