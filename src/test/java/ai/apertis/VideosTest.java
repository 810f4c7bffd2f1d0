package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Videos, asked of the shipped gateway, the simulated provider behind it. */
class VideosTest {
    private static final long CENT = 10_000_000;

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
    void makesAVideoAndChargesItsSeconds() {
        Wallet wallet = gateway.wallet(100 * CENT);
        HttpResponse<String> taken = create(wallet, "{\"model\":\"sim/video\",\"prompt\":\"a lake\",\"duration\":8}");
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
        assertThat(taken.headers().firstValue("x-apertis-cost-usd")).contains("0.08");
        JsonNode task = RunningGateway.json(taken.body());
        assertThat(task.path("status").asText()).isEqualTo("pending");
        assertThat(task.path("id").asText()).matches("video_[0-9a-f]{40}");
        assertThat(task.path("seconds").asInt()).isEqualTo(8);
        assertThat(task.has("video_url")).isFalse();
        JsonNode made = ended(wallet, task);
        assertThat(made.path("status").asText()).isEqualTo("completed");
        HttpResponse<String> bytes =
                gateway.fetch(made.path("video_url").asText().substring("/v1".length()), wallet.key());
        assertThat(bytes.headers().firstValue("content-type")).contains("video/mp4");
        assertThat(bytes.body()).contains("ftypisom");
        assertThat(spent(wallet)).isEqualTo(8 * CENT);
    }

    @Test
    void chargesByTheSizeAndWhatTheProviderTook() {
        Wallet wallet = gateway.wallet(100 * CENT);
        // Without a length the provider makes four seconds and says so; what is held is enough for more.
        create(wallet, "{\"model\":\"sim/video\",\"prompt\":\"a lake\",\"size\":\"1920x1080\"}");
        assertThat(spent(wallet)).isEqualTo(4 * 2 * CENT);
        assertThat(create(gateway.wallet(10 * CENT), "{\"model\":\"sim/video\",\"prompt\":\"a lake\"}")
                        .statusCode())
                .isEqualTo(402);
    }

    @Test
    void tellsOneThatIsStillBeingMade() {
        Wallet wallet = gateway.wallet(100 * CENT);
        HttpResponse<String> taken = create(
                wallet,
                "{\"model\":\"sim/video\",\"prompt\":\"a lake\",\"seconds\":\"4\",\"sim\":{\"ttft_ms\":600000}}");
        JsonNode task = RunningGateway.json(taken.body());
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> query(wallet, task).path("status").asText().equals("processing"));
        HttpResponse<String> early =
                gateway.fetch("/video/content?id=" + task.path("id").asText(), wallet.key());
        assertThat(early.statusCode()).isEqualTo(404);
        assertThat(early.body()).contains("video_not_ready");
    }

    @Test
    void givesBackWhatAFailedOneCost() {
        Wallet wallet = gateway.wallet(100 * CENT);
        JsonNode task =
                RunningGateway.json(create(wallet, "{\"model\":\"sim/video\",\"prompt\":\"harm\",\"seconds\":8}")
                        .body());
        assertThat(spent(wallet)).isEqualTo(8 * CENT);
        JsonNode failed = ended(wallet, task);
        assertThat(failed.path("status").asText()).isEqualTo("failed");
        assertThat(failed.path("error").path("code").asText()).isEqualTo("moderation_blocked");
        assertThat(query(wallet, task)).isEqualTo(failed);
        assertThat(spent(wallet)).isZero();
        JsonNode usage =
                RunningGateway.json(gateway.fetch("/token/usage", wallet.key()).body());
        assertThat(usage.toString()).doesNotContain("0.08");
    }

    @Test
    void isNobodyElses() {
        Wallet wallet = gateway.wallet(100 * CENT);
        JsonNode task =
                RunningGateway.json(create(wallet, "{\"model\":\"sim/video\",\"prompt\":\"a lake\",\"seconds\":4}")
                        .body());
        Wallet other = gateway.wallet(CENT);
        String id = task.path("id").asText();
        for (String path : new String[] {"/video/query?id=" + id, "/video/content?id=" + id}) {
            HttpResponse<String> refused = gateway.fetch(path, other.key());
            assertThat(refused.statusCode()).isEqualTo(404);
            assertThat(refused.body()).contains("video_not_found");
        }
        assertThat(gateway.fetch("/video/query", wallet.key()).body()).contains("missing_parameter");
    }

    @Test
    void refusesWhatItCannotPriceOrMake() {
        Wallet wallet = gateway.wallet(100 * CENT);
        assertRefused(wallet, "{\"model\":\"sim/video\"}", "prompt");
        assertRefused(wallet, "{\"model\":\"sim/video\",\"prompt\":\"a\",\"n\":2}", "n");
        assertRefused(wallet, "{\"model\":\"sim/video\",\"prompt\":\"a\",\"seconds\":\"long\"}", "seconds");
        assertRefused(wallet, "{\"model\":\"sim/video\",\"prompt\":\"a\",\"seconds\":4,\"duration\":5}", "duration");
        assertRefused(wallet, "{\"model\":\"sim/image\",\"prompt\":\"a\"}", "model");
        assertThat(TestDatabase.number(
                        gateway.database(), "SELECT count(*) FROM video_task WHERE account_id = " + wallet.account()))
                .isZero();
    }

    private static void assertRefused(Wallet wallet, String body, String param) {
        HttpResponse<String> refused = create(wallet, body);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(RunningGateway.json(refused.body())
                        .path("error")
                        .path("param")
                        .asText())
                .isEqualTo(param);
    }

    private static HttpResponse<String> create(Wallet wallet, String body) {
        return gateway.post("/video/create", wallet.key(), body);
    }

    private static JsonNode query(Wallet wallet, JsonNode task) {
        return RunningGateway.json(
                gateway.fetch("/video/query?id=" + task.path("id").asText(), wallet.key())
                        .body());
    }

    private static JsonNode ended(Wallet wallet, JsonNode task) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(
                        () -> query(wallet, task),
                        told -> told.path("status").asText().matches("completed|failed"));
    }

    private static long spent(Wallet wallet) {
        return TestDatabase.number(
                gateway.database(),
                "SELECT used FROM bucket WHERE kind = 'balance' AND owner_id = " + wallet.account());
    }
}
