package ai.apertis.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyHashTest {
    private static final byte[] OLD = new byte[32];
    private static final byte[] NEW =
            "a new pepper of 32 bytes, really".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    @Test
    void madeKeysAreWellFormedAndNeverRepeat() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            String key = KeyHash.generate(i % 2 == 0 ? KeyHash.STANDARD : KeyHash.SUBSCRIPTION);
            assertThat(key).matches("sk-(sub-)?[A-Za-z0-9]{48}");
            assertThat(KeyHash.checks(key)).isTrue();
            assertThat(seen.add(key)).isTrue();
        }
    }

    @Test
    void everyChangedCharacterIsNoticed() {
        String key = KeyHash.generate(KeyHash.STANDARD);
        for (int i = KeyHash.STANDARD.length(); i < key.length(); i++) {
            char other = key.charAt(i) == 'a' ? 'b' : 'a';
            assertThat(KeyHash.checks(key.substring(0, i) + other + key.substring(i + 1)))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sk-",
                "sk-sub-",
                "pk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ",
                "sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
                "sk-äääääääääääääääääääääääääääääääääääääääää"
            })
    void whatIsNoKeyIsNotWellFormed(String text) {
        assertThat(KeyHash.wellFormed(text)).isFalse();
        assertThat(KeyHash.checks(text)).isFalse();
    }

    @Test
    void keysMadeElsewhereAreWellFormedWithoutOurChecksum() {
        String foreign = "sk-" + "x".repeat(32);
        assertThat(KeyHash.wellFormed(foreign)).isTrue();
        assertThat(KeyHash.checks(foreign)).isFalse();
        assertThat(KeyHash.wellFormed("sk-sub_" + "x".repeat(32))).isTrue();
    }

    @Test
    void afterRotationOldKeysAreStillFoundAndNewOnesAreHashedAnew() {
        String key = KeyHash.generate(KeyHash.STANDARD);
        byte[] before = new KeyHash(Map.of(1, OLD)).current(key);
        KeyHash rotated = new KeyHash(Map.of(1, OLD, 2, NEW));
        assertThat(rotated.currentId()).isEqualTo(2);
        assertThat(rotated.all(key)).hasSize(2).contains(before);
        assertThat(rotated.current(key)).isNotEqualTo(before);
    }

    @Test
    void aShortPepperIsRefused() {
        assertThatThrownBy(() -> new KeyHash(Map.of(1, new byte[8]))).isInstanceOf(IllegalArgumentException.class);
    }
}
