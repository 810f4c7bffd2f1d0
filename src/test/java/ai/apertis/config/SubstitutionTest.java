package ai.apertis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstitutionTest {
    private final List<String> problems = new ArrayList<>();
    private final List<String> unset = new ArrayList<>();
    private final Substitution substitution =
            new Substitution(Map.of("HOST", "example.com", "EMPTY", "", "MONEY", "$1\\"));

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "plain, plain",
                "${HOST}, example.com",
                "https://${HOST}:${PORT:443}/v1, https://example.com:443/v1",
                "${HOST:other}, example.com",
                "${ABSENT:a:b}, a:b",
                "${ABSENT:}, ``",
                "${EMPTY:used}, used",
                "${MONEY}, $1\\",
                "$${HOST}, ${HOST}",
                "costs $5, costs $5",
            })
    void replacesReferences(String written, String text) {
        assertThat(substitution.apply(written, problems::add, unset::add)).isEqualTo(text);
        assertThat(problems).isEmpty();
        assertThat(unset).isEmpty();
    }

    @Test
    void tellsAVariableThatIsNotSet() {
        assertThat(substitution.apply("a${ABSENT}b", problems::add, unset::add)).isEqualTo("ab");
        assertThat(substitution.apply("${EMPTY}", problems::add, unset::add)).isEmpty();
        assertThat(unset)
                .containsExactly("environment variable ABSENT is not set", "environment variable EMPTY is not set");
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"${HOST", "a${}b", "${A-B}"})
    void tellsABadlyWrittenReference(String written) {
        substitution.apply(written, problems::add, unset::add);

        assertThat(problems).hasSize(1);
    }
}
