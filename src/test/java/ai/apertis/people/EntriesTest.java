package ai.apertis.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people may enter. */
class EntriesTest {
    @Test
    void isNormalised() {
        assertThat(Entries.email("  Ann.B+c@Example.COM ")).isEqualTo("ann.b+c@example.com");
        assertThat(Entries.userName(" Ann-1_x ")).isEqualTo("ann-1_x");
        assertThat(Entries.password("  spaces stay  ", "a@b.cd", "ann")).isEqualTo("  spaces stay  ");
        assertThat(Entries.password("é".repeat(128), "a@b.cd", "ann")).hasSize(128);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ann", "@b.cd", "a@b", "a b@c.de", "a@b..cd", "a@b@c.de", "a\u0000@b.cd", "<a>@b.cd"})
    void isNoAddress(String entered) {
        assertThatExceptionOfType(Refusal.Invalid.class)
                .isThrownBy(() -> Entries.email(entered))
                .matches(refusal -> refusal.field().equals("email"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "a.b", "änn", "a@b", "abcdefghijklmnopqrstuvwxyz0123456"})
    void isNoUserName(String entered) {
        assertThatExceptionOfType(Refusal.Invalid.class)
                .isThrownBy(() -> Entries.userName(entered))
                .matches(refusal -> refusal.field().equals("name"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1234567", "Password123", "ann@example.com", "annthefirst"})
    void isNoPassword(String entered) {
        assertThatExceptionOfType(Refusal.Invalid.class)
                .isThrownBy(() -> Entries.password(entered, "ann@example.com", "annthefirst"))
                .matches(refusal -> refusal.field().equals("password"));
    }
}
