package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.TestDatabase;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What chat clients poll about money, and what a key may ask about itself. */
class BillingApiTest {
    private static final long DOLLAR = 1_000_000_000L;
    private static final String ASK =
            "{\"model\":\"sim/echo\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi there\"}]}";

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.shipped();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", ""})
    void tellsTheLimitAndWhatWasUsedOfItInCents(String prefix) {
        Wallet wallet = gateway.wallet(2 * DOLLAR);
        BigDecimal cost = spend(wallet);
        JsonNode limit = get(prefix + "/dashboard/billing/subscription", wallet.key());
        assertThat(limit.get("object").textValue()).isEqualTo("billing_subscription");
        assertThat(limit.get("has_payment_method").booleanValue()).isTrue();
        for (String name : List.of("soft_limit_usd", "hard_limit_usd", "system_hard_limit_usd")) {
            assertThat(limit.get(name).decimalValue()).as(name).isEqualByComparingTo("2");
        }
        assertThat(limit.get("access_until").longValue()).isGreaterThan(4_000_000_000L);

        String today = LocalDate.now(ZoneOffset.UTC).toString();
        JsonNode usage =
                get(prefix + "/dashboard/billing/usage?start_date=" + today + "&end_date=" + today, wallet.key());
        assertThat(usage.get("object").textValue()).isEqualTo("list");
        assertThat(usage.get("total_usage").decimalValue()).isEqualByComparingTo(cost.movePointRight(2));
        assertThat(usage.at("/daily_costs/0/line_items/0/name").textValue()).isEqualTo("sim/echo");
        assertThat(usage.at("/daily_costs/0/line_items/0/cost").decimalValue())
                .isEqualByComparingTo(cost.movePointRight(2));
    }

    @Test
    void speaksOfTheKeysOwnQuotaWhenItHasOne() {
        Wallet wallet = gateway.wallet(2 * DOLLAR);
        spend(wallet);
        var made = RunningGateway.await(gateway.keys().create(wallet.account(), KeySettings.named("k")));
        TestDatabase.execute(
                gateway.database(),
                "UPDATE api_key SET quota_nano = 500000000 WHERE id = "
                        + made.record().id());
        JsonNode limit = get("/v1/dashboard/billing/subscription", made.key());
        assertThat(limit.get("hard_limit_usd").decimalValue()).isEqualByComparingTo("0.5");
        assertThat(get("/v1/dashboard/billing/usage", made.key())
                        .get("total_usage")
                        .decimalValue())
                .isEqualByComparingTo("0");
    }

    @Test
    void countsTheDaysThatAreAskedForAndNoOthers() {
        Wallet wallet = gateway.wallet(2 * DOLLAR);
        BigDecimal cents = spend(wallet).movePointRight(2);
        TestDatabase.execute(
                gateway.database(),
                "UPDATE charge SET at = timestamptz '2026-02-28 23:59:59.999999Z' WHERE account_id = "
                        + wallet.account());
        assertThat(usage("start_date=2026-02-28&end_date=2026-02-28", wallet)).isEqualByComparingTo(cents);
        assertThat(usage("start_date=2026-02-01&end_date=2026-03-01", wallet)).isEqualByComparingTo(cents);
        assertThat(usage("end_date=2026-02-27", wallet)).isEqualByComparingTo("0");
        assertThat(usage("start_date=2026-03-01", wallet)).isEqualByComparingTo("0");
    }

    @ParameterizedTest
    @CsvSource({
        "start_date=2026-02-30, start_date",
        "start_date=yesterday, start_date",
        "start_date=1777000000, start_date",
        "end_date=, end_date",
        "end_date=9999-12-31, end_date",
        "start_date=2026-03-02&end_date=2026-03-01, end_date"
    })
    void namesTheDateThatIsWrong(String query, String param) {
        HttpResponse<String> refused = call(
                "GET", "/v1/dashboard/billing/usage?" + query, gateway.wallet(0).key(), null, null);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(RunningGateway.json(refused.body()).at("/error/param").textValue())
                .isEqualTo(param);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/dashboard/billing/credits",
                "/v1/dashboard/billing/subscription",
                "/v1/dashboard/billing/usage",
                "/v1/token/usage",
                "/v1/token/info",
                "/v1/token/keys"
            })
    void answersKeysWithoutMoneyAndOfSuspendedAccounts(String path) {
        Wallet wallet = gateway.wallet(0);
        assertThat(call("GET", path, wallet.key(), null, null).statusCode()).isEqualTo(200);
        TestDatabase.execute(
                gateway.database(), "UPDATE account SET status = 'suspended' WHERE id = " + wallet.account());
        gateway.keys().forget();
        assertThat(call("GET", path, wallet.key(), null, null).statusCode()).isEqualTo(200);
        assertThat(call("GET", path, "sk-" + "x".repeat(48), null, null).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aKeySeesWhatItUsedByModel() {
        Wallet wallet = gateway.wallet(2 * DOLLAR);
        BigDecimal cost = spend(wallet).add(spend(wallet));
        for (String period : List.of("day", "week", "month", "year", "all")) {
            JsonNode usage = get("/v1/token/usage?period=" + period, wallet.key());
            assertThat(usage.at("/total/requests").intValue()).isEqualTo(2);
            assertThat(usage.at("/total/cost_usd").decimalValue()).isEqualByComparingTo(cost);
            assertThat(usage.at("/total/input_tokens").intValue()).isPositive();
            assertThat(usage.at("/models/0/model").textValue()).isEqualTo("sim/echo");
            assertThat(usage.at("/models/0/cost_usd").decimalValue()).isEqualByComparingTo(cost);
        }
        TestDatabase.execute(
                gateway.database(),
                "UPDATE charge SET at = timestamptz '2020-01-01 00:00Z' WHERE account_id = " + wallet.account());
        assertThat(get("/v1/token/usage", wallet.key()).at("/total/requests").intValue())
                .isZero();
        assertThat(get("/v1/token/usage?period=all", wallet.key())
                        .at("/total/requests")
                        .intValue())
                .isEqualTo(2);
        assertThat(call("GET", "/v1/token/usage?period=decade", wallet.key(), null, null)
                        .body())
                .contains("\"param\":\"period\"");
    }

    @Test
    void aKeySeesWhatItIs() {
        Wallet wallet = gateway.wallet(2 * DOLLAR);
        BigDecimal cost = spend(wallet);
        JsonNode info = get("/v1/token/info", wallet.key());
        assertThat(info.get("type").textValue()).isEqualTo("standard");
        assertThat(info.get("name").textValue()).isEqualTo("test");
        assertThat(info.get("used_usd").decimalValue()).isEqualByComparingTo(cost);
        assertThat(info.get("remaining_usd").decimalValue()).isEqualByComparingTo(new BigDecimal(2).subtract(cost));
        assertThat(info.get("can_make_keys").booleanValue()).isTrue();
        assertThat(info.toString()).doesNotContain(wallet.key());
    }

    @Test
    void anUnrestrictedKeyMakesAKeyOnceAndItWorks() {
        Wallet wallet = gateway.wallet(2 * DOLLAR);
        String body = "{\"name\":\"laptop\",\"quota_usd\":0.5,\"models\":[\"sim/echo\"]}";
        HttpResponse<String> first = call("POST", "/v1/token/keys", wallet.key(), body, "once");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(call("POST", "/v1/token/keys", wallet.key(), body, "once").body())
                .isEqualTo(first.body());
        String key = RunningGateway.json(first.body()).get("key").textValue();
        assertThat(gateway.chat(key, ASK).statusCode()).isEqualTo(200);

        JsonNode listed = get("/v1/token/keys", wallet.key());
        assertThat(listed.get("data")).hasSize(2);
        assertThat(listed.at("/data/0/current").booleanValue()).isTrue();
        assertThat(listed.at("/data/1/name").textValue()).isEqualTo("laptop");
        assertThat(listed.toString()).doesNotContain(key, wallet.key());
        assertThat(call("POST", "/v1/token/keys", wallet.key(), "{\"nam\":1}", null)
                        .body())
                .contains("\"param\":\"nam\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quota_nano = 5",
                "monthly_limit_nano = 5",
                "models = ARRAY['sim/echo']",
                "allowed_ips = ARRAY['127.0.0.1']",
                "expires_at = '2099-01-01'",
                "data_policy = 'none'",
                "status = 'disabled'",
                "status = 'revoked'"
            })
    void aRestrictedKeyMakesNoneEvenWhereItsRestrictionIsNotYetSeen(String restriction) {
        Wallet wallet = gateway.wallet(2 * DOLLAR);
        get("/v1/token/info", wallet.key());
        TestDatabase.execute(gateway.database(), "UPDATE api_key SET " + restriction + " WHERE id = " + wallet.keyId());
        HttpResponse<String> refused = call("POST", "/v1/token/keys", wallet.key(), "{\"name\":\"heir\"}", null);
        assertThat(refused.statusCode()).isBetween(401, 403);
        assertThat(TestDatabase.number(
                        gateway.database(), "SELECT count(*) FROM api_key WHERE account_id = " + wallet.account()))
                .isEqualTo(1);
    }

    private static BigDecimal spend(Wallet wallet) {
        HttpResponse<String> answer = gateway.chat(wallet.key(), ASK);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new BigDecimal(answer.headers().firstValue("x-apertis-cost-usd").orElseThrow());
    }

    private static BigDecimal usage(String query, Wallet wallet) {
        return get("/v1/dashboard/billing/usage?" + query, wallet.key())
                .get("total_usage")
                .decimalValue();
    }

    private static JsonNode get(String path, String key) {
        HttpResponse<String> response = call("GET", path, key, null, null);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return RunningGateway.json(response.body());
    }

    private static HttpResponse<String> call(
            String method, String path, String key, @Nullable String body, @Nullable String idempotencyKey) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(gateway.baseUrl().replace("/v1", "") + path))
                .header("Authorization", "Bearer " + key)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        return gateway.send(request.build());
    }
}
