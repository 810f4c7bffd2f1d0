package ai.apertis.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ClientRequest.Target;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiChatRequestTest {
    private static final Target TARGET = target("up/\"model\"", -1, "max_completion_tokens");

    @Test
    void changesNothingButTheModelsName() {
        String body = "{ \"temperature\" : 0.5,\n"
                + " \"model\" : \"m\", \"new_thing\":{\"a\":[1,2,{}]},"
                + " \"messages\":[{\"role\":\"user\",\"content\":\"hi \\u00e9 é\"}] }";
        assertThat(sent(body, TARGET)).isEqualTo(body.replace("\"m\"", "\"up/\\\"model\\\"\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"stream\":true' | '\"stream_options\":{\"include_usage\":true},\"stream\":true'",
                "'\"stream\":true,\"stream_options\":null' |"
                        + " '\"stream\":true,\"stream_options\":{\"include_usage\":true}'",
                "'\"stream\":true,\"stream_options\":{}' |"
                        + " '\"stream\":true,\"stream_options\":{\"include_usage\":true}'",
                "'\"stream\":true,\"stream_options\":{\"include_usage\":false}' |"
                        + " '\"stream\":true,\"stream_options\":{\"include_usage\":true}'",
                "'\"stream\":true,\"stream_options\":{\"x\":1}' |"
                        + " '\"stream\":true,\"stream_options\":{\"include_usage\":true,\"x\":1}'",
                "'\"stream\":true,\"stream_options\":{\"include_usage\":true}' |"
                        + " '\"stream\":true,\"stream_options\":{\"include_usage\":true}'",
                "'\"stream\":false' | '\"stream\":false'",
            })
    void asksForTheUsageOfAStream(String given, String expected) {
        String messages = ",\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
        assertThat(sent("{" + given + messages, target("m", -1, "max_tokens"))).isEqualTo("{" + expected + messages);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'{\"fallback_models\":[\"a\"],\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}'",
                "'{\"model\":\"m\",\"fallback_models\":[\"a\"],\"fallback_enabled\":true,\"messages\":[{\"role\":\"user\"}]}'",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"fallback_enabled\":true,\"fallback_timeout\":6000}'",
            })
    void keepsTheGatewaysOwnMembersFromTheProvider(String body) throws IOException {
        assertThat(new ObjectMapper().readTree(sent(body, target("m", -1, "max_tokens"))))
                .isEqualTo(new ObjectMapper().readTree("{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}"));
    }

    @Test
    void capsTheOutputUnderTheNameThatTheClientUsed() {
        String messages = "\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}";
        Target capped = target("m", 2_000, "max_completion_tokens");
        assertThat(sent("{\"max_tokens\":9000," + messages, capped)).isEqualTo("{\"max_tokens\":2000," + messages);
        assertThat(sent("{" + messages, capped)).isEqualTo("{\"max_completion_tokens\":2000," + messages);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'[]' | null | invalid_request",
                "'{' | null | invalid_request",
                "'{\"model\":\"m\",\"model\":\"n\",\"messages\":[{\"role\":\"user\"}]}' | null | invalid_request",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]} x' | null | invalid_request",
                "'{\"messages\":[{\"role\":\"user\"}]}' | model | missing_parameter",
                "'{\"model\":\"\",\"messages\":[{\"role\":\"user\"}]}' | model | missing_parameter",
                "'{\"model\":7,\"messages\":[{\"role\":\"user\"}]}' | model | invalid_parameter",
                "'{\"model\":\"m\"}' | messages | missing_parameter",
                "'{\"model\":\"m\",\"messages\":{}}' | messages | invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[]}' | messages | invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[7]}' | messages[0] | invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"},{\"content\":\"x\"}]}' | messages[1].role |"
                        + " missing_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":7}]}' | messages[0].content |"
                        + " invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"temperature\":2.1}' | temperature |"
                        + " invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"temperature\":\"hot\"}' | temperature |"
                        + " invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"temperature\":1e999999}' | temperature |"
                        + " invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"max_tokens\":0}' | max_tokens |"
                        + " invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"max_tokens\":1.5}' | max_tokens |"
                        + " invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"max_tokens\":99999999999999999999}' |"
                        + " max_tokens | invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"n\":0}' | n | invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"stream\":\"yes\"}' | stream |"
                        + " invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"stream_options\":[]}' | stream_options |"
                        + " invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"stop\":{}}' | stop | invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"tools\":{}}' | tools | invalid_parameter",
                "'{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"fallback_timeout\":1}' | fallback_timeout |"
                        + " invalid_parameter",
            },
            nullValues = "null")
    void refusesBadInputNamingTheParameter(String body, String param, String code) {
        assertThatThrownBy(() -> OpenAiChatRequest.read(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(ApiException.class, refused -> {
                    assertThat(refused.error().status()).isEqualTo(400);
                    assertThat(refused.error().param()).isEqualTo(param);
                    assertThat(refused.error().code()).isEqualTo(code);
                });
    }

    @Test
    void refusesAHundredThousandBrackets() {
        String bomb = "{\"model\":\"m\",\"messages\":" + "[".repeat(100_000);
        assertThatThrownBy(() -> OpenAiChatRequest.read(bomb.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void doesNotMeasureAnImageAsText() {
        String image = "x".repeat(1_000_000);
        OpenAiChatRequest request = OpenAiChatRequest.read(
                ("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
                                + image + "\"}},{\"type\":\"text\",\"text\":\"what?\"}]}]}")
                        .getBytes(StandardCharsets.UTF_8));
        assertThat(request.input().attachments()).isEqualTo(1);
        assertThat(request.input().attachmentBytes()).isBetween(1_000_000L, 1_000_100L);
        assertThat(request.input().textBytes()).isLessThan(300);
    }

    private static String sent(String body, Target target) {
        return new String(
                OpenAiChatRequest.read(body.getBytes(StandardCharsets.UTF_8))
                        .bridge(target)
                        .body(),
                StandardCharsets.UTF_8);
    }

    private static Target target(String model, long cap, String maxTokensName) {
        return new Target(
                DialectName.OPENAI,
                model,
                cap,
                8_192,
                true,
                new Quirks(
                        Set.of(),
                        maxTokensName,
                        "system",
                        "reasoning_content",
                        "required",
                        Quirks.StreamUsage.ASKED,
                        Quirks.Effort.REASONING_EFFORT,
                        false,
                        false,
                        false,
                        Quirks.Prefill.NONE));
    }
}
