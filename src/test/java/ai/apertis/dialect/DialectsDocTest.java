package ai.apertis.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keeps the lists of docs/dialects.md those of the code. */
final class DialectsDocTest {
    @ParameterizedTest
    @EnumSource(DialectName.class)
    void theParametersDroppedAreThoseOfTheCode(DialectName target) throws IOException {
        Set<String> dropped = Portability.DROPPED.getOrDefault(target, Set.of()).stream()
                .map(parameter -> parameter.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed("### To providers of `" + target.configName() + "`", "(?m)^\\| `([a-z_]+)` \\|"))
                .isEqualTo(dropped);
    }

    @ParameterizedTest
    @EnumSource(DialectName.class)
    void theFieldsDroppedAreThoseOfTheCode(DialectName client) throws IOException {
        assertThat(listed("### From clients of `" + client.configName() + "`", "(?m)^- `([^`]+)`$"))
                .isEqualTo(new TreeSet<>(Portability.DROPPED_FIELDS.getOrDefault(client, Set.of())));
    }

    @Test
    void theParametersThatModelsRefuseAreThoseOfTheCode() throws IOException {
        Set<String> dropped = Portability.DROPPED_BY_MODELS.stream()
                .map(parameter -> parameter.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed("### At models that refuse them", "(?m)^\\| `([a-z_]+)` \\|"))
                .isEqualTo(dropped);
    }

    private static Set<String> listed(String heading, String entry) throws IOException {
        String doc = Files.readString(Path.of("docs/dialects.md"));
        int from = doc.indexOf(heading);
        assertThat(from).as(heading).isPositive();
        int to = doc.indexOf("\n##", from + heading.length());
        return Pattern.compile(entry)
                .matcher(doc.substring(from, to))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
