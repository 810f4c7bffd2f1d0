package ai.apertis.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.apertis.config.Config;
import ai.apertis.config.ConfigException;
import ai.apertis.config.ConfigLoader;
import ai.apertis.config.RefusedSampling;
import ai.apertis.config.SamplingParameter;
import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShippedCatalogTest {
    private static final Path HERE = Path.of("");

    @Test
    void withoutAnyVariableOnlyTheSimulatorIsOn() throws Exception {
        Catalog catalog = load(Map.of());

        assertThat(catalog.providers()).extracting(Provider::name).containsExactly("sim");
        assertThat(catalog.offProviders()).contains("openai", "anthropic", "gemini", "openrouter", "ollama");
        assertThat(catalog.resolve("gpt-5.2"))
                .hasValueSatisfying(
                        found -> assertThat(found.model().endpoints()).isEmpty());
        assertThat(catalog.models())
                .filteredOn(model -> !model.endpoints().isEmpty())
                .allMatch(model -> model.id().startsWith("sim/") && !model.isFree());
    }

    @Test
    void withEveryKeyEveryProviderIsOnAndEveryModelServed() throws Exception {
        Map<String, String> keys = new HashMap<>();
        Matcher names =
                Pattern.compile("\\$\\{([A-Z]+_API_KEY):\\}").matcher(Files.readString(Path.of("conf/apertis.yaml")));
        while (names.find()) {
            keys.put(names.group(1), "key-of-" + names.group(1));
        }

        Catalog catalog = load(keys);

        assertThat(keys)
                .containsKeys(
                        "OPENAI_API_KEY",
                        "ANTHROPIC_API_KEY",
                        "GEMINI_API_KEY",
                        "OPENROUTER_API_KEY",
                        "NVIDIA_API_KEY",
                        "ZAI_API_KEY");
        assertThat(catalog.offProviders()).isEmpty();
        assertThat(catalog.models()).noneMatch(model -> model.endpoints().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sim/echo",
                "sim/brief",
                "sim/tools",
                "sim/slow",
                "sim/flaky-429",
                "sim/flaky-500",
                "sim/flaky-reset",
                "sim/flaky-hang",
                "glm-5-turbo",
                "z-ai/glm-5-turbo",
                "nemotron-3-super-120b-a12b:free",
                "healer-alpha",
                "hunter-alpha",
                "qwen3.5-9b",
                "seed-2.0-lite",
                "gpt-5.5",
                "gpt-5.4",
                "gpt-5.2",
                "openai/gpt-5.2",
                "claude-opus-4-7",
                "claude-sonnet-4-6",
                "anthropic/claude-sonnet-4.6",
                "claude-haiku-4-5",
                "gemini-3.1-pro-preview",
                "gemini-2.5-flash",
                "deepseek-v4-pro",
                "mistral-large-2512",
                "grok-4.3",
                "x-ai/grok-4.3"
            })
    void servesTheAnnouncedAndTheMainModels(String name) throws Exception {
        assertThat(load(Map.of()).resolve(name)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "glm-5-turbo, 0.96, 3.20, 202752",
        "nemotron-3-super-120b-a12b:free, 0, 0, 262144",
        "qwen3.5-9b, 0.10, 0.15, 262144",
        "seed-2.0-lite, 0.20, 1.60, 262144",
        "hunter-alpha, 0, 0, 1048576",
        "gpt-5.2, 1.00, 8.00, 400000",
        "claude-sonnet-4-6, 2.40, 12.00, 1000000",
        "gemini-2.5-pro, 0.3125, 2.50, 1048576",
        "gpt-5.5, 5, 30, 272000",
    })
    void facts(String id, BigDecimal input, BigDecimal output, long contextLength) throws Exception {
        Model model = load(Map.of()).resolve(id).orElseThrow().model();

        assertThat(model.prices().inputPico()).isEqualTo(pico(input));
        assertThat(model.prices().outputPico()).isEqualTo(pico(output));
        assertThat(model.contextLength()).isEqualTo(contextLength);
    }

    @Test
    void everyPriceIsTheOneThatTheServiceLists() throws Exception {
        Path shared = Path.of(
                System.getProperty("APERTIS_SHARED", System.getenv().getOrDefault("APERTIS_SHARED", "../shared")));
        Path list = shared.resolve("data/catalog-prices.tsv");
        assumeTrue(Files.exists(list), "no price list at " + list);
        Catalog catalog = load(Map.of());
        int compared = 0;

        for (String line : Files.readAllLines(list)) {
            String[] cells = line.split("\t", -1);
            Model model = catalog.models().stream()
                    .filter(candidate -> candidate.id().equals(cells[0]))
                    .findFirst()
                    .orElse(null);
            if (model != null) {
                assertThat(model.prices().inputPico()).as(model.id()).isEqualTo(listed(cells[6]));
                assertThat(model.prices().outputPico()).as(model.id()).isEqualTo(listed(cells[7]));
                assertThat(model.contextLength()).as(model.id()).isEqualTo(Long.parseLong(cells[4]));
                compared++;
            }
        }

        assertThat(compared).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-5.5, 272000, 10, 45, 1",
        "gpt-5.4, 272000, 4, 18, 0.50",
        "gpt-5.4-pro, 272000, 48, 216, 48",
        "gemini-3.1-pro-preview, 200000, 4, 18, 0.40",
        "gemini-2.5-pro, 200000, 0.625, 3.75, 0.25",
        "claude-sonnet-4-5, 200000, 6, 22.50, 0.60",
        "claude-sonnet-4, 200000, 6, 22.50, 0.60",
    })
    void longPromptsCostMore(String id, long above, BigDecimal input, BigDecimal output, BigDecimal cacheRead)
            throws Exception {
        Prices prices = load(Map.of()).resolve(id).orElseThrow().model().prices();
        Usage just = Usage.ofTokens(above, 1_000);
        Usage more = Usage.ofTokens(above + 1, 1_000);

        assertThat(prices.tiers()).singleElement().satisfies(tier -> {
            assertThat(tier.abovePromptTokens()).isEqualTo(above);
            assertThat(tier.prices().inputPico()).isEqualTo(pico(input));
            assertThat(tier.prices().outputPico()).isEqualTo(pico(output));
            assertThat(tier.prices().cacheReadPico()).isEqualTo(pico(cacheRead));
        });
        assertThat(prices.cost(just) * 2).isGreaterThan(prices.cost(more));
        assertThat(prices.cost(more)).isGreaterThan(prices.cost(just) * 19 / 10);
    }

    @ParameterizedTest
    @CsvSource({
        "claude-opus-4-7, TEMPERATURE, true, true",
        "claude-opus-4-7, TOP_K, true, true",
        "claude-opus-4-6, TEMPERATURE, false, false",
        "gpt-5, TEMPERATURE, true, true",
        "o3, LOGPROBS, true, true",
        "gpt-5.5, TEMPERATURE, true, true",
        "gpt-5.5, LOGPROBS, false, true",
        "gpt-5.4, TOP_P, false, true",
        "gpt-5.1, TEMPERATURE, false, true",
        "gpt-4.1, TEMPERATURE, false, false",
    })
    void modelsSayWhatTheyRefuse(String id, SamplingParameter parameter, boolean always, boolean reasoning)
            throws Exception {
        RefusedSampling refuses =
                load(Map.of()).resolve(id).orElseThrow().model().refuses();

        assertThat(refuses.of(false).contains(parameter)).isEqualTo(always);
        assertThat(refuses.of(true).contains(parameter)).isEqualTo(reasoning);
    }

    @Test
    void idsAreLowerCaseAndOutputFitsTheContext() throws Exception {
        List<Model> models = load(Map.of()).models();

        assertThat(models).extracting(Model::id).allMatch(id -> id.equals(id.toLowerCase(Locale.ROOT)));
        assertThat(models).allMatch(model -> model.maxOutput() <= model.contextLength());
    }

    @Test
    void modelsWhosePromptsAreLoggedSaySo() throws Exception {
        Catalog catalog = load(Map.of());

        for (String id : List.of("healer-alpha", "hunter-alpha")) {
            assertThat(catalog.resolve(id).orElseThrow().model().dataPolicy())
                    .isEqualTo("Prompts and completions are logged by the provider.");
        }
    }

    /** Models that write nothing have no price of output. */
    private static long listed(String cell) {
        return cell.isEmpty() ? 0 : pico(new BigDecimal(cell));
    }

    private static long pico(BigDecimal usdPerMillion) {
        return usdPerMillion.movePointRight(6).longValueExact();
    }

    private static Catalog load(Map<String, String> environment) throws IOException, ConfigException {
        Config config = new ConfigLoader(environment, HERE).load();
        return new CatalogLoader(URI.create("http://127.0.0.1:4711/v1")).load(config);
    }
}
