package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.limits.TestRedis;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two gateways on one database and one Redis: a key's limit holds over both. */
class TwoNodesOneLimitTest {
    private static final String CONFIG = """
            limits: {requests_per_address: 0, requests_per_key_per_minute: 4}
            providers: []
            models: []
            """;

    @Test
    void aKeysRequestsAreCountedTogether() {
        Map<String, String> shared = Map.of("APERTIS_REDIS_URL", TestRedis.url());
        try (RunningGateway one = RunningGateway.configured(CONFIG, shared);
                RunningGateway other = RunningGateway.configured(CONFIG, one.database(), shared)) {
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

    private static HttpResponse<String> models(RunningGateway gateway, Wallet wallet) {
        return gateway.fetch("/models", wallet.key());
    }
}
