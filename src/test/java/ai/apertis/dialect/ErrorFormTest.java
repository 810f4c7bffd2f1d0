package ai.apertis.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors in every dialect's own words. */
final class ErrorFormTest {
    @ParameterizedTest
    @CsvSource({
        "400, invalid_request_error, INVALID_ARGUMENT",
        "401, authentication_error, UNAUTHENTICATED",
        "402, billing_error, FAILED_PRECONDITION",
        "403, permission_error, PERMISSION_DENIED",
        "404, not_found_error, NOT_FOUND",
        "408, timeout_error, DEADLINE_EXCEEDED",
        "413, request_too_large, INVALID_ARGUMENT",
        "429, rate_limit_error, RESOURCE_EXHAUSTED",
        "500, api_error, INTERNAL",
        "503, overloaded_error, UNAVAILABLE"
    })
    void everyStatusHasItsName(int status, String anthropic, String google) throws IOException {
        ApiError error = new ApiError(status, "some_type", "some_code", "What happened.");
        JsonNode messages = written(DialectName.ANTHROPIC, error);
        assertThat(messages.path("error").path("type").asText()).isEqualTo(anthropic);
        assertThat(messages.path("request_id").asText()).isEqualTo("req-1");
        JsonNode gemini = written(DialectName.GEMINI, error).path("error");
        assertThat(gemini.path("status").asText()).isEqualTo(google);
        assertThat(gemini.path("code").asInt()).isEqualTo(status);
        JsonNode openai = written(DialectName.OPENAI_RESPONSES, error).path("error");
        assertThat(openai.path("code").asText()).isEqualTo("some_code");
        assertThat(openai.path("message").asText()).isEqualTo("What happened.");
    }

    @ParameterizedTest
    @EnumSource(DialectName.class)
    void aProvidersErrorKeepsItsStatusAndLosesItsSecrets(DialectName provider) {
        String body = "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"code\":400,\"status\":\"X\","
                + "\"message\":\"bad thing at https://10.0.0.7/x with sk-abcdefghijklmnop\"}}";
        ErrorCodec codec = Spoken.DIALECTS.of(provider).errors();
        ApiError error = codec.decode(400, body.getBytes(StandardCharsets.UTF_8), 0);
        assertThat(error.status()).isEqualTo(400);
        assertThat(error.message()).contains("bad thing").doesNotContain("10.0.0.7", "sk-abc");
        ApiError limited = codec.decode(429, "<html>busy</html>".getBytes(StandardCharsets.UTF_8), 7);
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.retryAfterSeconds()).isEqualTo(7);
        assertThat(codec.decode(401, new byte[0], 0).status()).isEqualTo(502);
    }

    @Test
    void googlesBadKeyIsTheGatewaysFault() {
        String body = "{\"error\":{\"code\":400,\"message\":\"API key not valid\",\"status\":\"INVALID_ARGUMENT\","
                + "\"details\":[{\"reason\":\"API_KEY_INVALID\"},{\"retryDelay\":\"2.5s\"}]}}";
        ErrorCodec codec = Spoken.DIALECTS.of(DialectName.GEMINI).errors();
        ApiError error = codec.decode(400, body.getBytes(StandardCharsets.UTF_8), 0);
        assertThat(error.status()).isEqualTo(502);
        assertThat(error.retryAfterSeconds()).isEqualTo(3);
    }

    @Test
    void threadsAreRefusedWithTheCodeThatTheToolRunnerLooksFor() {
        String body = "{\"model\":\"m\",\"max_tokens\":1,\"thread\":{\"id\":\"t\"},\"messages\":[]}";
        Dialect anthropic = Spoken.DIALECTS.of(DialectName.ANTHROPIC);
        assertThatThrownBy(() -> anthropic.requestDecoder().decode(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.error().status()).isEqualTo(400);
                    JsonNode told = Json.answer(anthropic.errors().encode(e.error(), "req-1"));
                    assertThat(told.path("error")
                                    .path("details")
                                    .path("error_code")
                                    .asText())
                            .isEqualTo("thread_unsupported_request");
                });
    }

    private static JsonNode written(DialectName dialect, ApiError error) throws IOException {
        return Recording.JSON.readTree(Spoken.DIALECTS.of(dialect).errors().encode(error, "req-1"));
    }
}
