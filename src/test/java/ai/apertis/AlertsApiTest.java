package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.net.Webhook;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alerts from the outside: set by an operator, caused by a request, received by an account's server. */
class AlertsApiTest {
    private static Vertx vertx;
    private static RunningGateway gateway;
    private static ReplayUpstream receiver;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        receiver = new ReplayUpstream(vertx, Reply.json(200, "{}"));
        gateway = RunningGateway.configured("""
            webhooks: {allow_loopback: true}
            providers:
              - {name: sim, dialect: openai, base_url: builtin, keys: [sim]}
            models:
              - {id: dear, price: {per_request: 0.85}, endpoints: [{provider: sim, model: sim/echo}]}
            """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        receiver.close();
        RunningGateway.await(vertx.close());
    }

    @Test
    void aRequestThatCrossesAThresholdIsToldToTheAccountsServer() throws Exception {
        RunningGateway.Wallet wallet = gateway.wallet(1_000_000_000);
        String secret = ok("PATCH", wallet, "/alerts", "{\"webhook_url\":\"" + receiver.baseUrl() + "/a\"}")
                .get("webhook_secret")
                .textValue();

        assertThat(gateway.chat(
                                wallet.key(),
                                "{\"model\":\"dear\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                        .statusCode())
                .isEqualTo(200);

        ReplayUpstream.Received post = received("/a");
        assertThat(Webhook.Signature.verifyHeader(post.body(), post.headers().get("apertis-signature"), secret, 300))
                .isTrue();
        JsonNode event = RunningGateway.json(post.body());
        assertThat(event.get("type").textValue()).isEqualTo("alert.balance");
        assertThat(event.at("/data/remaining_usd").decimalValue()).isEqualByComparingTo("0.15");
        await().until(() -> ok("GET", wallet, "/events", null)
                .at("/data/0/deliveries/0/state")
                .asText()
                .equals("delivered"));
        assertThat(ok("GET", wallet, "/events", null).at("/data/0/id")).isEqualTo(event.get("id"));
    }

    @Test
    void aReplacedSecretStillSignsForADay() throws Exception {
        RunningGateway.Wallet wallet = gateway.wallet(0);
        assertThat(call("POST", wallet, "/alerts/secret", null).statusCode()).isEqualTo(409);
        String old = ok("PATCH", wallet, "/alerts", "{\"webhook_url\":\"" + receiver.baseUrl() + "/b\"}")
                .get("webhook_secret")
                .textValue();
        assertThat(ok("GET", wallet, "/alerts", null).has("webhook_secret")).isFalse();
        assertThat(ok("PATCH", wallet, "/alerts", "{\"webhook_url\":\"" + receiver.baseUrl() + "/b\"}")
                        .has("webhook_secret"))
                .as("shown once")
                .isFalse();
        String fresh =
                ok("POST", wallet, "/alerts/secret", null).get("webhook_secret").textValue();
        assertThat(fresh).isNotEqualTo(old).matches("whsec_[A-Za-z0-9_-]{43}");

        ok("POST", wallet, "/alerts/test", null);

        ReplayUpstream.Received post = received("/b");
        for (String secret : new String[] {old, fresh}) {
            assertThat(Webhook.Signature.verifyHeader(
                            post.body(), post.headers().get("apertis-signature"), secret, 300))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"webhook_url\":\"https://169.254.169.254/latest/meta-data/\"}",
                "{\"webhook_url\":\"ftp://example.org/\"}",
                "{\"webhook_url\":7}",
                "{\"email\":\"a@example.org\\r\\nBcc: b@example.org\"}",
                "{\"email\":\"a@b.example, c@d.example\"}",
                "{\"left_percent\":[100]}",
                "{\"left_percent\":[1.5]}",
                "{\"left_percent\":20}",
                "{\"used_percent\":[0]}",
                "{\"balance_usd\":[-1]}",
                "{\"balance_usd\":[1e999999]}",
                "{\"email_enabled\":\"yes\"}",
                "{\"webhook_secret\":\"mine\"}"
            })
    void refusesBadInputNamingTheField(String body) {
        HttpResponse<String> refused = call("PATCH", gateway.wallet(0), "/alerts", body);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(body)
                .contains("\""
                        + RunningGateway.json(refused.body()).at("/error/param").textValue() + "\"");
    }

    @Test
    void whatIsNotSetStays() {
        RunningGateway.Wallet wallet = gateway.wallet(0);
        assertThat(ok("GET", wallet, "/alerts", null))
                .hasToString(
                        "{\"left_percent\":[20,10,0],\"used_percent\":[80],\"balance_usd\":[],\"email_enabled\":true,"
                                + "\"email\":null,\"webhook_url\":null}");
        ok("PATCH", wallet, "/alerts", "{\"left_percent\":[50],\"balance_usd\":[2.5],\"email\":\"ops@example.org\"}");
        ok("PATCH", wallet, "/alerts", "{\"used_percent\":[],\"email_enabled\":false}");
        assertThat(ok("GET", wallet, "/alerts", null))
                .hasToString("{\"left_percent\":[50],\"used_percent\":[],\"balance_usd\":[2.5],\"email_enabled\":false,"
                        + "\"email\":\"ops@example.org\",\"webhook_url\":null}");
    }

    private static ReplayUpstream.Received received(String path) {
        await().until(() ->
                receiver.received().stream().anyMatch(post -> post.path().equals(path)));
        return receiver.received().stream()
                .filter(post -> post.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode ok(String method, RunningGateway.Wallet wallet, String path, @Nullable String body) {
        HttpResponse<String> response = call(method, wallet, path, body);
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 201);
        return RunningGateway.json(response.body());
    }

    private static HttpResponse<String> call(
            String method, RunningGateway.Wallet wallet, String path, @Nullable String body) {
        return gateway.send(HttpRequest.newBuilder(
                        URI.create(gateway.baseUrl().replace("/v1", "/api/admin/accounts/") + wallet.account() + path))
                .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build());
    }
}
