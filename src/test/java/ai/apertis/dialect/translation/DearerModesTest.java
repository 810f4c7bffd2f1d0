package ai.apertis.dialect.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.ClientRequest.Target;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What providers ask more for and the catalogue has no price for is not had; what costs no more passes. */
class DearerModesTest {
    @ParameterizedTest
    @CsvSource({
        "OPENAI, service_tier, priority",
        "OPENAI, service_tier, fast",
        "OPENAI_RESPONSES, service_tier, of_tomorrow",
        "ANTHROPIC, speed, fast",
        "ANTHROPIC, inference_geo, us",
        "GEMINI, serviceTier, PRIORITY",
        "GEMINI, service_tier, priority"
    })
    void areRefusedWhereAProviderWouldBeTold(DialectName dialect, String name, String value) {
        assertThatThrownBy(() -> request(dialect, name, value).bridge(target(dialect)))
                .isInstanceOfSatisfying(ApiException.class, refused -> {
                    assertThat(refused.error().status()).isEqualTo(400);
                    assertThat(refused.error().param()).isEqualTo(name);
                });
    }

    @ParameterizedTest
    @CsvSource({"OPENAI, OPENAI_RESPONSES", "OPENAI_RESPONSES, OPENAI"})
    void areRefusedBetweenTheTwoDialectsOfOpenAi(DialectName client, DialectName provider) {
        assertThatThrownBy(() -> request(client, "service_tier", "priority").bridge(target(provider)))
                .isInstanceOf(ApiException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI, service_tier, flex",
        "OPENAI, service_tier, on_demand",
        "OPENAI, speed, fast",
        "OPENAI_RESPONSES, service_tier, default",
        "ANTHROPIC, service_tier, standard_only",
        "ANTHROPIC, inference_geo, global",
        "GEMINI, serviceTier, standard"
    })
    void letPassWhatCostsNoMore(DialectName dialect, String name, String value) {
        assertThat(new String(
                        request(dialect, name, value).bridge(target(dialect)).body(), StandardCharsets.UTF_8))
                .contains(name, value);
    }

    @Test
    void areDroppedAsEverWhereNobodyWouldUnderstandThem() {
        assertThat(new String(
                        request(DialectName.OPENAI, "service_tier", "priority")
                                .bridge(target(DialectName.ANTHROPIC))
                                .body(),
                        StandardCharsets.UTF_8))
                .doesNotContain("priority");
    }

    private static ClientRequest request(DialectName dialect, String name, String value) {
        String member = ",\"" + name + "\":\"" + value + "\"}";
        return switch (dialect) {
            case OPENAI ->
                ClientRequests.chat(
                        bytes("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]" + member));
            case OPENAI_RESPONSES -> ClientRequests.responses(bytes("{\"model\":\"m\",\"input\":\"x\"" + member));
            case ANTHROPIC ->
                ClientRequests.messages(
                        bytes("{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]"
                                + member));
            case GEMINI ->
                ClientRequests.gemini(bytes("{\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]" + member), "m", false);
        };
    }

    private static Target target(DialectName dialect) {
        return new Target(dialect, "m", -1, 4_096, true, Quirks.NONE);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
