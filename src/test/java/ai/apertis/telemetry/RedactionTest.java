package ai.apertis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer CANARY-0123456789",
                "authorization=Basic CANARY0123456789==",
                "{\"Authorization\": \"Bearer CANARY0123456789\"}",
                "x-api-key: CANARY-0123",
                "headers {x-api-key=CANARY-0123, accept=*/*}",
                "X-Goog-Api-Key:CANARY-0123",
                "\"api_key\":\"CANARY-0123\"",
                "password=CANARY0123",
                "Bearer CANARY0123456789 was refused",
                "GET /v1beta/models/m:generateContent?key=CANARY0123&alt=sse",
                "GET /x?alt=sse&key=CANARY0123",
                "cannot reach postgresql://apertis:CANARY0123@db:5432/apertis",
                "Incorrect API key provided: sk-CANARY0123456789.",
                "key sk-proj-CANARY_0123-456789 is gone",
                "sk-ant-api03-CANARY0123456789",
                "sk-sub-CANARY0123456789CANARY0123456789",
                "AIzaCANARY0123456789abc",
                "gsk_CANARY0123456789abc",
            })
    void takesSecretsOutWhereverTheyStand(String text) {
        assertThat(Redaction.redact(text)).contains("[redacted]").doesNotContain("CANARY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the task-force meets at 10:00",
                "risk-averse-investment-strategy",
                "POST /v1/chat/completions took 12 ms",
                "{\"model\":\"glm-5-turbo\",\"cost_usd\":0.0012}",
                "http://127.0.0.1:8080/v1 is up",
                "bearer of news",
            })
    void leavesOrdinaryTextAlone(String text) {
        assertThat(Redaction.redact(text)).isEqualTo(text);
    }

    @Test
    void keepsWhatIntroducesTheSecretSoThatTheLineCanBeRead() {
        assertThat(Redaction.redact("GET /x?key=abc&alt=sse with Authorization: Bearer abc, done"))
                .isEqualTo("GET /x?key=[redacted]&alt=sse with Authorization: Bearer [redacted], done");
    }

    @Test
    void takesNoLongerForHostileText() {
        String hostile = "authorization: ".repeat(20_000) + "://" + "a".repeat(200_000) + "sk-".repeat(50_000);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThatCode(() -> Redaction.redact(hostile)).doesNotThrowAnyException());
    }
}
