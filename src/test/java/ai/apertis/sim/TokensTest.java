package ai.apertis.sim;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
    @Test
    void aTokenIsAWordWithTheSpaceBeforeIt() {
        assertThat(Tokens.split("one  two\nthree ", 10)).containsExactly("one", "  two", "\nthree", " ");
        assertThat(Tokens.split("", 10)).isEmpty();
    }

    @Test
    void longWordsAreCutAndCharactersAreNot() {
        assertThat(Tokens.split("x".repeat(40), 10)).containsExactly("x".repeat(16), "x".repeat(16), "x".repeat(8));
        assertThat(Tokens.split("x".repeat(15) + "😀y", 10)).containsExactly("x".repeat(15) + "😀", "y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b c", "  lead", "trail  ", "Ünï cödé 漢字漢字漢字漢字漢字漢字漢字漢字漢字", "a😀b"})
    void countingAgreesWithCuttingAndNothingIsLost(String text) {
        assertThat(Tokens.count(text)).isEqualTo(Tokens.split(text, 1_000).size());
        assertThat(String.join("", Tokens.split(text, 1_000))).isEqualTo(text);
    }

    @Test
    void cutsNoMoreThanAskedFor() {
        assertThat(Tokens.split("a b c d", 2)).containsExactly("a", " b");
    }
}
