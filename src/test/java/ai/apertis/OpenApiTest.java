package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ApiDescription.Operation;
import ai.apertis.ingress.Mount;
import ai.apertis.ingress.OpenApi;
import ai.apertis.telemetry.ManagementVerticle;
import ai.apertis.telemetry.Metrics;
import ai.apertis.telemetry.Readiness;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Keeps the description of the API that of the API: its routes, its answers, and the form of OpenAPI 3.1. */
class OpenApiTest {
    private static final ApiDescription API =
            new ApiDescription(OpenApi.shipped(Main.VERSION).document());

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.shipped(
                Map.of("STRIPE_API_KEY", "sk_test_of_nobody", "STRIPE_WEBHOOK_SECRET", "whsec_of_nobody"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void isOpenApi() {
        assertThat(API.problems()).isEmpty();
        assertThat(API.broken()).as("references that lead nowhere").isEmpty();
        assertThat(API.unused()).as("components that nothing leads to").isEmpty();
        assertThat(API.operations().stream()
                        .map(one -> one.node().path("operationId").asText())
                        .toList())
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z][A-Za-z0-9]+"));
    }

    /** The answers' schemas are held against answers below; these are what a reader copies. */
    @Test
    void givesExamplesThatFitTheirSchemas() {
        assertThat(API.examples())
                .hasSizeGreaterThan(50)
                .allSatisfy((at, problems) -> assertThat(problems).as(at).isEmpty());
    }

    @Test
    void noticesWhatIsNotDescribed() {
        JsonNode credits = RunningGateway.json("{\"object\":\"billing_credits\",\"is_subscriber\":1,\"more\":0}");
        assertThat(API.problems("get", "/v1/dashboard/billing/credits", 200, credits))
                .anyMatch(problem -> problem.contains("payg"))
                .anyMatch(problem -> problem.contains("is_subscriber"))
                .anyMatch(problem -> problem.contains("more"));
    }

    @Test
    void describesEveryRoute() {
        Set<String> described = API.operations().stream()
                .map(one -> one.method() + " " + plain(one.path().replaceAll("\\{[^}]+}", "{}")))
                .collect(Collectors.toSet());
        assertThat(routes()).hasSizeGreaterThan(60).allSatisfy(route -> {
            for (HttpMethod method : route.methods()) {
                String name = method.name().toLowerCase(Locale.ROOT);
                if (route.getPath() == null) {
                    assertThat(API.operations().stream()
                                    .filter(one -> one.method().equals(name))
                                    .map(API::address)
                                    .filter(address -> address.matches(route.getName())))
                            .as(name + " " + route.getName())
                            .isNotEmpty();
                } else {
                    assertThat(described)
                            .contains(name + " " + plain(route.getPath().replaceAll(":[A-Za-z]+", "{}")));
                }
            }
        });
    }

    /** A slash at the end may be left out. */
    private static String plain(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** Those of the API: what the console puts up are pages, and the brand's are the pictures on them. */
    private static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        Vertx vertx = Vertx.vertx();
        try {
            for (Mount mount : gateway.mounts()) {
                if (!mount.getClass().getName().startsWith("ai.apertis.console.")) {
                    Router router = Router.router(vertx);
                    mount.mount(router);
                    routes.addAll(router.getRoutes());
                }
            }
        } finally {
            RunningGateway.await(vertx.close());
        }
        return routes;
    }

    /** Asked without a key and without a body, an endpoint answers many things, but never that it is not there. */
    @Test
    void describesNothingElse() {
        for (Operation one : API.operations()) {
            if (!one.isManagement()) {
                HttpResponse<String> answer = send(one.method(), API.address(one), null, null);
                assertThat(answer.statusCode()).as(one.name()).isNotEqualTo(405);
                assertThat(answer.body()).as(one.name()).doesNotContain("There is no endpoint");
            }
        }
    }

    @Test
    void takesTheKeyAsItSays() {
        for (Operation one : API.operations()) {
            boolean open = one.node().path("security").isArray()
                    && one.node().path("security").isEmpty();
            if (!one.isManagement() && !open) {
                assertThat(send(one.method(), API.address(one), null, null).statusCode())
                        .as(one.name())
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void describesTheManagementPort() {
        Vertx vertx = Vertx.vertx();
        ManagementVerticle management = new ManagementVerticle("127.0.0.1", 0, new Metrics(), new Readiness());
        RunningGateway.await(vertx.deployVerticle(management));
        try {
            for (Operation one : API.operations()) {
                if (one.isManagement()) {
                    HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + management.actualPort() + one.path()))
                            .build());
                    assertThat(answer.statusCode()).as(one.name()).isNotEqualTo(404);
                    if (answer.headers().firstValue("Content-Type").orElse("").equals("application/json")) {
                        assertThat(API.problems(
                                        one.method(),
                                        one.path(),
                                        answer.statusCode(),
                                        RunningGateway.json(answer.body())))
                                .isEmpty();
                    }
                }
            }
        } finally {
            RunningGateway.await(vertx.close());
        }
    }

    @Test
    void isServedWithItsTag() throws IOException {
        HttpResponse<String> json = send("get", "/openapi.json", null, null);
        assertThat(json.statusCode()).isEqualTo(200);
        JsonNode document = RunningGateway.json(json.body());
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<version>" + document.at("/info/version").textValue() + "</version>\n  <packaging>");
        assertThat(json.headers().firstValue("Cache-Control")).hasValue("public, max-age=300");

        HttpResponse<String> yaml = send("get", "/openapi.yaml", null, null);
        assertThat(yaml.headers().firstValue("Content-Type")).hasValue("application/yaml");
        Object read = new Yaml().load(yaml.body());
        assertThat(read).isEqualTo(new Yaml().load(json.body()));

        String tag = json.headers().firstValue("ETag").orElseThrow();
        assertThat(tag).isNotEqualTo(yaml.headers().firstValue("ETag").orElseThrow());
        HttpResponse<String> again = gateway.send(HttpRequest.newBuilder(address("/openapi.json"))
                .header("If-None-Match", "\"other\", W/" + tag)
                .build());
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("ETag")).hasValue(tag);
    }

    @Test
    void describesTheAnswersToKeys() {
        String key = gateway.wallet(1_000_000_000).key();
        String chat = "{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        fits(200, "post", "/v1/chat/completions", "/v1/chat/completions", key, chat);
        fits(200, "post", "/v1/messages", "/v1/messages", key, chat);
        fits(200, "post", "/v1/messages/count_tokens", "/v1/messages/count_tokens", key, chat);
        fits(
                200,
                "post",
                "/v1/responses/input_tokens",
                "/v1/responses/input_tokens",
                key,
                "{\"model\":\"sim/echo\",\"input\":\"hi\"}");
        JsonNode response =
                fits(200, "post", "/v1/responses", "/v1/responses", key, "{\"model\":\"sim/echo\",\"input\":\"hi\"}");
        String stored = "/v1/responses/" + response.path("id").textValue();
        fits(200, "get", "/v1/responses/{id}", stored, key, null);
        fits(200, "get", "/v1/responses/{id}/input_items", stored + "/input_items", key, null);
        fits(200, "delete", "/v1/responses/{id}", stored, key, null);
        String contents = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
        for (String method : List.of("generateContent", "countTokens")) {
            fits(200, "post", "/v1beta/models/{model}:" + method, "/v1beta/models/sim/echo:" + method, key, contents);
        }
        fits(200, "post", "/v1/completions", "/v1/completions", key, "{\"model\":\"sim/echo\",\"prompt\":\"hi\"}");
        fits(200, "post", "/v1/embeddings", "/v1/embeddings", key, "{\"model\":\"sim/embed\",\"input\":\"hi\"}");
        JsonNode video = fits(
                200,
                "post",
                "/v1/video/create",
                "/v1/video/create",
                key,
                "{\"model\":\"sim/video\",\"prompt\":\"a lake\"}");
        fits(
                200,
                "get",
                "/v1/video/query",
                "/v1/video/query?id=" + video.path("id").textValue(),
                key,
                null);
        fits(200, "get", "/v1/dashboard/billing/credits", "/v1/dashboard/billing/credits", key, null);
        fits(200, "get", "/v1/dashboard/billing/subscription", "/v1/dashboard/billing/subscription", key, null);
        fits(200, "get", "/v1/dashboard/billing/usage", "/v1/dashboard/billing/usage", key, null);
        fits(200, "get", "/v1/token/info", "/v1/token/info", key, null);
        fits(200, "get", "/v1/token/usage", "/v1/token/usage", key, null);
        fits(201, "post", "/v1/token/keys", "/v1/token/keys", key, "{\"name\":\"other\"}");
        fits(200, "get", "/v1/token/keys", "/v1/token/keys", key, null);
        fits(200, "get", "/v1/models", "/v1/models", key, null);
        fits(200, "get", "/v1/models/{id}", "/v1/models/sim/echo", key, null);
        fits(200, "get", "/v1beta/models", "/v1beta/models", key, null);
        fits(200, "get", "/v1beta/models/{id}", "/v1beta/models/sim/embed", key, null);
        fits(200, "get", "/v1/recommend", "/v1/recommend?task=coding", key, null);
    }

    @Test
    void describesTheAnswersToAnybody() {
        fits(200, "get", "/api/models", "/api/models", null, null);
        fits(200, "get", "/api/v2/models/", "/api/v2/models/", null, null);
        fits(200, "get", "/api/changelog", "/api/changelog", null, null);
        fits(200, "get", "/api/changelog/{version}", "/api/changelog/2026.11.2", null, null);
        fits(404, "get", "/api/changelog/{version}", "/api/changelog/1.1.1", null, null);
    }

    @Test
    void describesTheErrorsOfEachDialect() {
        String key = gateway.wallet(0).key();
        fits(401, "post", "/v1/chat/completions", "/v1/chat/completions", "sk-wrong", "{}");
        fits(
                404,
                "post",
                "/v1/messages",
                "/v1/messages",
                key,
                "{\"model\":\"none\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
        fits(
                400,
                "post",
                "/v1beta/models/{model}:generateContent",
                "/v1beta/models/sim/echo:generateContent",
                key,
                "{}");
        fits(402, "post", "/v1/responses", "/v1/responses", key, "{\"model\":\"sim/echo\",\"input\":\"hi\"}");
    }

    @Test
    void describesTheAnswersToOperators() {
        String token = RunningGateway.ADMIN_TOKEN;
        long account = fits(201, "post", "/api/admin/accounts", "/api/admin/accounts", token, "{\"name\":\"a\"}")
                .path("id")
                .longValue();
        String at = "/api/admin/accounts/" + account;
        String one = "/api/admin/accounts/{id}";
        fits(200, "post", one + "/credits", at + "/credits", token, "{\"amount_usd\":1,\"reference\":\"r\"}");
        fits(200, "patch", one, at, token, "{\"monthly_limit_usd\":5}");
        JsonNode key =
                fits(201, "post", one + "/keys", at + "/keys", token, "{\"name\":\"k\",\"cache\":{\"enabled\":true}}");
        gateway.chat(
                key.path("key").textValue(),
                "{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
        fits(200, "patch", "/api/admin/keys/{id}", "/api/admin/keys/" + key.path("id"), token, "{\"quota_usd\":1}");
        fits(200, "get", one + "/keys", at + "/keys", token, null);
        fits(200, "delete", "/api/admin/keys/{id}", "/api/admin/keys/" + key.path("id"), token, null);
        fits(
                201,
                "post",
                one + "/subscription",
                at + "/subscription",
                token,
                "{\"plan\":\"pro\",\"payg_fallback_enabled\":true,\"payg_limit_usd\":3}");
        fits(409, "post", one + "/subscription", at + "/subscription", token, "{\"plan\":\"pro\"}");
        fits(200, "patch", one + "/subscription", at + "/subscription", token, "{\"plan\":\"lite\"}");
        fits(200, "get", one, at, token, null);
        fits(200, "delete", one + "/subscription", at + "/subscription", token, null);
        fits(
                200,
                "patch",
                one + "/alerts",
                at + "/alerts",
                token,
                "{\"webhook_url\":\"https://1.1.1.1/hook\",\"balance_usd\":[5]}");
        fits(200, "post", one + "/alerts/secret", at + "/alerts/secret", token, null);
        fits(200, "get", one + "/alerts", at + "/alerts", token, null);
        fits(404, "get", one + "/auto-topup", at + "/auto-topup", token, null);
        fits(
                200,
                "patch",
                one + "/auto-topup",
                at + "/auto-topup",
                token,
                "{\"enabled\":false,\"threshold_usd\":1,\"amount_usd\":2,\"customer\":\"cus_1\",\"payment_method\":\"pm_1\"}");
        fits(200, "get", one + "/auto-topup", at + "/auto-topup", token, null);
        fits(200, "get", one + "/topups", at + "/topups", token, null);
        fits(200, "get", one + "/events", at + "/events", token, null);
        fits(200, "get", "/api/admin/usage", "/api/admin/usage?account=" + account, token, null);
        fits(200, "get", "/api/admin/providers", "/api/admin/providers", token, null);
        fits(200, "post", "/api/admin/reload", "/api/admin/reload", token, null);
        assertThat(fits(200, "get", "/api/admin/ledger/audit", "/api/admin/ledger/audit", token, null)
                        .path("invariants"))
                .isNotEmpty();
    }

    private static JsonNode fits(
            int status, String method, String path, String address, @Nullable String key, @Nullable String body) {
        HttpResponse<String> answer = send(method, address, key, body);
        String as = method + " " + address + " " + answer.body();
        assertThat(answer.statusCode()).as(as).isEqualTo(status);
        JsonNode json = RunningGateway.json(answer.body());
        assertThat(API.problems(method, path, status, json)).as(as).isEmpty();
        return json;
    }

    private static HttpResponse<String> send(
            String method, String address, @Nullable String key, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address(address));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return gateway.send(request.method(
                        method.toUpperCase(Locale.ROOT),
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static URI address(String path) {
        return URI.create("http://127.0.0.1:" + gateway.port() + path);
    }
}
