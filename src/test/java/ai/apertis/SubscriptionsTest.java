package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions from outside: the admin's calls, the key's requests, and a database clock that the tests set. */
class SubscriptionsTest {
    private static final long DOLLAR = 1_000_000_000L;
    private static final Duration LONG = Duration.ofSeconds(10);

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.configured("""
            plans:
              - {name: tiny, tier: lite, quota: 2}
              - {name: lite, tier: lite, quota: 600}
              - {name: pro, tier: pro, quota: 1000}
            providers:
              - {name: sim, dialect: openai, base_url: builtin, keys: [sim]}
              - {name: nobody, dialect: openai, base_url: "http://127.0.0.1:9/v1", keys: [none]}
            models:
              - {id: free, tier: free, context_length: 7000, price: {input: 0, output: 0},
                 multipliers: {tiny: 0, lite: 0, pro: 0}, endpoints: [{provider: sim, model: sim/echo}]}
              - {id: echo, tier: lite, price: {input: 1, output: 1},
                 multipliers: {tiny: 1.5, lite: 10, pro: 0.125}, endpoints: [{provider: sim, model: sim/echo}]}
              - {id: dead, tier: lite, price: {input: 1, output: 1}, multipliers: {tiny: 0.5, lite: 25},
                 endpoints: [{provider: nobody, model: none}]}
              - {id: slow, tier: lite, price: {input: 1, output: 1}, endpoints: [{provider: sim, model: sim/slow}]}
              - {id: best, tier: pro, price: {input: 1, output: 1}, endpoints: [{provider: sim, model: sim/echo}]}
            """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void theBooksBalanceAndTheClockIsTrue() {
        clock(null);
        assertThat(admin("GET", "/ledger/audit", null).get("ok").booleanValue()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"month", "quarter", "year"})
    void quotaIsAnewEachMonthWhateverTheInterval(String interval) {
        clock("2028-01-31 10:00:00Z");
        Subscriber it = subscribe("{\"plan\":\"lite\",\"interval\":\"" + interval + "\"}");
        assertThat(it.key()).matches("sk-sub-[A-Za-z0-9]{32,}");
        assertThat(ask(it, "echo").statusCode()).isEqualTo(200);
        assertThat(credits(it.key())).isEqualTo(RunningGateway.json("""
            {"plan_type":"lite","status":"active","cycle_quota_limit":600,"cycle_quota_used":10,
             "cycle_quota_remaining":590,"cycle_start":"2028-01-31T10:00:00Z","cycle_end":"2028-02-29T10:00:00Z",
             "payg_fallback_enabled":false}"""));
        clock("2028-02-29 09:59:59Z");
        assertThat(left(it)).isEqualTo(590);
        clock("2028-02-29 10:00:00Z");
        assertThat(left(it)).isEqualTo(600);
        assertThat(credits(it.key()).get("cycle_end").textValue()).isEqualTo("2028-03-31T10:00:00Z");
    }

    @Test
    void showsThePlansModelsWithWhatTheyTake() {
        Subscriber it = subscribe("{\"plan\":\"lite\"}");
        JsonNode models = gateway.get("/models", it.key()).get("data");
        assertThat(models)
                .extracting(model -> model.get("id").textValue())
                .containsExactly("free", "echo", "dead", "slow");
        assertThat(models.get(0).get("multiplier")).hasToString("0");
        assertThat(models.get(0).get("tier").textValue()).isEqualTo("free");
        assertThat(models.get(0).get("context_length").intValue()).isEqualTo(7_000);
        assertThat(models.get(1).get("multiplier")).hasToString("10");
        assertThat(ask(it, "best").statusCode()).isEqualTo(403);
        Subscriber pro = subscribe("{\"plan\":\"pro\"}");
        assertThat(gateway.get("/models", pro.key()).at("/data/1/multiplier")).hasToString("0.125");
        assertThat(ask(pro, "best").statusCode()).isEqualTo(200);
        assertThat(ask(pro, "echo").statusCode()).isEqualTo(200);
        assertThat(left(pro))
                .as("1.125 is taken, and what is shown as left can be spent")
                .isEqualTo(998);
        assertThat(gateway.post("/token/keys", pro.key(), "{\"name\":\"heir\"}").statusCode())
                .isEqualTo(403);
    }

    @Test
    void aFallbackTakesTheQuotaOfTheModelThatAnswered() {
        String body = """
            {"model":"%s","fallback_enabled":true,"fallback_models":["%s"],"max_tokens":9,
             "messages":[{"role":"user","content":"x"}]}""";
        Subscriber it = subscribe("{\"plan\":\"lite\"}");
        assertThat(gateway.chat(it.key(), body.formatted("dead", "echo"))
                        .headers()
                        .firstValue("X-Actual-Model"))
                .contains("echo");
        assertThat(left(it)).as("held were 25, the dearer of the two").isEqualTo(590);

        assertThat(gateway.chat(it.key(), body.formatted("echo", "dead")).statusCode())
                .isEqualTo(200);
        assertThat(left(it)).isEqualTo(580);

        assertThat(gateway.chat(it.key(), body.formatted("dead", "free")).statusCode())
                .isEqualTo(200);
        assertThat(left(it)).isEqualTo(580);
    }

    @Test
    void raisesAtOnceInProportionAndLowersWithTheNextCycle() {
        clock("2028-04-01 00:00:00Z");
        Subscriber it = subscribe("{\"plan\":\"lite\"}");
        clock("2028-04-16 00:00:00Z");
        JsonNode raised = admin("PATCH", it.path(), "{\"plan\":\"pro\"}");
        assertThat(raised.get("plan").textValue()).isEqualTo("pro");
        assertThat(left(it)).as("half a month of each").isEqualTo(800);
        clock("2028-05-01 00:00:00Z");
        assertThat(left(it)).isEqualTo(1_000);
        JsonNode lowered = admin("PATCH", it.path(), "{\"plan\":\"lite\"}");
        assertThat(lowered.get("plan").textValue()).isEqualTo("pro");
        assertThat(lowered.get("next_plan").textValue()).isEqualTo("lite");
        assertThat(ask(it, "best").statusCode()).isEqualTo(200);
        clock("2028-06-01 00:00:00Z");
        await().atMost(LONG).until(() -> ask(it, "best").statusCode() == 403);
        assertThat(left(it)).isEqualTo(600);
    }

    @Test
    void isSuspendedAndResumed() {
        Subscriber it = subscribe("{\"plan\":\"lite\"}");
        admin("PATCH", it.path(), "{\"status\":\"suspended\"}");
        assertRefused(ask(it, "echo"), 402, "subscription_expired");
        JsonNode shown = gateway.get("/dashboard/billing/credits", it.key());
        assertThat(shown.get("is_subscriber").booleanValue()).isTrue();
        assertThat(shown.at("/subscription/status").textValue()).isEqualTo("suspended");
        admin("PATCH", it.path(), "{\"status\":\"active\"}");
        assertThat(ask(it, "echo").statusCode()).isEqualTo(200);
    }

    @Test
    void cancelledAtTheEndItWorksUntilThenAndHasExpired() {
        clock("2028-01-15 08:00:00Z");
        Subscriber it = subscribe("{\"plan\":\"lite\",\"interval\":\"quarter\"}");
        assertThat(admin("DELETE", it.path(), null).get("ends_at").textValue()).isEqualTo("2028-04-15T08:00:00Z");
        clock("2028-04-15 07:59:59Z");
        assertThat(ask(it, "echo").statusCode()).isEqualTo(200);
        assertThat(credits(it.key()).get("status").textValue()).isEqualTo("cancelled");
        clock("2028-07-01 00:00:00Z");
        assertRefused(ask(it, "echo"), 402, "subscription_expired");
        JsonNode shown = gateway.get("/dashboard/billing/credits", it.key());
        assertThat(shown.get("is_subscriber").booleanValue()).isFalse();
        assertThat(shown.at("/subscription/status").textValue()).isEqualTo("expired");
        assertThat(shown.at("/subscription/cycle_end").textValue()).isEqualTo("2028-04-15T08:00:00Z");
        assertThat(shown.at("/subscription/cycle_quota_used").intValue()).isEqualTo(10);
        assertThat(admin("POST", it.path(), "{\"plan\":\"pro\"}").get("key").textValue())
                .isNotEqualTo(it.key());
    }

    @Test
    void cancelledNowItsKeyIsRevokedAtOnce() {
        Subscriber it = subscribe("{\"plan\":\"lite\"}");
        assertThat(ask(it, "echo").statusCode()).isEqualTo(200);
        admin("DELETE", it.path() + "?at=now", null);
        assertRefused(ask(it, "echo"), 401, "invalid_api_key");
        JsonNode shown = gateway.get("/dashboard/billing/credits", it.wallet().key());
        assertThat(shown.get("is_subscriber").booleanValue()).isFalse();
        assertThat(shown.at("/subscription/status").textValue()).isEqualTo("cancelled");
    }

    @Test
    void theBalancePaysTheWholeRequestThatTheQuotaDoesNotCover() {
        Subscriber it = subscribe("{\"plan\":\"tiny\",\"payg_fallback_enabled\":true}");
        assertThat(ask(it, "echo").statusCode()).isEqualTo(200);
        assertThat(left(it)).as("half a unit is left, and cannot be spent").isZero();
        HttpResponse<String> paid = ask(it, "echo");
        assertThat(paid.statusCode()).isEqualTo(200);
        BigDecimal cost =
                new BigDecimal(paid.headers().firstValue("x-apertis-cost-usd").orElseThrow());
        assertThat(cost).isPositive();
        JsonNode shown = credits(it.key());
        assertThat(shown.get("payg_spent_usd").decimalValue()).isEqualByComparingTo(cost);
        assertThat(shown.has("payg_limit_usd")).isFalse();
        assertThat(gateway.get("/dashboard/billing/credits", it.wallet().key())
                        .at("/payg/used_usd")
                        .decimalValue())
                .isEqualByComparingTo(cost);

        admin("PATCH", it.path(), "{\"payg_limit_usd\":" + cost.toPlainString() + "}");
        assertRefused(ask(it, "echo"), 402, "quota_exceeded");
        assertThat(credits(it.key()).get("payg_limit_usd").decimalValue()).isEqualByComparingTo(cost);
        admin("PATCH", it.path(), "{\"payg_limit_usd\":0}");
        assertRefused(ask(it, "echo"), 402, "quota_exceeded");
        admin("PATCH", it.path(), "{\"payg_limit_usd\":null}");
        assertThat(ask(it, "echo").statusCode()).isEqualTo(200);
        admin("PATCH", it.path(), "{\"payg_fallback_enabled\":false}");
        assertRefused(ask(it, "echo"), 402, "quota_exceeded");
        assertThat(ask(it, "free").statusCode())
                .as("what takes nothing goes on")
                .isEqualTo(200);
    }

    @Test
    void aStreamAcrossTheTurnOfACycleIsTakenFromTheOneItBeganIn() throws Exception {
        clock("2028-03-10 00:00:00Z");
        Subscriber it = subscribe("{\"plan\":\"lite\"}");
        clock("2028-04-09 23:59:59Z");
        try (HttpClient client = HttpClient.newHttpClient();
                InputStream stream = client.send(
                                request(it.key(), "slow", true), HttpResponse.BodyHandlers.ofInputStream())
                        .body()) {
            assertThat(stream.read()).isEqualTo('d');
            clock("2028-04-10 00:00:00Z");
            assertThat(ask(it, "echo").statusCode()).isEqualTo(200);
            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("[DONE]");
        }
        assertThat(left(it)).isEqualTo(590);
        clock("2028-04-09 23:59:59Z");
        assertThat(left(it)).isEqualTo(599);
    }

    /** An account with a dollar, a standard key and a subscription. */
    private record Subscriber(Wallet wallet, String key) {
        String path() {
            return "/accounts/" + wallet.account() + "/subscription";
        }
    }

    private static Subscriber subscribe(String body) {
        Wallet wallet = gateway.wallet(DOLLAR);
        return new Subscriber(
                wallet,
                admin("POST", "/accounts/" + wallet.account() + "/subscription", body)
                        .get("key")
                        .textValue());
    }

    private static JsonNode credits(String key) {
        return gateway.get("/dashboard/billing/credits", key).get("subscription");
    }

    private static int left(Subscriber it) {
        return credits(it.key()).get("cycle_quota_remaining").intValue();
    }

    private static HttpResponse<String> ask(Subscriber it, String model) {
        return gateway.send(request(it.key(), model, false));
    }

    private static HttpRequest request(String key, String model, boolean stream) {
        return HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/chat/completions"))
                .header("Authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model + "\",\"stream\":" + stream
                        + ",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"one two three\"}]}"))
                .build();
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(RunningGateway.json(answer.body()).at("/error/code").textValue())
                .isEqualTo(code);
    }

    private static JsonNode admin(String method, String path, @Nullable String body) {
        HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(
                        URI.create(gateway.baseUrl().replace("/v1", "/api/admin") + path))
                .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return RunningGateway.json(answer.body());
    }

    private static void clock(@Nullable String timestamp) {
        TestDatabase.execute(
                gateway.database(),
                "CREATE OR REPLACE FUNCTION ledger_now() RETURNS timestamptz LANGUAGE sql STABLE AS "
                        + (timestamp == null
                                ? "'SELECT transaction_timestamp()'"
                                : "$$SELECT timestamptz '" + timestamp + "'$$"));
    }
}
