package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The admin API as an operator's script sees it. */
class AdminApiTest {
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.shipped();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void makesAnAccountWithMoneyAndAKeyThatCanSpendIt() {
        long account = ok("POST", "/accounts", "{\"name\":\"a\",\"email\":\"a@example.org\"}")
                .get("id")
                .longValue();
        assertThat(ok("POST", "/accounts/" + account + "/credits", "{\"amount_usd\":1.5,\"reference\":\"r1\"}")
                        .get("balance_usd")
                        .decimalValue())
                .isEqualByComparingTo("1.5");
        assertThat(ok("POST", "/accounts/" + account + "/credits", "{\"amount_usd\":1.5,\"reference\":\"r1\"}")
                        .get("balance_usd")
                        .decimalValue())
                .as("a reference is applied once")
                .isEqualByComparingTo("1.5");
        JsonNode key = ok("POST", "/accounts/" + account + "/keys", "{\"name\":\"k\",\"quota_usd\":0.5}");
        assertThat(key.get("key").textValue()).matches("sk-[A-Za-z0-9]{32,}");

        JsonNode before =
                gateway.get("/dashboard/billing/credits", key.get("key").textValue());
        assertThat(before.at("/payg/remaining_usd").decimalValue()).isEqualByComparingTo("0.5");
        assertThat(gateway.chat(
                                key.get("key").textValue(),
                                "{\"model\":\"sim/echo\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                        .statusCode())
                .isEqualTo(200);
        JsonNode after =
                gateway.get("/dashboard/billing/credits", key.get("key").textValue());
        JsonNode row = ok("GET", "/usage?account=" + account, null).at("/data/0");
        assertThat(row.get("model").textValue()).isEqualTo("sim/echo");
        assertThat(before.at("/payg/remaining_usd")
                        .decimalValue()
                        .subtract(after.at("/payg/remaining_usd").decimalValue()))
                .as("what is missing is what the usage row says")
                .isEqualByComparingTo(row.get("cost_usd").decimalValue());
        assertThat(ok("GET", "/ledger/audit", null).get("ok").booleanValue()).isTrue();
    }

    @Test
    void revokesAKeyAtOnce() {
        long account = account();
        JsonNode key = ok("POST", "/accounts/" + account + "/keys", "{\"name\":\"k\"}");
        String secret = key.get("key").textValue();
        assertThat(gateway.get("/models", secret).get("object").textValue()).isEqualTo("list");
        ok("DELETE", "/keys/" + key.get("id"), null);
        assertThat(gateway.get("/models", secret).at("/error/code").textValue()).isEqualTo("invalid_api_key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"enabled\":false}                         | 403 | access_denied",
                "{\"models\":[\"glm-5-turbo\"]}              | 403 | model_access_denied",
                "{\"allowed_ips\":[\"10.1.0.0/16\"]}         | 403 | ip_not_allowed",
                "{\"expires_at\":\"2020-01-01T00:00:00Z\"}   | 401 | expired_api_key",
                "{\"quota_usd\":0.000001}                    | 402 | quota_exceeded",
                "{\"monthly_limit_usd\":0}                   | 402 | quota_exceeded",
            })
    void restrictsAKey(String change, int status, String code) {
        long account = account();
        ok("POST", "/accounts/" + account + "/credits", "{\"amount_usd\":1,\"reference\":\"r\"}");
        JsonNode key = ok("POST", "/accounts/" + account + "/keys", "{\"name\":\"k\"}");
        ok("PATCH", "/keys/" + key.get("id"), change);
        HttpResponse<String> refused = gateway.chat(
                key.get("key").textValue(),
                "{\"model\":\"sim/echo\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(RunningGateway.json(refused.body()).at("/error/code").textValue())
                .isEqualTo(code);
    }

    @Test
    void repeatsTheAnswerToARepeatedWrite() {
        HttpResponse<String> first = call("POST", "/accounts", "{\"name\":\"once\"}", "idem-1");
        HttpResponse<String> again = call("POST", "/accounts", "{\"name\":\"once\"}", "idem-1");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(call("POST", "/accounts", "{\"name\":\"other\"}", "idem-1").statusCode())
                .isEqualTo(409);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /accounts                | {\"nam\":\"a\"}                            | 400 | nam",
                "POST | /accounts                | {}                                         | 400 | name",
                "POST | /accounts                | {\"name\":7}                               | 400 | name",
                "POST | /accounts/1/credits      | {\"amount_usd\":\"1\",\"reference\":\"x\"} | 400 | amount_usd",
                "POST | /accounts/1/credits      | {\"amount_usd\":1e999999,\"reference\":\"x\"} | 400 | amount_usd",
                "POST | /accounts/1/credits      | {\"amount_usd\":0.0000000001,\"reference\":\"x\"} | 400 |"
                        + " amount_usd",
                "POST | /accounts/1/keys         | {\"name\":\"k\",\"allowed_ips\":[\"x\"]}   | 400 | allowed_ips",
                "POST | /accounts/1/keys         | {\"name\":\"k\",\"monthly_reset_day\":29}  | 400 |"
                        + " monthly_reset_day",
                "POST | /accounts/1/subscription | {\"plan\":\"none\"}                        | 400 | plan",
                "GET  | /accounts/999999         | null                                       | 404 | null",
                "GET  | /accounts/x              | null                                       | 400 | id",
                "DELETE | /keys/999999           | null                                       | 404 | null",
            },
            nullValues = "null")
    void refusesBadInputNamingTheField(
            String method, String path, @Nullable String body, int status, @Nullable String param) {
        HttpResponse<String> refused = call(method, path, body, null);
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(RunningGateway.json(refused.body()).at("/error/param").textValue())
                .isEqualTo(param);
    }

    @Test
    void subscribesAndShowsThePlansModels() {
        long account = account();
        JsonNode made =
                ok("POST", "/accounts/" + account + "/subscription", "{\"plan\":\"pro\",\"interval\":\"month\"}");
        String key = made.get("key").textValue();
        assertThat(key).startsWith("sk-sub-");
        JsonNode credits = gateway.get("/dashboard/billing/credits", key);
        assertThat(credits.get("is_subscriber").booleanValue()).isTrue();
        assertThat(credits.at("/subscription/cycle_quota_remaining").intValue()).isEqualTo(1_000);
        assertThat(gateway.get("/models", key).get("data"))
                .allSatisfy(model -> assertThat(model.has("multiplier")).isTrue());
        assertThat(gateway.chat(key, "{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(gateway.get("/dashboard/billing/credits", key)
                        .at("/subscription/cycle_quota_remaining")
                        .intValue())
                .isLessThan(1_000);
    }

    @Test
    void letsNobodyInWithoutTheToken() {
        HttpResponse<String> refused = gateway.send(HttpRequest.newBuilder(uri("/ledger/audit"))
                .header("Authorization", "Bearer " + gateway.wallet(0).key())
                .build());
        assertThat(refused.statusCode()).isEqualTo(401);
    }

    private static long account() {
        return ok("POST", "/accounts", "{\"name\":\"a\"}").get("id").longValue();
    }

    private static JsonNode ok(String method, String path, @Nullable String body) {
        HttpResponse<String> response = call(method, path, body, null);
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 201);
        return RunningGateway.json(response.body());
    }

    private static HttpResponse<String> call(
            String method, String path, @Nullable String body, @Nullable String idempotencyKey) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        return gateway.send(request.build());
    }

    private static URI uri(String path) {
        return URI.create(gateway.baseUrl().replace("/v1", "/api/admin") + path);
    }
}
