package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.ledger.TestDatabase;
import ai.apertis.payments.FakeStripe;
import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.net.Webhook;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Stripe tells, forged, replayed and out of order, and top-ups by hand, from the outside. */
class StripeWebhookTest {
    private static final String SECRET = "whsec_of_the_tests";

    private static Vertx vertx;
    private static FakeStripe stripe;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        stripe = new FakeStripe(vertx);
        gateway = RunningGateway.configured("""
            payments:
              stripe: {api_key: sk_test_fake, webhook_secret: %s, base_url: %s}
            providers:
              - {name: sim, dialect: openai, base_url: builtin, keys: [sim]}
            models:
              - {id: echo, price: {}, endpoints: [{provider: sim, model: sim/echo}]}
            """.formatted(SECRET, stripe.baseUrl()));
    }

    @AfterEach
    void theBooksBalance() {
        assertThat(RunningGateway.json(admin("GET", "/ledger/audit", null).body())
                        .get("ok")
                        .booleanValue())
                .isTrue();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        stripe.close();
        RunningGateway.await(vertx.close());
    }

    @Test
    void creditsWhatWasPaidAtACheckoutOnceWhoeverTellsIt() {
        RunningGateway.Wallet wallet = gateway.wallet(0);
        String intent = id("pi_");
        String checkout = event("checkout.session.completed", """
            {"id":"cs_1","mode":"payment","payment_status":"paid","amount_total":1050,"currency":"usd",
             "client_reference_id":"%d","payment_intent":"%s"}""".formatted(wallet.account(), intent));
        assertThat(post(checkout)).isEqualTo(200);
        assertThat(dollars(wallet)).isEqualTo("10.5");
        assertThat(post(checkout)).as("replayed").isEqualTo(200);
        assertThat(post(event("payment_intent.succeeded", """
            {"id":"%s","amount_received":1050,"currency":"usd","metadata":{"apertis_account":"%d"}}""".formatted(intent, wallet.account()))))
                .as("the same payment in another event")
                .isEqualTo(200);
        assertThat(dollars(wallet)).isEqualTo("10.5");
    }

    @Test
    void manyCopiesAtOnceCreditOnce() {
        RunningGateway.Wallet wallet = gateway.wallet(0);
        String paid = succeeded(id("pi_"), 500, wallet.account());
        IntStream.range(0, 16).parallel().forEach(copy -> assertThat(post(paid)).isEqualTo(200));
        assertThat(dollars(wallet)).isEqualTo("5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unsigned",
                "another secret",
                "another body",
                "too old",
                "from the future of another scheme",
                "garbage",
                "not JSON",
                "no event"
            })
    void believesNobodyElse(String forgery) {
        RunningGateway.Wallet wallet = gateway.wallet(0);
        String body = succeeded(id("pi_"), 500, wallet.account());
        long now = Instant.now().getEpochSecond();
        int status = switch (forgery) {
            case "unsigned" -> post(body, null);
            case "another secret" -> post(body, signature(body, now, "whsec_other"));
            case "another body" -> post(body.replace("500", "50000"), signature(body, now, SECRET));
            case "too old" -> post(body, signature(body, now - 301, SECRET));
            case "from the future of another scheme" ->
                post(body, signature(body, now, SECRET).replace("v1=", "v0="));
            case "not JSON" -> post("{", signature("{", now, SECRET));
            case "no event" -> post("{}", signature("{}", now, SECRET));
            default -> post(body, "t=x,v1=y");
        };
        assertThat(status).isEqualTo(400);
        assertThat(dollars(wallet)).isEqualTo("0");
        assertThat(post(body)).as("the true one still counts").isEqualTo(200);
        assertThat(dollars(wallet)).isEqualTo("5");
    }

    @Test
    void refundsCountInAnyOrderAndNeverBelowZero() {
        RunningGateway.Wallet wallet = gateway.wallet(0);
        String intent = id("pi_");
        assertThat(post(refunded(intent, 300))).as("before the payment").isEqualTo(200);
        assertThat(dollars(wallet)).isEqualTo("0");
        assertThat(post(succeeded(intent, 1_000, wallet.account()))).isEqualTo(200);
        assertThat(dollars(wallet)).isEqualTo("7");
        assertThat(post(refunded(intent, 100))).as("older news").isEqualTo(200);
        assertThat(dollars(wallet)).isEqualTo("7");
        assertThat(post(refunded(intent, 500))).isEqualTo(200);
        assertThat(dollars(wallet)).isEqualTo("5");

        assertThat(admin(
                                "POST",
                                "/accounts/" + wallet.account() + "/credits",
                                "{\"amount_usd\":-4,\"reference\":\"spent\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(refunded(intent, 1_000))).as("more than is left").isEqualTo(200);
        assertThat(dollars(wallet)).isEqualTo("0");
        assertThat(RunningGateway.json(admin("GET", "/accounts/" + wallet.account() + "/events", null)
                                .body())
                        .at("/data/0/data/uncovered_usd")
                        .decimalValue())
                .isEqualByComparingTo("4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"pi_eur\",\"amount_received\":500,\"currency\":\"eur\",\"metadata\":{\"apertis_account\":\"%d\"}}",
                "{\"id\":\"pi_none\",\"amount_received\":500,\"currency\":\"usd\",\"metadata\":{}}",
                "{\"id\":\"pi_nobody\",\"amount_received\":500,\"currency\":\"usd\","
                        + "\"metadata\":{\"apertis_account\":\"99999999\"}}",
                "{\"id\":\"pi_meta\",\"amount_received\":0,\"amount\":500,\"currency\":\"usd\","
                        + "\"metadata\":{\"apertis_account\":\"%d\",\"amount\":\"500\"}}",
                "{\"id\":\"pi_text\",\"amount_received\":\"500\",\"currency\":\"usd\","
                        + "\"metadata\":{\"apertis_account\":\"%d\"}}",
                "{\"id\":\"pi_minus\",\"amount_received\":-500,\"currency\":\"usd\","
                        + "\"metadata\":{\"apertis_account\":\"%d\"}}",
                "{\"id\":\"pi_sql\",\"amount_received\":500,\"currency\":\"usd\","
                        + "\"metadata\":{\"apertis_account\":\"1; DROP TABLE credit\"}}"
            })
    void passesOverWhatIsNotItsBusiness(String object) {
        RunningGateway.Wallet wallet = gateway.wallet(0);
        assertThat(post(event("payment_intent.succeeded", object.formatted(wallet.account()))))
                .isEqualTo(200);
        assertThat(dollars(wallet)).isEqualTo("0");
    }

    @Test
    void toppedUpByHandAndToldTwiceIsCreditedOnce() {
        RunningGateway.Wallet wallet = gateway.wallet(0);
        String account = "/accounts/" + wallet.account();
        assertThat(admin("GET", account + "/auto-topup", null).statusCode()).isEqualTo(404);
        assertThat(admin("POST", account + "/topups", "{\"amount_usd\":7}").statusCode())
                .isEqualTo(409);
        assertThat(admin(
                                "PATCH",
                                account + "/auto-topup",
                                "{\"enabled\":false,\"threshold_usd\":5,\"amount_usd\":20,\"customer\":\"cus_1\","
                                        + "\"payment_method\":\"pm_1\"}")
                        .statusCode())
                .isEqualTo(200);
        String topup = RunningGateway.json(
                        admin("POST", account + "/topups", "{\"amount_usd\":7}").body())
                .get("id")
                .textValue();
        await().until(() -> dollars(wallet).equals("7"));
        String intent = stripe.intents(wallet.account()).getFirst().id();
        assertThat(post(event("payment_intent.succeeded", """
            {"id":"%s","amount_received":700,"currency":"usd","metadata":{"apertis_topup":"%s"}}""".formatted(intent, topup))))
                .isEqualTo(200);
        assertThat(post(event("payment_intent.payment_failed", """
            {"id":"%s","metadata":{"apertis_topup":"%s"},"last_payment_error":{"code":"card_declined"}}""".formatted(intent, topup))))
                .as("older news")
                .isEqualTo(200);
        assertThat(dollars(wallet)).isEqualTo("7");
        JsonNode listed =
                RunningGateway.json(admin("GET", account + "/topups", null).body());
        assertThat(listed.at("/data/0/state").textValue()).isEqualTo("paid");
        assertThat(listed.at("/data/0/payment").textValue()).isEqualTo("stripe:" + intent);
    }

    @Test
    void anEventMayBeQuickerThanTheAnswer() {
        RunningGateway.Wallet wallet = gateway.wallet(0);
        UUID paid = topup(wallet);
        assertThat(post(event("payment_intent.succeeded", """
            {"id":"%s","amount_received":300,"currency":"usd","metadata":{"apertis_topup":"%s"}}""".formatted(id("pi_"), paid))))
                .isEqualTo(200);
        assertThat(dollars(wallet)).isEqualTo("3");
        UUID failed = topup(wallet);
        assertThat(post(event("payment_intent.payment_failed", """
            {"id":"%s","metadata":{"apertis_topup":"%s"},"last_payment_error":{"code":"card_declined",
             "decline_code":"stolen_card"}}""".formatted(id("pi_"), failed))))
                .isEqualTo(200);
        JsonNode listed = RunningGateway.json(admin("GET", "/accounts/" + wallet.account() + "/topups", null)
                        .body())
                .get("data");
        assertThat(listed)
                .extracting(topup -> topup.get("state").textValue())
                .containsExactlyInAnyOrder("paid", "failed");
        assertThat(listed).anyMatch(topup -> topup.get("failure").asText().equals("stolen_card"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"threshold_usd\":5,\"amount_usd\":20,\"customer\":\"cus\"}",
                "{\"threshold_usd\":5,\"amount_usd\":0.333,\"customer\":\"cus\",\"payment_method\":\"pm\"}",
                "{\"threshold_usd\":5,\"amount_usd\":0.49,\"customer\":\"cus\",\"payment_method\":\"pm\"}",
                "{\"threshold_usd\":0,\"amount_usd\":20,\"customer\":\"cus\",\"payment_method\":\"pm\"}",
                "{\"threshold_usd\":5,\"amount_usd\":20,\"customer\":\"cus\",\"payment_method\":\"pm\",\"failures\":0}",
                "{\"threshold_usd\":\"5\",\"amount_usd\":20,\"customer\":\"cus\",\"payment_method\":\"pm\"}"
            })
    void refusesBadSettings(String body) {
        HttpResponse<String> refused =
                admin("PATCH", "/accounts/" + gateway.wallet(0).account() + "/auto-topup", body);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(RunningGateway.json(refused.body()).at("/error/param").isTextual())
                .isTrue();
    }

    /** A top-up that no node is going to ask the provider about. */
    private static UUID topup(RunningGateway.Wallet wallet) {
        UUID id = UUID.randomUUID();
        TestDatabase.execute(
                gateway.database(),
                "INSERT INTO topup (id, account_id, origin, amount_nano, customer, payment_method, due_at) VALUES ('"
                        + id + "', " + wallet.account()
                        + ", 'manual', 3000000000, 'cus', 'pm', now() + interval '1 day')");
        return id;
    }

    private static String succeeded(String intent, long cents, long account) {
        return event("payment_intent.succeeded", """
                {"id":"%s","amount_received":%d,"currency":"usd","metadata":{"apertis_account":"%d"}}""".formatted(intent, cents, account));
    }

    private static String refunded(String intent, long cents) {
        return event("charge.refunded", """
                {"id":"ch_1","payment_intent":"%s","amount_refunded":%d,"currency":"usd"}""".formatted(intent, cents));
    }

    private static String event(String type, String object) {
        return "{\"id\":\"" + id("evt_") + "\",\"type\":\"" + type + "\",\"data\":{\"object\":" + object + "}}";
    }

    private static String id(String prefix) {
        return prefix + UUID.randomUUID();
    }

    private static int post(String body) {
        return post(body, signature(body, Instant.now().getEpochSecond(), SECRET));
    }

    private static int post(String body, @Nullable String signature) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(gateway.baseUrl().replace("/v1", "/webhooks/stripe")))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (signature != null) {
            request.header("Stripe-Signature", signature);
        }
        return gateway.send(request.build()).statusCode();
    }

    private static String signature(String body, long seconds, String secret) {
        try {
            return "t=" + seconds + ",v1=" + Webhook.Util.computeHmacSha256(secret, seconds + "." + body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String dollars(RunningGateway.Wallet wallet) {
        return RunningGateway.json(
                        admin("GET", "/accounts/" + wallet.account(), null).body())
                .get("balance_usd")
                .decimalValue()
                .stripTrailingZeros()
                .toPlainString();
    }

    private static HttpResponse<String> admin(String method, String path, @Nullable String body) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl().replace("/v1", "/api/admin") + path))
                .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build());
    }
}
