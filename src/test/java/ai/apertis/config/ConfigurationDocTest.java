package ai.apertis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeps docs/configuration.md whole. */
class ConfigurationDocTest {
    private static final Path DOC = Path.of("docs/configuration.md");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            classes = {
                ReloadConfig.class,
                ServerConfig.class,
                LimitsConfig.class,
                TimeoutsConfig.class,
                RoutingConfig.class,
                BillingConfig.class,
                ResponsesConfig.class,
                CacheConfig.class,
                SearchConfig.class,
                SmtpConfig.class,
                WebhooksConfig.class,
                PaymentsConfig.class,
                StripeConfig.class,
                ConsoleConfig.class,
                OidcConfig.class,
                PlanConfig.class,
                ProviderConfig.class,
                Quirks.class,
                ModelConfig.class,
                EndpointConfig.class,
                PriceConfig.class
            })
    void everyKeyOfTheRecordsIsDocumented(Class<?> section) throws IOException {
        String doc = Files.readString(DOC);

        assertThat(components(section))
                .isNotEmpty()
                .allSatisfy(component -> assertThat(doc).contains("`" + key(component) + "`"));
    }

    @Test
    void everyVariableIsDocumented() throws IOException {
        String doc = Files.readString(DOC);
        List<String> variables;
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/ai/apertis/config"))) {
            variables = sources.map(ConfigurationDocTest::read)
                    .flatMap(source -> Pattern.compile("\"(APERTIS_[A-Z_]+)\"")
                            .matcher(source)
                            .results())
                    .map(match -> match.group(1))
                    .distinct()
                    .toList();
        }

        assertThat(variables)
                .hasSizeGreaterThan(8)
                .allSatisfy(name -> assertThat(doc).contains("| `" + name + "` |"));
    }

    @Test
    void documentedDefaultsAreTheRealOnes() throws Exception {
        String doc = Files.readString(DOC);
        Path conf = Files.createDirectories(directory.resolve("conf"));
        Files.writeString(conf.resolve("apertis.yaml"), "providers: []\nmodels: []\n");
        Config config = new ConfigLoader(Map.of(), directory).load();

        for (Record section : List.of(
                config.reload(),
                config.server(),
                config.limits(),
                config.timeouts(),
                config.routing(),
                config.billing(),
                config.responses(),
                config.cache(),
                config.console())) {
            for (RecordComponent component : components(section.getClass())) {
                Object value = component.getAccessor().invoke(section);
                if (value instanceof Number number) {
                    boolean ofTheHeap =
                            number.longValue() == Runtime.getRuntime().maxMemory() / 8;
                    String told = ofTheHeap ? "an eighth of the heap" : value.toString();
                    assertThat(doc).containsPattern("\\| `" + key(component) + "` \\|[^|]*\\| " + told + " \\|");
                }
            }
        }
    }

    @Test
    void theExampleIsAcceptedAsItStands() throws Exception {
        String doc = Files.readString(DOC);
        String yaml = doc.substring(doc.indexOf("```yaml\n") + 8, doc.indexOf("```\n", doc.indexOf("```yaml\n")));
        Path conf = Files.createDirectories(directory.resolve("conf"));
        Files.writeString(conf.resolve("apertis.yaml"), yaml);

        assertThat(new ConfigLoader(Map.of(), directory).load().models())
                .extracting(ModelConfig::id)
                .containsExactly("gpt-5.2");
    }

    private static List<RecordComponent> components(Class<?> section) {
        return Arrays.asList(section.getRecordComponents());
    }

    private static String key(RecordComponent component) {
        return component
                .getName()
                .replace("Millis", "Ms")
                .replaceAll("([A-Z])", "_$1")
                .toLowerCase(Locale.ROOT);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
