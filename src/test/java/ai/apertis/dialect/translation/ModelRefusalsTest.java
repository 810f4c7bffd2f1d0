package ai.apertis.dialect.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.config.Quirks;
import ai.apertis.config.RefusedSampling;
import ai.apertis.config.SamplingParameter;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.ClientRequest.Target;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a model refuses is taken out of translated requests, or refused by the client's own name for it. */
class ModelRefusalsTest {
    private static final RefusedSampling EVERYTHING =
            new RefusedSampling(EnumSet.allOf(SamplingParameter.class), Set.of());
    private static final RefusedSampling WHEN_REASONING =
            new RefusedSampling(Set.of(SamplingParameter.TOP_P), Set.of(SamplingParameter.TEMPERATURE));
    private static final String COLOURED = "\"temperature\":0.25,\"top_p\":0.75";

    @ParameterizedTest
    @CsvSource({
        "OPENAI, ANTHROPIC",
        "OPENAI, OPENAI_RESPONSES",
        "OPENAI, GEMINI",
        "OPENAI_RESPONSES, OPENAI",
        "OPENAI_RESPONSES, ANTHROPIC",
        "ANTHROPIC, OPENAI",
        "ANTHROPIC, OPENAI_RESPONSES",
        "GEMINI, OPENAI",
        "GEMINI, ANTHROPIC"
    })
    void whatOnlyColoursTheAnswerIsDroppedBetweenDialects(DialectName client, DialectName provider) {
        assertThat(sent(client, provider, COLOURED, EVERYTHING)).doesNotContain("0.25", "0.75");
        assertThat(sent(client, provider, COLOURED, RefusedSampling.NONE)).contains("0.25");
    }

    @Test
    void penaltiesAndTopKAreDroppedToo() {
        String penalties = COLOURED + ",\"presence_penalty\":0.5,\"frequency_penalty\":0.5";
        assertThat(sent(DialectName.OPENAI, DialectName.ANTHROPIC, penalties, EVERYTHING))
                .doesNotContain("penalty", "0.5");
        assertThat(sent(DialectName.ANTHROPIC, DialectName.OPENAI, "\"top_k\":40", EVERYTHING))
                .doesNotContain("top_k");
    }

    @ParameterizedTest
    @EnumSource(DialectName.class)
    void theSameDialectPassesUntouched(DialectName dialect) {
        assertThat(sent(dialect, dialect, COLOURED, EVERYTHING)).contains("0.25", "0.75");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OPENAI | OPENAI_RESPONSES | \"logprobs\":true | logprobs",
                "OPENAI_RESPONSES | OPENAI | \"top_logprobs\":2 | top_logprobs",
                "OPENAI | OPENAI_RESPONSES | \"logit_bias\":{\"50256\":-100} | logit_bias",
                "GEMINI | OPENAI | \"responseLogprobs\":true | generationConfig.responseLogprobs"
            })
    void whatTheClientWouldMissIsRefusedByItsOwnName(
            DialectName client, DialectName provider, String told, String name) {
        assertThatThrownBy(() -> sent(client, provider, told, EVERYTHING))
                .isInstanceOfSatisfying(ApiException.class, refused -> {
                    assertThat(refused.error().status()).isEqualTo(400);
                    assertThat(refused.error().param()).isEqualTo(name);
                    assertThat(refused.error().message()).contains("This model does not take '" + name + "'");
                });
    }

    @Test
    void noLogProbabilitiesAndNoBiasesAreNothingToRefuse() {
        String nothing = "\"logprobs\":false,\"logit_bias\":{}";
        assertThat(sent(DialectName.OPENAI, DialectName.OPENAI_RESPONSES, nothing, EVERYTHING))
                .contains("\"m\"");
    }

    @Test
    void someAreRefusedOnlyOfWhomReasoningIsAsked() {
        assertThat(sent(DialectName.OPENAI, DialectName.OPENAI_RESPONSES, COLOURED, WHEN_REASONING))
                .contains("0.25")
                .doesNotContain("0.75");
        assertThat(sent(
                        DialectName.OPENAI,
                        DialectName.OPENAI_RESPONSES,
                        COLOURED + ",\"reasoning_effort\":\"none\"",
                        WHEN_REASONING))
                .contains("0.25")
                .doesNotContain("0.75");
        assertThat(sent(
                        DialectName.OPENAI,
                        DialectName.OPENAI_RESPONSES,
                        COLOURED + ",\"reasoning_effort\":\"high\"",
                        WHEN_REASONING))
                .contains("high")
                .doesNotContain("0.25", "0.75");
    }

    @Test
    void aTextThatBecomesAConversationIsTranslatedToo() {
        assertThat(completion(COLOURED)).doesNotContain("0.25", "0.75").contains("messages");
        assertThatThrownBy(() -> completion("\"logit_bias\":{\"50256\":-100}"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.error().param()).isEqualTo("logit_bias"));
    }

    private static String completion(String told) {
        return sent(
                ClientRequests.completion(bytes("{\"model\":\"m\",\"prompt\":\"x\"," + told + "}")),
                DialectName.OPENAI,
                EVERYTHING);
    }

    private static String sent(DialectName client, DialectName provider, String told, RefusedSampling refused) {
        return sent(request(client, told), provider, refused);
    }

    private static String sent(ClientRequest request, DialectName provider, RefusedSampling refused) {
        Target target = new Target(provider, "m", -1, 4_096, true, Quirks.NONE, Set.of(ModelKind.CHAT), refused);
        return new String(request.bridge(target).body(), StandardCharsets.UTF_8);
    }

    private static ClientRequest request(DialectName dialect, String told) {
        String messages = ",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],";
        return switch (dialect) {
            case OPENAI -> ClientRequests.chat(bytes("{\"model\":\"m\"" + messages + told + "}"));
            case OPENAI_RESPONSES -> ClientRequests.responses(bytes("{\"model\":\"m\",\"input\":\"x\"," + told + "}"));
            case ANTHROPIC ->
                ClientRequests.messages(bytes("{\"model\":\"m\",\"max_tokens\":9" + messages + told + "}"));
            case GEMINI ->
                ClientRequests.gemini(
                        bytes("{\"contents\":[{\"parts\":[{\"text\":\"x\"}]}],\"generationConfig\":{"
                                + told.replace("top_p", "topP") + "}}"),
                        "m",
                        false);
        };
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
