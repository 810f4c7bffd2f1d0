package ai.apertis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementVerticleTest {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Metrics metrics = new Metrics();
    private final Readiness readiness = new Readiness();
    private final ManagementVerticle management = new ManagementVerticle("127.0.0.1", 0, metrics, readiness);

    @BeforeEach
    void deploy() throws Exception {
        vertx.deployVerticle(management)
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void isLiveWhateverTheConditions() throws Exception {
        HttpResponse<String> live = ask("GET", "/health/live");

        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(live.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(live.body()).isEqualTo("{\"status\":\"live\"}");
    }

    @Test
    void isReadyOnlyWhileAllConditionsAreMet() throws Exception {
        AtomicBoolean ledger = new AtomicBoolean(true);
        assertThat(ask("GET", "/health/ready").statusCode()).isEqualTo(503);

        readiness.require("ledger", ledger::get);
        readiness.require("accepting", () -> true);
        HttpResponse<String> ready = ask("GET", "/health/ready");
        assertThat(ready.statusCode()).isEqualTo(200);
        assertThat(ready.body())
                .isEqualTo("{\"status\":\"ready\",\"conditions\":{\"accepting\":true,\"ledger\":true}}");

        ledger.set(false);
        HttpResponse<String> gone = ask("GET", "/health/ready");
        assertThat(gone.statusCode()).isEqualTo(503);
        assertThat(gone.body())
                .isEqualTo("{\"status\":\"not_ready\",\"conditions\":{\"accepting\":true,\"ledger\":false}}");
    }

    @Test
    void answersHeadLikeGetWithoutABody() throws Exception {
        HttpResponse<String> head = ask("HEAD", "/health/live");

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(17);
        assertThat(ask("HEAD", "/health/ready").statusCode()).isEqualTo(503);
        assertThat(ask("HEAD", "/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void showsMetricsInTheFormOfPrometheusWithTheLagOfTheEventLoops() throws Exception {
        vertx.deployVerticle(new EventLoopLag(metrics))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        Awaitility.await().until(() -> !metrics.scrape().contains("apertis_event_loop_lag_seconds_count 0"));

        HttpResponse<String> response = ask("GET", "/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body()).contains("# TYPE apertis_open_holds gauge", "jvm_memory_used_bytes");
    }

    @Test
    void refusesOtherPathsAndMethods() throws Exception {
        assertThat(ask("GET", "/").statusCode()).isEqualTo(404);
        HttpResponse<String> post = ask("POST", "/health/live");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }

    @Test
    void failsToStartOnAPortInUse() throws Exception {
        Vertx other = Vertx.vertx();
        try {
            var second = new ManagementVerticle("127.0.0.1", management.actualPort(), metrics, readiness);
            var deployed = other.deployVerticle(second).toCompletionStage().toCompletableFuture();

            assertThatThrownBy(() -> deployed.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(BindException.class);
        } finally {
            other.close().await(20, TimeUnit.SECONDS);
        }
    }

    private HttpResponse<String> ask(String method, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management.actualPort() + path))
                .method(method, BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
