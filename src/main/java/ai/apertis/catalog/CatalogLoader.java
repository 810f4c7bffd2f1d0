package ai.apertis.catalog;

import ai.apertis.config.Config;
import ai.apertis.config.EndpointConfig;
import ai.apertis.config.ModelConfig;
import ai.apertis.config.PlanConfig;
import ai.apertis.config.PriceConfig;
import ai.apertis.config.ProviderConfig;
import ai.apertis.config.RefusedSampling;
import ai.apertis.config.Secret;
import ai.apertis.digest.Sha256;
import ai.apertis.money.MediaPrices;
import ai.apertis.money.NanoUsd;
import ai.apertis.money.Prices;
import java.math.BigDecimal;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes a catalogue out of a configuration, which has been checked and therefore cannot fail here. */
public final class CatalogLoader {
    /** A dollar per million tokens is a million pico-USD per token. */
    private static final int PICO_DECIMALS = 6;

    private static final int THOUSANDTHS_DECIMALS = 3;
    private static final int VERSION_HEX_DIGITS = 12;

    private final URI simulator;
    private int editions;

    /**
     * A loader.
     *
     * @param simulator where the built-in simulated provider listens, for providers whose {@code base_url} is
     *     {@code builtin}
     */
    public CatalogLoader(URI simulator) {
        this.simulator = simulator;
    }

    /**
     * A snapshot of what the configuration says. Providers without a key are left out of every model's endpoints.
     *
     * @param config a checked configuration
     * @return the catalogue
     */
    public Catalog load(Config config) {
        return load(config, List.of());
    }

    /**
     * A snapshot that takes the place of another one. For one thread.
     *
     * @param config a checked configuration
     * @param before what holds now; its providers are kept as they are where nothing of them has changed
     * @return the catalogue and the settings that go with it
     */
    public Snapshot load(Config config, Snapshot before) {
        return snapshot(config, load(config, before.catalog().providers()));
    }

    /**
     * The first snapshot of a process.
     *
     * @param config a checked configuration
     * @return the catalogue and the settings that go with it
     */
    public Snapshot first(Config config) {
        return snapshot(config, load(config));
    }

    private static Snapshot snapshot(Config config, Catalog catalog) {
        return new Snapshot(config.version(), catalog, config.limits(), config.timeouts(), config.routing());
    }

    private Catalog load(Config config, List<Provider> before) {
        editions++;
        Map<String, Provider> live = new LinkedHashMap<>();
        for (ProviderConfig provider : config.providers()) {
            if (!provider.keys().isEmpty()) {
                live.put(provider.name(), asBefore(provider(provider), before));
            }
        }
        List<String> off = config.providers().stream()
                .map(ProviderConfig::name)
                .filter(name -> !live.containsKey(name))
                .toList();
        return new Catalog(
                config.models().stream().map(model -> model(model, live)).toList(),
                List.copyOf(live.values()),
                off,
                config.plans().stream().map(CatalogLoader::plan).toList());
    }

    private static Provider asBefore(Provider now, List<Provider> before) {
        return before.stream()
                .filter(old -> now.edition(old.edition()).equals(old))
                .findFirst()
                .orElse(now);
    }

    private Provider provider(ProviderConfig provider) {
        return new Provider(
                provider.name(),
                provider.dialect(),
                provider.baseUrl().orElse(simulator),
                provider.keys().stream().map(Secret::value).toList(),
                provider.headers().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, header -> header.getValue().value())),
                provider.quirks(),
                provider.stopsBillingOnCancel(),
                provider.connectTimeoutMillis(),
                provider.firstByteTimeoutMillis(),
                provider.idleTimeoutMillis(),
                provider.maxConnections(),
                provider.dataPolicy().orElse(null),
                provider.zeroRetention(),
                editions);
    }

    private static Model model(ModelConfig model, Map<String, Provider> live) {
        Prices prices = prices(model.price());
        return new Model(
                model.id(),
                Set.copyOf(model.aliases()),
                model.name(),
                model.vendor(),
                model.description(),
                model.contextLength(),
                model.maxOutput(),
                Set.copyOf(model.inputModalities()),
                Set.copyOf(model.outputModalities()),
                Set.copyOf(model.capabilities()),
                prices,
                version(prices),
                tier(model.tier()),
                model.multipliers().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> thousandths(entry.getValue()))),
                model.dataPolicy().orElse(null),
                model.status(),
                model.released().orElse(null),
                model.endpoints().stream()
                        .flatMap(endpoint -> endpoint(endpoint, prices, live))
                        .toList(),
                Set.copyOf(model.kinds()),
                new RefusedSampling(model.refuses(), model.refusesWhenReasoning()));
    }

    private static Stream<Endpoint> endpoint(EndpointConfig endpoint, Prices own, Map<String, Provider> live) {
        return Stream.ofNullable(live.get(endpoint.provider()))
                .map(provider -> endpoint(
                        endpoint,
                        provider,
                        endpoint.price().map(CatalogLoader::prices).orElse(own)));
    }

    private static Endpoint endpoint(EndpointConfig endpoint, Provider provider, Prices prices) {
        return new Endpoint(
                provider, endpoint.model(), prices, version(prices), endpoint.priority(), endpoint.weight());
    }

    private static Plan plan(PlanConfig plan) {
        return new Plan(
                plan.name(),
                tier(plan.tier()),
                NanoUsd.ofUsd(plan.priceUsd()),
                plan.quota(),
                thousandths(plan.rateMultiplier()));
    }

    private static Tier tier(String name) {
        return Tier.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static Prices prices(PriceConfig price) {
        return new Prices(
                pico(price.input()),
                pico(price.cacheRead()),
                pico(price.cacheWrite()),
                pico(price.output()),
                pico(price.audioInput()),
                pico(price.audioOutput()),
                NanoUsd.ofUsd(price.perRequest()),
                NanoUsd.ofUsd(price.perImage()),
                NanoUsd.ofUsd(price.perSecond()),
                price.tiers().stream()
                        .map(tier -> new Prices.Tier(tier.above(), prices(tier.price())))
                        .toList(),
                new MediaPrices(
                        pico(price.imageInput()),
                        pico(price.imageOutput()),
                        pico(price.characters()),
                        price.images().entrySet().stream()
                                .collect(Collectors.toMap(Map.Entry::getKey, form -> NanoUsd.ofUsd(form.getValue())))));
    }

    private static long pico(BigDecimal usdPerMillion) {
        return usdPerMillion.movePointRight(PICO_DECIMALS).longValueExact();
    }

    private static long thousandths(BigDecimal number) {
        return number.movePointRight(THOUSANDTHS_DECIMALS).longValueExact();
    }

    /** The same prices have the same version in every process and after every restart. */
    private static String version(Prices prices) {
        return Sha256.hex(prices.toString(), VERSION_HEX_DIGITS);
    }
}
