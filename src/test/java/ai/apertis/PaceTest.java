package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one key may ask for in a minute and at once, beyond the number of its requests. */
class PaceTest {
    private static final long DOLLAR = 1_000_000_000L;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.configured("""
            limits: {free_requests_per_key_per_minute: 2, tokens_per_key_per_minute: 400, streams_per_key: 1}
            providers: [{name: sim, dialect: openai, base_url: builtin, keys: [sim]}]
            models:
              - {id: free, price: {input: 0, output: 0}, endpoints: [{provider: sim, model: sim/echo}]}
              - {id: paid, price: {input: 1, output: 1}, endpoints: [{provider: sim, model: sim/echo}]}
              - {id: slow, price: {input: 1, output: 1}, endpoints: [{provider: sim, model: sim/slow}]}
            """);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void freeModelsHaveALimitOfTheirOwn() {
        Wallet wallet = gateway.wallet(DOLLAR);
        assertThat(ask(wallet, "free", 1).headers().firstValue("X-RateLimit-Limit"))
                .contains("2");
        HttpResponse<String> second = ask(wallet, "free", 1);
        assertThat(second.headers().firstValue("X-RateLimit-Remaining")).contains("0");
        HttpResponse<String> third = ask(wallet, "free", 1);
        assertRefused(third, "free models");
        assertThat(third.headers().firstValueAsLong("X-RateLimit-Reset").orElseThrow())
                .isBetween(Instant.now().getEpochSecond(), Instant.now().getEpochSecond() + 61);
        assertThat(ask(wallet, "paid", 1).statusCode()).isEqualTo(200);
        assertThat(ask(gateway.wallet(0), "free", 1).statusCode()).isEqualTo(200);
    }

    @Test
    void tokensAreTakenByEstimateAndSetRightByUsage() {
        Wallet wallet = gateway.wallet(DOLLAR);
        // Each may use 250 and uses a few: two in turn fit into 400 only because the first gave the rest back.
        assertThat(ask(wallet, "paid", 150).statusCode()).isEqualTo(200);
        assertThat(ask(wallet, "paid", 150).statusCode()).isEqualTo(200);
        HttpResponse<String> greedy = ask(wallet, "paid", 399);
        assertRefused(greedy, "Too many tokens");
        assertThat(greedy.headers().firstValue("X-RateLimit-Limit")).contains("400");
    }

    @Test
    void aStreamMoreThanMayBeOpenIsRefusedUntilOneEnds() throws Exception {
        Wallet wallet = gateway.wallet(DOLLAR);
        try (HttpClient client = HttpClient.newHttpClient();
                InputStream open = client.send(
                                request(wallet, "slow", 20, true), HttpResponse.BodyHandlers.ofInputStream())
                        .body()) {
            assertThat(open.read()).isEqualTo('d');
            assertRefused(gateway.send(request(wallet, "paid", 1, true)), "streams");
            assertThat(ask(wallet, "paid", 1).statusCode())
                    .as("an answer that is not streamed takes no place")
                    .isEqualTo(200);
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> gateway.send(request(wallet, "paid", 1, true)).statusCode() == 200);
    }

    private static void assertRefused(HttpResponse<String> answer, String why) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
        assertThat(RunningGateway.json(answer.body()).at("/error/code").textValue())
                .isEqualTo("rate_limit_exceeded");
        assertThat(answer.body()).contains(why);
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isPositive();
    }

    private static HttpResponse<String> ask(Wallet wallet, String model, int maxTokens) {
        return gateway.send(request(wallet, model, maxTokens, false));
    }

    private static HttpRequest request(Wallet wallet, String model, int maxTokens, boolean stream) {
        return HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/chat/completions"))
                .header("Authorization", "Bearer " + wallet.key())
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + model + "\",\"stream\":" + stream
                        + ",\"max_tokens\":" + maxTokens
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"one two three\"}]}"))
                .build();
    }
}
