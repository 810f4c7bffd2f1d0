package ai.apertis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.money.Usage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @Test
    void countsRequestsTokensAndCostByModel() {
        metrics.requestEnded(chat("glm-5-turbo", 200));
        metrics.requestEnded(chat("glm-5-turbo", 200));
        metrics.requestEnded(chat("glm-5-turbo", 502));

        assertThat(metrics.scrape().lines())
                .contains(
                        "apertis_requests_total{endpoint=\"/v1/chat/completions\",model=\"glm-5-turbo\",status=\"200\"}"
                                + " 2.0",
                        "apertis_requests_total{endpoint=\"/v1/chat/completions\",model=\"glm-5-turbo\",status=\"502\"}"
                                + " 1.0",
                        "apertis_tokens_total{class=\"input\",model=\"glm-5-turbo\"} 30.0",
                        "apertis_tokens_total{class=\"cache_read\",model=\"glm-5-turbo\"} 60.0",
                        "apertis_tokens_total{class=\"output\",model=\"glm-5-turbo\"} 90.0",
                        "apertis_cost_nano_usd_total{model=\"glm-5-turbo\"} 3000.0",
                        "apertis_ttft_seconds_count{model=\"glm-5-turbo\"} 3",
                        "apertis_ttft_seconds_bucket{model=\"glm-5-turbo\",le=\"0.1\"} 0",
                        "apertis_ttft_seconds_bucket{model=\"glm-5-turbo\",le=\"0.2\"} 3",
                        "apertis_upstream_seconds_count{provider=\"z-ai\"} 3",
                        "apertis_request_duration_seconds_count{endpoint=\"/v1/chat/completions\"} 3");
    }

    @Test
    void aRequestWithoutAModelCountsNoTokens() {
        metrics.requestEnded(RequestLine.withoutModel("r", "GET", "/v1/models", "/v1/models", 401, null, 3, 0, 80));

        assertThat(metrics.scrape())
                .contains("apertis_requests_total{endpoint=\"/v1/models\",model=\"none\",status=\"401\"} 1.0")
                .contains("apertis_cost_nano_usd_total{model=\"none\"} 0.0");
    }

    @Test
    void followsHoldsStreamsAndSettlements() {
        metrics.holdTaken(TimeUnit.MILLISECONDS.toNanos(4));
        metrics.holdTaken(TimeUnit.MILLISECONDS.toNanos(4));
        metrics.holdEnded();
        metrics.holdRefused("TooLittle");
        metrics.streamOpened();
        metrics.streamOpened();
        metrics.streamClosed();
        metrics.settlementLate();
        metrics.shortfall(500);
        metrics.eventLoopLag(TimeUnit.MILLISECONDS.toNanos(3));

        assertThat(metrics.scrape().lines())
                .contains(
                        "apertis_open_holds 1.0",
                        "apertis_hold_seconds_count 2",
                        "apertis_hold_seconds_bucket{le=\"0.005\"} 2",
                        "apertis_holds_refused_total{reason=\"TooLittle\"} 1.0",
                        "apertis_open_streams 1.0",
                        "apertis_settlements_late_total 1.0",
                        "apertis_shortfall_nano_usd_total 500.0",
                        "apertis_event_loop_lag_seconds_bucket{le=\"0.002\"} 0",
                        "apertis_event_loop_lag_seconds_bucket{le=\"0.005\"} 1");
    }

    @Test
    void theNumberOfSeriesIsBoundedWhateverModelsAreNamed() {
        for (int i = 0; i < 3_000; i++) {
            metrics.requestEnded(chat("model-" + i, 200));
        }

        String scrape = metrics.scrape();
        assertThat(scrape.lines().filter(line -> line.startsWith("apertis_cost_nano_usd_total")))
                .hasSizeLessThanOrEqualTo(1_001);
        assertThat(scrape).contains("apertis_cost_nano_usd_total{model=\"other\"} 2000000.0");
    }

    private static RequestLine chat(String model, int status) {
        return new RequestLine(
                "r",
                "POST",
                "/v1/chat/completions",
                "/v1/chat/completions",
                status,
                "42",
                model,
                "z-ai",
                true,
                120,
                480,
                500,
                new Usage(10, 20, 0, 30, 0, 0, 0, 0, 0, false),
                1_000,
                99,
                2_048);
    }
}
