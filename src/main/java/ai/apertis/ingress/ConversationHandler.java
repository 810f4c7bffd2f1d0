package ai.apertis.ingress;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.ModelRef;
import ai.apertis.catalog.Snapshot;
import ai.apertis.config.ModelKind;
import ai.apertis.config.RoutingConfig;
import ai.apertis.config.TimeoutsConfig;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.ProviderWishes;
import ai.apertis.dialect.RoutingWishes;
import ai.apertis.dispatch.ClientHeaders;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.routing.Affinity;
import ai.apertis.routing.Candidate;
import ai.apertis.routing.Itinerary;
import ai.apertis.routing.Preferences;
import ai.apertis.routing.RoutePlanner;
import ai.apertis.routing.TimeBudget;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The main job: a request for a model's answer, in any client dialect. Reads top to bottom as the way of a request: who
 * asks, what for, whether they may, who could answer; then the {@link Conversation} holds the money and makes the call.
 */
final class ConversationHandler {
    private final Door door;
    private final BodyReader bodies;
    private final ConversationParts parts;

    /**
     * A handler.
     *
     * @param door lets clients in
     * @param bodies reads bodies
     * @param parts the rest of the house
     */
    ConversationHandler(Door door, BodyReader bodies, ConversationParts parts) {
        this.door = door;
        this.bodies = bodies;
        this.parts = parts;
    }

    /**
     * Serves a request.
     *
     * @param exchange the client's
     * @param reader reads its body by its dialect
     */
    void handle(Exchange exchange, Function<byte[], ClientRequest> reader) {
        if (!bodies.letsIn(exchange)) {
            return;
        }
        Future<Buffer> body = bodies.read(exchange);
        door.enter(exchange)
                .compose(key -> body.onSuccess(bytes -> serve(exchange, key, reader, bytes.getBytes())))
                .onFailure(exchange::fail);
    }

    /**
     * Serves a request whose body was read and whose client is known already.
     *
     * @param exchange the client's
     * @param key who pays
     * @param reader reads its body by its dialect
     * @param body what was read
     */
    void handleOnBehalf(Exchange exchange, KeyRecord key, Function<byte[], ClientRequest> reader, byte[] body) {
        if (bodies.letsIn(exchange) && bodies.keeps(exchange, body.length)) {
            door.enterBy(exchange, key)
                    .onSuccess(in -> serve(exchange, key, reader, body))
                    .onFailure(exchange::fail);
        }
    }

    private void serve(Exchange exchange, KeyRecord key, Function<byte[], ClientRequest> reader, byte[] body) {
        try {
            ClientRequest request = reader.apply(body);
            Optional<Grounding> grounding = parts.grounder().of(exchange, request, reader, body);
            Optional<Abridging> abridging = parts.abridger().of(parts, exchange, key, request, body);
            if (grounding.isPresent()) {
                Grounding grounds = grounding.get();
                Conversation conversation = begin(exchange, key, grounds.request(), grounds);
                abridging.ifPresent(shorter -> conversation.firstly(shorter, grounds::over));
                conversation.admit();
                return;
            }
            Optional<Repeat> repeat = parts.repeats().of(exchange, key, request, body);
            Conversation conversation = begin(
                    exchange,
                    key,
                    request,
                    repeat.<Keeping>map(Function.identity()).orElse(Keeping.NONE));
            abridging.ifPresent(shorter -> conversation.firstly(shorter, reader));
            repeat.ifPresentOrElse(earlier -> earlier.serve(conversation), conversation::admit);
        } catch (ApiException refused) {
            exchange.fail(refused);
        }
    }

    /**
     * Serves a request whose body is too large to be read before its client is known.
     *
     * @param exchange the client's
     * @param reader reads its body from its paused request
     */
    void handleUpload(Exchange exchange, Function<Exchange, Future<ClientRequest>> reader) {
        if (!bodies.letsIn(exchange)) {
            return;
        }
        HttpServerRequest request = exchange.request();
        request.pause();
        door.enter(exchange)
                .compose(key -> reader.apply(exchange).map(asked -> begin(exchange, key, asked, Keeping.NONE)))
                .onSuccess(Conversation::admit)
                .onFailure(cause -> {
                    // What is left of the body is read and thrown away, so that the client comes to the answer.
                    request.resume();
                    exchange.fail(cause);
                });
    }

    /**
     * Finds who could answer.
     *
     * @param exchange the client's
     * @param key whose
     * @param request what is asked
     * @param keeping stands between the answer and the client
     * @return not yet admitted
     * @throws ai.apertis.dialect.ApiException with the reason when nobody may or can
     */
    Conversation begin(Exchange exchange, KeyRecord key, ClientRequest request, Keeping keeping) {
        Snapshot now = parts.catalog().snapshot();
        long timeout = timeoutMillis(exchange.request(), now.timeouts());
        exchange.asks(request);
        Catalog catalog = now.catalog();
        List<String> fallbacks = fallbacks(request, key, now.routing());
        String name = nameOf(request, catalog);
        Permissions permissions = new Permissions(key, catalog);
        ModelRef known = catalog.resolve(name).orElse(null);
        ModelRef asked = known == null ? inPlaceOf(name, catalog, fallbacks, permissions) : known;
        permissions.check(asked);
        checkKind(asked, request.kind());
        checkSearch(asked, request);
        RoutingWishes wishes = request.wishes();
        Preferences preferences = new Preferences(
                request.parameters(),
                wishes.provider().or(keysWishes(key)),
                parts.steering().health());
        List<Candidate> candidates = RoutePlanner.candidates(catalog, asked, fallbacks, preferences);
        candidates.removeIf(candidate ->
                !permissions.allows(candidate.model()) || !candidate.model().serves(request.kind()));
        if (candidates.isEmpty()) {
            ApiError unmet = preferences.unmet(asked.model().id());
            throw (unmet == null ? Errors.noProvider(asked.model().id()) : unmet).exception();
        }
        Itinerary itinerary = new Itinerary(
                candidates,
                preferences.isOrdered(asked.preference()),
                Affinity.Conversation.of(key.accountId(), wishes),
                Boolean.TRUE.equals(first(wishes.hedge(), key.settings().hedge())),
                now.routing().hedgePayer().equals("user"),
                request.stream()
                        && Boolean.TRUE.equals(
                                first(wishes.continueOnCut(), key.settings().continueOnCut())),
                ClientHeaders.of(request.dialect(), exchange.request().headers()));
        long attempt = attemptMillis(
                request, key, fallbacks.isEmpty() ? 0 : now.routing().fallbackTimeoutMillis());
        TimeBudget budget = new TimeBudget(exchange.arrivedNanos(), timeout, attempt);
        String from = known == null ? name : known.model().id();
        return new Conversation(parts, exchange, key, permissions, request, from, asked, itinerary, budget, keeping);
    }

    /** What a key wants of providers where its request says nothing. */
    static ProviderWishes keysWishes(KeyRecord key) {
        JsonObject provider = key.settings().provider();
        ProviderWishes wishes = provider == null
                ? ProviderWishes.NONE
                : ProviderWishes.read(provider.encode().getBytes(StandardCharsets.UTF_8));
        return "deny".equals(key.settings().dataPolicy()) ? wishes.or(ProviderWishes.DENY_COLLECTION) : wishes;
    }

    /** A client that names no model gets the first that serves what it asks for. */
    private static String nameOf(ClientRequest request, Catalog catalog) {
        if (!request.model().isEmpty()) {
            return request.model();
        }
        return catalog.models().stream()
                .filter(model ->
                        model.serves(request.kind()) && !model.endpoints().isEmpty())
                .map(Model::id)
                .findFirst()
                .orElseThrow(() -> ApiError.missingParameter("model").exception());
    }

    private static void checkKind(ModelRef asked, ModelKind kind) {
        if (!asked.model().serves(kind)) {
            throw Errors.otherKind(asked.model(), kind).exception();
        }
    }

    /** The first fallback that the key may use, for a model that nobody knows. */
    private static ModelRef inPlaceOf(String name, Catalog catalog, List<String> fallbacks, Permissions permissions) {
        return fallbacks.stream()
                .flatMap(fallback -> catalog.resolve(fallback).stream())
                .filter(ref -> permissions.allows(ref.model()))
                .findFirst()
                .orElseThrow(() -> Errors.noSuchModel(name).exception());
    }

    private static void checkSearch(ModelRef asked, ClientRequest request) {
        if (asked.webSearch() && !(request instanceof GroundedRequest)) {
            throw ApiError.invalidParameter(
                            "model", "The suffix ':web' works for chat completions and messages, not here.")
                    .exception();
        }
    }

    /** The models to fall back to: of the request, else of its key, else the system's. */
    private static List<String> fallbacks(ClientRequest request, KeyRecord key, RoutingConfig system) {
        Boolean told = first(request.fallbacks().enabled(), key.fallbackEnabled());
        boolean enabled = told == null ? system.fallbackEnabled() : told;
        if (!enabled) {
            return List.of();
        }
        List<String> models = request.fallbacks().models();
        if (models != null) {
            return models;
        }
        return key.fallbackModels().isEmpty() ? system.fallbacks() : key.fallbackModels();
    }

    private static long attemptMillis(ClientRequest request, KeyRecord key, long otherwise) {
        Long told = first(request.fallbacks().timeoutMillis(), key.fallbackTimeoutMillis());
        return told == null ? otherwise : told;
    }

    private static <T> @Nullable T first(@Nullable T one, @Nullable T other) {
        return one != null ? one : other;
    }

    private static long timeoutMillis(HttpServerRequest request, TimeoutsConfig bounds) {
        String told = request.getHeader("X-Timeout");
        if (told == null) {
            return bounds.defaultMillis();
        }
        long millis;
        try {
            millis = Long.parseLong(told.strip());
        } catch (NumberFormatException e) {
            millis = -1;
        }
        if (millis < bounds.minMillis() || millis > bounds.maxMillis()) {
            throw ApiError.invalidParameter(
                            "X-Timeout",
                            "'X-Timeout' must be milliseconds from "
                                    + bounds.minMillis() + " to "
                                    + bounds.maxMillis() + ".")
                    .exception();
        }
        return millis;
    }
}
