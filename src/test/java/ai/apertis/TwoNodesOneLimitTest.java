package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.limits.TestRedis;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two gateways on one database and one Redis: a key's limit holds over both. */
class TwoNodesOneLimitTest {
    private static String config(int perMinute) {
        return """
            limits: {requests_per_address: 0, requests_per_key_per_minute: %d}
            providers: []
            models: []
            """.formatted(perMinute);
    }

    @Test
    void aKeysRequestsAreCountedTogether() {
        Map<String, String> shared = Map.of("APERTIS_REDIS_URL", TestRedis.url());
        try (RunningGateway one = RunningGateway.configured(config(4), shared);
                RunningGateway other = RunningGateway.configured(config(4), one.database(), shared)) {
            Wallet wallet = one.wallet(0);
            for (int i = 0; i < 2; i++) {
                assertThat(models(one, wallet).statusCode()).isEqualTo(200);
                assertThat(models(other, wallet).statusCode()).isEqualTo(200);
            }

            HttpResponse<String> refused = models(one, wallet);

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("X-RateLimit-Limit")).contains("4");
            assertThat(refused.headers().firstValue("X-RateLimit-Remaining")).contains("0");
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(models(other, wallet).statusCode()).isEqualTo(429);
        }
    }

    @Test
    void aThousandAMinuteAreAThousandHoweverTheyAreSpread() {
        Map<String, String> shared = Map.of("APERTIS_REDIS_URL", TestRedis.url());
        try (RunningGateway one = RunningGateway.configured(config(1_000), shared);
                RunningGateway other = RunningGateway.configured(config(1_000), one.database(), shared);
                ExecutorService clients = Executors.newFixedThreadPool(8)) {
            // The other test's key has the first id of its database, and the Redis is the same.
            one.wallet(0);
            Wallet wallet = one.wallet(0);
            List<CompletableFuture<Integer>> asked = IntStream.range(0, 1_300)
                    .mapToObj(n -> CompletableFuture.supplyAsync(
                            () -> models(n % 3 == 0 ? one : other, wallet).statusCode(), clients))
                    .toList();

            List<Integer> statuses = asked.stream().map(CompletableFuture::join).toList();

            assertThat(statuses).containsOnly(200, 429);
            assertThat(statuses.stream().filter(status -> status == 200).count())
                    .isBetween(990L, 1_010L);
        }
    }

    private static HttpResponse<String> models(RunningGateway gateway, Wallet wallet) {
        return gateway.fetch("/models", wallet.key());
    }
}
