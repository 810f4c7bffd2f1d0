package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.upstream.ChatReplies;
import ai.apertis.upstream.ChatReplies.UsageFault;
import ai.apertis.upstream.ReplayUpstream;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where fallback models come from: the request, its key, the system; and which are left out. */
class FallbackTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static ReplayUpstream broken;
    private static ReplayUpstream well;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        broken = new ReplayUpstream(VERTX, ChatReplies.failure(503, "overloaded"));
        well = new ReplayUpstream(VERTX, ChatReplies.whole(UsageFault.NONE));
        gateway = RunningGateway.configured("""
            routing: {fallbacks: [of-the-system]}
            limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
            providers:
              - {name: broken, dialect: openai, base_url: "%s", keys: [k]}
              - {name: well, dialect: openai, base_url: "%s", keys: [k]}
              - {name: off, dialect: openai, base_url: "http://127.0.0.1:1"}
            models:
              - {id: asked, aliases: [vendor/asked], price: {input: 1, output: 2}, max_output: 1000, endpoints: [{provider: broken}]}
              - {id: unserved, price: {input: 1, output: 2}, endpoints: [{provider: off}]}
              - {id: of-the-request, price: {input: 1, output: 2}, endpoints: [{provider: well}]}
              - {id: of-the-key, price: {input: 1, output: 2}, endpoints: [{provider: well}]}
              - {id: of-the-system, price: {input: 1, output: 2}, endpoints: [{provider: well}]}
              - {id: dear, price: {input: 1, output: 1000}, max_output: 1000, endpoints: [{provider: well}]}
            """.formatted(broken.baseUrl(), well.baseUrl()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        broken.close();
        well.close();
        RunningGateway.await(VERTX.close());
    }

    @Test
    void theRequestComesBeforeItsKeyAndTheKeyBeforeTheSystem() {
        String plain = key("{\"name\":\"plain\"}");
        String kept = key("{\"name\":\"kept\",\"fallback_enabled\":true,\"fallback_models\":[\"of-the-key\"]}");

        assertThat(answeredBy(ask(kept, "asked", ",\"fallback_models\":[\"of-the-request\"]")))
                .isEqualTo("of-the-request");
        assertThat(answeredBy(ask(kept, "asked", ""))).isEqualTo("of-the-key");
        assertThat(answeredBy(ask(plain, "asked", ",\"fallback_enabled\":true")))
                .isEqualTo("of-the-system");
        assertThat(ask(plain, "asked", ",\"fallback_models\":[\"of-the-request\"]")
                        .statusCode())
                .as("not enabled")
                .isEqualTo(503);
        assertThat(ask(kept, "asked", ",\"fallback_enabled\":false").statusCode())
                .isEqualTo(503);
    }

    @Test
    void aModelThatNobodyKnowsOrServesFallsBack() {
        String plain = key("{\"name\":\"plain\"}");
        String wish = ",\"fallback_enabled\":true,\"fallback_models\":[\"nor-this\",\"of-the-request\"]";

        HttpResponse<String> unknown = ask(plain, "no-such-modèl", wish);
        assertThat(answeredBy(unknown)).isEqualTo("of-the-request");
        assertThat(unknown.headers().firstValue("X-Fallback-From")).hasValue("no-such-mod?l");
        assertThat(unknown.headers().firstValue("X-Fallback-Reason")).hasValue("model_not_found");

        HttpResponse<String> unserved = ask(plain, "unserved", wish);
        assertThat(answeredBy(unserved)).isEqualTo("of-the-request");
        assertThat(unserved.headers().firstValue("X-Fallback-From")).hasValue("unserved");
        assertThat(unserved.headers().firstValue("X-Fallback-Reason")).hasValue("service_unavailable");

        assertThat(ask(plain, "no-such-model", "").statusCode()).isEqualTo(404);
        assertThat(ask(plain, "no-such-model", ",\"fallback_enabled\":true,\"fallback_models\":[\"nor-this\"]")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aFallbackThatTheKeyMayNotUseIsLeftOut() {
        String listed = key("{\"name\":\"listed\",\"models\":[\"asked\",\"of-the-key\"]}");
        String wish = ",\"fallback_enabled\":true,\"fallback_models\":[\"of-the-request\",\"of-the-key\"]";

        assertThat(answeredBy(ask(listed, "asked", wish))).isEqualTo("of-the-key");
        assertThat(answeredBy(ask(listed, "no-such-model", wish))).isEqualTo("of-the-key");
    }

    @Test
    void anAliasIsNoFallback() {
        HttpResponse<String> response = ask(key("{\"name\":\"plain\"}"), "of-the-request", "");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("X-Fallback-Used")).isEmpty();
    }

    @Test
    void theHoldCoversTheDearestThatCouldAnswer() {
        // A thousand tokens cost a dollar there and 0.002 at the model asked for.
        Wallet poor = gateway.wallet(500_000_000);
        String wish = ",\"max_tokens\":1000,\"fallback_enabled\":true,\"fallback_models\":[\"dear\"]";
        assertThat(ask(poor.key(), "asked", wish).statusCode()).isEqualTo(402);

        Wallet rich = gateway.wallet(2_000_000_000);
        assertThat(answeredBy(ask(rich.key(), "asked", wish))).isEqualTo("dear");
        assertThat(gateway.balance(rich).account().used())
                .as("ten tokens at 1 and three at 1,000 dollars a million")
                .isEqualTo(3_010_000);
    }

    @Test
    void badWishesAreRefusedByName() {
        String plain = key("{\"name\":\"plain\"}");
        for (String wish : new String[] {
            ",\"fallback_models\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]", ",\"fallback_models\":\"of-the-request\""
        }) {
            HttpResponse<String> response = ask(plain, "asked", wish);
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(RunningGateway.json(response.body()).at("/error/param").textValue())
                    .isEqualTo("fallback_models");
        }
        assertThat(ask(plain, "asked", ",\"fallback_timeout\":4999").statusCode())
                .isEqualTo(400);
    }

    private static String answeredBy(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("X-Fallback-Used")).hasValue("true");
        return response.headers().firstValue("X-Actual-Model").orElseThrow();
    }

    private static HttpResponse<String> ask(String key, String model, String more) {
        return gateway.chat(
                key, "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}");
    }

    private static String key(String body) {
        long account = gateway.wallet(1_000_000_000).account();
        HttpResponse<String> made = gateway.send(HttpRequest.newBuilder(
                        URI.create(gateway.baseUrl().replace("/v1", "/api/admin/accounts/" + account + "/keys")))
                .header("Authorization", "Bearer " + RunningGateway.ADMIN_TOKEN)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
        return RunningGateway.json(made.body()).get("key").textValue();
    }
}
