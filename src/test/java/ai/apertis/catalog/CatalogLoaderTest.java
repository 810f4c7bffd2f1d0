package ai.apertis.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.Config;
import ai.apertis.config.ConfigException;
import ai.apertis.config.ConfigLoader;
import ai.apertis.money.Prices;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogLoaderTest {
    private static final URI SIMULATOR = URI.create("http://127.0.0.1:4711/v1");

    private static final String TWO_PROVIDERS = """
        providers:
          - {name: on, dialect: openai, base_url: "http://127.0.0.1:1/v1", keys: ["${ON_KEY}", second]}
          - {name: off, dialect: anthropic, base_url: "http://127.0.0.1:2", keys: ["${OFF_KEY}"]}
          - {name: sim, dialect: openai, base_url: builtin, keys: [sim]}
        models:
          - id: m
            price: PRICE
            multipliers: {lite: 0, pro: 2.125}
            endpoints:
              - {provider: off, model: there}
              - {provider: on, model: here, price: {input: 3, output: 4}}
              - {provider: sim}
        """;

    @TempDir
    Path directory;

    @Test
    void aProviderWithoutAKeyServesNothingAndIsNamed() throws Exception {
        Catalog catalog = load("{input: 1, output: 2}", Map.of("ON_KEY", "first"));

        assertThat(catalog.offProviders()).containsExactly("off");
        assertThat(catalog.providers()).extracting(Provider::name).containsExactly("on", "sim");
        assertThat(catalog.providers().getFirst().keys()).containsExactly("first", "second");
        List<Endpoint> endpoints = catalog.models().getFirst().endpoints();
        assertThat(endpoints).extracting(Endpoint::upstreamModel).containsExactly("here", "m");
        assertThat(endpoints.getFirst().prices()).isEqualTo(Prices.ofTokens(3_000_000, 4_000_000));
        assertThat(endpoints.getLast().prices()).isEqualTo(Prices.ofTokens(1_000_000, 2_000_000));
        String ofModel = catalog.models().getFirst().priceVersion();
        assertThat(endpoints.getFirst().priceVersion()).as("its own prices").isNotEqualTo(ofModel);
        assertThat(endpoints.getLast().priceVersion()).isEqualTo(ofModel);
        assertThat(endpoints.getLast().provider().baseUrl()).isEqualTo(SIMULATOR);
    }

    @Test
    void pricesBecomePicoUsdExactly() throws Exception {
        Prices prices = prices("{input: 0.000001, output: 1000000, cache_read: 0.003625, cache_write: 6.25,"
                + " audio_input: 40, audio_output: 80.5, per_request: 0.005, per_image: 0.04, per_second: 0.000000001,"
                + " tiers: [{above: 200000, input: 2.5, output: 15}]}");

        assertThat(prices)
                .isEqualTo(new Prices(
                        1,
                        3_625,
                        6_250_000,
                        1_000_000_000_000L,
                        40_000_000,
                        80_500_000,
                        5_000_000,
                        40_000_000,
                        1,
                        List.of(new Prices.Tier(
                                200_000,
                                new Prices(
                                        2_500_000,
                                        2_500_000,
                                        2_500_000,
                                        15_000_000,
                                        2_500_000,
                                        15_000_000,
                                        5_000_000,
                                        40_000_000,
                                        1,
                                        List.of())))));
    }

    @Test
    void cachedTokensCostWhatInputCostsUnlessSaid() throws Exception {
        assertThat(prices("{input: 1.75, output: 14.00}")).isEqualTo(Prices.ofTokens(1_750_000, 14_000_000));
    }

    @Test
    void thePriceVersionFollowsThePrices() throws Exception {
        String version = version("{input: 1, output: 2}");

        assertThat(version).matches("[0-9a-f]{12}");
        assertThat(version("{output: 2.00, input: 1.000}")).isEqualTo(version);
        assertThat(version("{input: 1, output: 2.000001}")).isNotEqualTo(version);
    }

    @Test
    void multipliersAreKeptInThousandthsAndTiersFollowThePrice() throws Exception {
        Model priced = load("{input: 1}", Map.of()).models().getFirst();

        assertThat(priced.multipliers()).containsOnly(Map.entry("lite", 0L), Map.entry("pro", 2_125L));
        assertThat(priced.tier()).isEqualTo(Tier.LITE);
        assertThat(load("{input: 0, output: 0}", Map.of()).models().getFirst().tier())
                .isEqualTo(Tier.FREE);
    }

    @Test
    void plansAreReadExactly() throws Exception {
        assertThat(load("{input: 1}", Map.of()).plan("pro"))
                .contains(new Plan("pro", Tier.PRO, 25_000_000_000L, 1_000, 1_500));
    }

    @Test
    void keysAreInNoToString() throws Exception {
        Catalog catalog = load("{input: 1}", Map.of("ON_KEY", "canary"));

        assertThat(catalog.providers().toString() + catalog.models()).doesNotContain("canary");
    }

    private Prices prices(String price) throws IOException, ConfigException {
        return load(price, Map.of()).models().getFirst().prices();
    }

    private String version(String price) throws IOException, ConfigException {
        return load(price, Map.of()).models().getFirst().priceVersion();
    }

    private Catalog load(String price, Map<String, String> environment) throws IOException, ConfigException {
        Path conf = Files.createDirectories(directory.resolve("conf"));
        Files.writeString(conf.resolve("apertis.yaml"), TWO_PROVIDERS.replace("PRICE", price));
        Config config = new ConfigLoader(environment, directory).load();
        return new CatalogLoader(SIMULATOR).load(config);
    }
}
