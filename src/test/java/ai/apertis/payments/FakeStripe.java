package ai.apertis.payments;

import ai.apertis.ledger.Await;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The part of Stripe's HTTP API that top-ups use, on a real server: PaymentIntents that are made, found, listed, and made
 * once for each idempotency key. What becomes of the next ones is scripted; without a script they succeed.
 */
public final class FakeStripe implements AutoCloseable {
    /** What becomes of a request to make a PaymentIntent. */
    public enum Fate {
        /** Paid. */
        SUCCEEDS,
        /** The card says no: 402. */
        DECLINED,
        /** The card says no, but the answer never comes. */
        DECLINED_THEN_SILENCE,
        /** Taken, and paid some time later. */
        PROCESSING,
        /** Paid, but the answer never comes. */
        PAID_THEN_SILENCE,
        /** Paid, but the answer is 500. */
        PAID_THEN_500,
        /** Not made: 500. */
        FAILS_500,
        /** The same key is being worked on: 409. */
        BUSY_409,
        /** A parameter is refused: 400. */
        INVALID_400
    }

    /** A PaymentIntent as it was asked for, and what became of it. */
    public record Intent(String id, Map<String, String> asked, String status) {
        JsonObject json() {
            JsonObject metadata = new JsonObject();
            asked.forEach((name, value) -> {
                if (name.startsWith("metadata[")) {
                    metadata.put(name.substring(9, name.length() - 1), value);
                }
            });
            long amount = Long.parseLong(asked.getOrDefault("amount", "0"));
            JsonObject json = new JsonObject()
                    .put("id", id)
                    .put("object", "payment_intent")
                    .put("amount", amount)
                    .put("amount_received", status.equals("succeeded") ? amount : 0)
                    .put("currency", asked.get("currency"))
                    .put("customer", asked.get("customer"))
                    .put("metadata", metadata)
                    .put("status", status);
            return status.equals(WANTS_ANOTHER_CARD) ? json.put("last_payment_error", decline()) : json;
        }
    }

    /** What a PaymentIntent is after a decline: it waits for another card, and tells what became of the last one. */
    private static final String WANTS_ANOTHER_CARD = "requires_payment_method";

    private final HttpServer server;
    private final Deque<Fate> fates = new ConcurrentLinkedDeque<>();
    private final Map<String, Intent> intents = new ConcurrentHashMap<>();
    private final Map<String, String> byKey = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> checkouts = new ConcurrentHashMap<>();
    private final Set<String> paid = ConcurrentHashMap.newKeySet();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    /** Starts to listen. */
    public FakeStripe(Vertx vertx) {
        server = Await.get(vertx.createHttpServer().requestHandler(this::handle).listen(0, "127.0.0.1"));
    }

    /** Where it is. */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    /** Says what becomes of the next PaymentIntents. */
    public void next(Fate... next) {
        fates.addAll(List.of(next));
    }

    /** The PaymentIntents that exist, for an account of the gateway. */
    public List<Intent> intents(long account) {
        return intents.values().stream()
                .filter(intent -> Long.toString(account).equals(intent.asked().get("metadata[apertis_account]")))
                .toList();
    }

    /** The idempotency keys that were sent. */
    public List<String> keys() {
        return keys;
    }

    /** A PaymentIntent that was processing is paid. */
    public void pay(String id) {
        intents.computeIfPresent(id, (known, intent) -> new Intent(id, intent.asked(), "succeeded"));
    }

    /** A PaymentIntent that was processing is declined. */
    public void decline(String id) {
        intents.computeIfPresent(id, (known, intent) -> new Intent(id, intent.asked(), WANTS_ANOTHER_CARD));
    }

    private void handle(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            if (!"Bearer sk_test_fake".equals(request.getHeader("Authorization"))) {
                answer(request, 401, error("invalid_request_error", "none"));
            } else if (request.path().startsWith("/v1/checkout/sessions")) {
                checkout(request, body);
            } else if (request.method().name().equals("POST")) {
                make(request, body);
            } else if (request.path().equals("/v1/payment_intents")) {
                JsonArray data = new JsonArray();
                intents.values().stream()
                        .filter(intent -> String.valueOf(request.getParam("customer"))
                                .equals(intent.asked().get("customer")))
                        .forEach(intent -> data.add(intent.json()));
                answer(
                        request,
                        200,
                        new JsonObject()
                                .put("object", "list")
                                .put("has_more", false)
                                .put("data", data));
            } else {
                Intent found = intents.get(request.path().substring("/v1/payment_intents/".length()));
                answer(request, found == null ? 404 : 200, found == null ? new JsonObject() : found.json());
            }
        });
    }

    /** The sessions to pay on, by their names: what was asked of each. */
    public Map<String, Map<String, String>> checkouts() {
        return checkouts;
    }

    /** Somebody pays on a session's page. */
    public void payAt(String session) {
        paid.add(session);
    }

    private void checkout(HttpServerRequest request, Buffer body) {
        if (request.method().name().equals("POST")) {
            String id = "cs_test_" + UUID.randomUUID().toString().replace("-", "");
            checkouts.put(id, fields(body));
            answer(
                    request,
                    200,
                    new JsonObject()
                            .put("id", id)
                            .put("object", "checkout.session")
                            .put("url", "https://checkout.stripe.example/c/pay/" + id + "#fid=a%3C"));
            return;
        }
        String id = request.path().substring("/v1/checkout/sessions/".length());
        Map<String, String> asked = checkouts.get(id);
        if (asked == null) {
            answer(request, 404, error("invalid_request_error", "resource_missing"));
            return;
        }
        boolean done = paid.contains(id);
        answer(
                request,
                200,
                new JsonObject()
                        .put("id", id)
                        .put("object", "checkout.session")
                        .put("mode", "payment")
                        .put("payment_status", done ? "paid" : "unpaid")
                        .put("currency", "usd")
                        .put("customer", "cus_" + id)
                        .put("amount_total", Long.valueOf(asked.get("line_items[0][price_data][unit_amount]")))
                        .put(
                                "metadata",
                                new JsonObject().put("apertis_account", asked.get("metadata[apertis_account]")))
                        .put(
                                "payment_intent",
                                new JsonObject()
                                        .put("id", "pi_" + id)
                                        .put("object", "payment_intent")
                                        .put("payment_method", "pm_" + id)
                                        .put(
                                                "setup_future_usage",
                                                asked.get("payment_intent_data[setup_future_usage]"))));
    }

    private static Map<String, String> fields(Buffer body) {
        Map<String, String> asked = new TreeMap<>();
        new QueryStringDecoder(body.toString(), StandardCharsets.UTF_8, false)
                .parameters()
                .forEach((name, values) -> asked.put(name, values.getFirst()));
        return asked;
    }

    private void make(HttpServerRequest request, Buffer body) {
        String key = String.valueOf(request.getHeader("Idempotency-Key"));
        keys.add(key);
        String before = byKey.get(key);
        Intent same = before == null ? null : intents.get(before);
        if (same != null) {
            answer(request, 200, same.json());
            return;
        }
        Map<String, String> asked = fields(body);
        Fate fate = fates.isEmpty() ? Fate.SUCCEEDS : fates.pop();
        switch (fate) {
            case SUCCEEDS -> answer(request, 200, made(key, asked, "succeeded").json());
            case PROCESSING ->
                answer(request, 200, made(key, asked, "processing").json());
            case PAID_THEN_500 -> {
                made(key, asked, "succeeded");
                answer(request, 500, error("api_error", null));
            }
            case PAID_THEN_SILENCE -> made(key, asked, "succeeded");
            case DECLINED -> answer(request, 402, declined(made(null, asked, WANTS_ANOTHER_CARD)));
            case DECLINED_THEN_SILENCE -> made(null, asked, WANTS_ANOTHER_CARD);
            case FAILS_500 -> answer(request, 500, error("api_error", null));
            case BUSY_409 -> answer(request, 409, error("invalid_request_error", "idempotency_key_in_use"));
            case INVALID_400 -> answer(request, 400, error("invalid_request_error", "resource_missing"));
        }
    }

    private Intent made(@Nullable String key, Map<String, String> asked, String status) {
        Intent intent = new Intent("pi_" + UUID.randomUUID(), Map.copyOf(asked), status);
        intents.put(intent.id(), intent);
        if (key != null) {
            byKey.put(key, intent.id());
        }
        return intent;
    }

    private static JsonObject error(String type, @Nullable String code) {
        JsonObject error = new JsonObject().put("type", type).put("message", "scripted");
        if (code != null) {
            error.put("code", code);
        }
        return new JsonObject().put("error", error);
    }

    /** The answer that tells a decline: the same error as the PaymentIntent keeps, and the PaymentIntent. */
    private static JsonObject declined(Intent intent) {
        return new JsonObject().put("error", decline().put("payment_intent", intent.json()));
    }

    private static JsonObject decline() {
        return new JsonObject()
                .put("type", "card_error")
                .put("code", "card_declined")
                .put("decline_code", "insufficient_funds")
                .put("message", "scripted");
    }

    private static void answer(HttpServerRequest request, int status, JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Request-Id", "req_fake")
                .end(body.toBuffer());
    }

    @Override
    public void close() {
        Await.get(server.close());
    }
}
