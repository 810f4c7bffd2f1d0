package ai.apertis.config;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code models} and checks that their names are unique and their endpoints' providers exist. */
final class ModelReader {
    private static final Pattern NAME = Pattern.compile("[!-~]{1,200}");
    private static final List<String> OWN_PREFIXES = List.of("apertis/");
    private static final List<String> OWN_SUFFIXES = List.of(":web", ":nitro", ":floor");
    private static final List<String> MODALITIES = List.of("text", "image", "audio", "video", "file", "embedding");
    private static final List<String> KINDS =
            Stream.of(ModelKind.values()).map(ModelKind::configName).toList();
    private static final List<String> SAMPLING = Stream.of(SamplingParameter.values())
            .map(SamplingParameter::configName)
            .toList();
    private static final long MOST_TOKENS = 100_000_000;
    private static final long MOST_PRIORITY = 1_000;
    private static final long MOST_WEIGHT = 1_000_000;
    private static final long USUAL_CONTEXT = 128_000;
    private static final long USUAL_OUTPUT = 16_384;

    private final Set<String> providers = new LinkedHashSet<>();
    private final Set<String> multiplied = new TreeSet<>(ConfigReader.TIERS);
    private final Map<String, Value> names = new HashMap<>();

    ModelReader(List<ProviderConfig> providers, List<PlanConfig> plans) {
        providers.forEach(provider -> this.providers.add(provider.name()));
        plans.forEach(plan -> multiplied.add(plan.name()));
    }

    List<ModelConfig> read(Value value) {
        if (!value.present()) {
            value.problem("missing");
        }
        List<ModelConfig> models = new ArrayList<>();
        for (Value item : value.items()) {
            try (Section model = item.section()) {
                models.add(model(model));
            }
        }
        return models;
    }

    private ModelConfig model(Section model) {
        String id = name(model.at("id"));
        List<String> aliases =
                model.at("aliases").items().stream().map(this::name).toList();
        PriceConfig price = PriceReader.read(model.at("price"));
        List<EndpointConfig> endpoints = endpoints(model.at("endpoints"), id);
        long contextLength = model.at("context_length").whole(USUAL_CONTEXT, 1, MOST_TOKENS);
        return new ModelConfig(
                id,
                aliases,
                model.at("name").optionalText().orElse(id),
                model.at("vendor")
                        .optionalText()
                        .orElse(endpoints.isEmpty() ? "" : endpoints.getFirst().provider()),
                model.at("description").optionalText().orElse(""),
                contextLength,
                model.at("max_output").whole(Math.min(contextLength, USUAL_OUTPUT), 1, MOST_TOKENS),
                modalities(model.at("input_modalities")),
                modalities(model.at("output_modalities")),
                model.at("capabilities").texts(List.of()),
                price,
                model.at("tier").word(price.isFree() ? "free" : "lite", ConfigReader.TIERS),
                multipliers(model.at("multipliers")),
                model.at("data_policy").optionalText(),
                model.at("status").word("active", List.of("active", "preview", "deprecated")),
                released(model.at("released")),
                endpoints,
                kinds(model.at("kinds")),
                sampling(model.at("refuses")),
                sampling(model.at("refuses_when_reasoning")));
    }

    private static List<ModelKind> kinds(Value value) {
        return value.present()
                ? value.items().stream()
                        .map(item -> ModelKind.valueOf(item.word("chat", KINDS).toUpperCase(Locale.ROOT)))
                        .toList()
                : List.of(ModelKind.CHAT);
    }

    private static Set<SamplingParameter> sampling(Value value) {
        return value.items().stream()
                .map(item -> SamplingParameter.valueOf(
                        item.word(SAMPLING.getFirst(), SAMPLING).toUpperCase(Locale.ROOT)))
                .collect(Collectors.toSet());
    }

    private String name(Value value) {
        String name = value.text();
        if (name.isEmpty()) {
            return name;
        }
        if (!NAME.matcher(name).matches()) {
            value.problem("no spaces, at most 200 printable ASCII characters: " + value.shown());
        } else if (OWN_PREFIXES.stream().anyMatch(name::startsWith)
                || OWN_SUFFIXES.stream().anyMatch(name::endsWith)) {
            value.problem("begins or ends with a mark that is stripped from names, so nobody could ask for it: "
                    + value.shown());
        }
        Value earlier = names.putIfAbsent(name, value);
        if (earlier != null) {
            value.problem(value.shown() + " is already " + earlier.path() + " on line " + earlier.line());
        }
        return name;
    }

    private List<EndpointConfig> endpoints(Value value, String id) {
        List<Value> items = value.items();
        if (items.isEmpty()) {
            value.problem("missing: a model needs at least one");
        }
        List<EndpointConfig> endpoints = new ArrayList<>();
        for (Value item : items) {
            try (Section endpoint = item.section()) {
                Value provider = endpoint.at("provider");
                String name = provider.text();
                if (!name.isEmpty() && !providers.contains(name)) {
                    provider.problem("unknown provider " + provider.shown() + Spelling.hint(name, providers));
                }
                Value price = endpoint.at("price");
                endpoints.add(new EndpointConfig(
                        name,
                        endpoint.at("model").optionalText().orElse(id),
                        price.present() ? Optional.of(PriceReader.read(price)) : Optional.empty(),
                        (int) endpoint.at("priority").whole(endpoints.size(), 0, MOST_PRIORITY),
                        (int) endpoint.at("weight").whole(1, 1, MOST_WEIGHT)));
            }
        }
        return endpoints;
    }

    private static List<String> modalities(Value value) {
        return value.present()
                ? value.items().stream()
                        .map(item -> item.word("text", MODALITIES))
                        .toList()
                : List.of("text");
    }

    private Map<String, BigDecimal> multipliers(Value value) {
        Map<String, BigDecimal> multipliers = new LinkedHashMap<>();
        try (Section section = value.section()) {
            section.all().forEach((plan, multiplier) -> {
                if (!multiplied.contains(plan)) {
                    multiplier.problem("unknown plan" + Spelling.hint(plan, multiplied));
                }
                multipliers.put(plan, multiplier.decimal(BigDecimal.ONE, 1_000_000, 3));
            });
        }
        return multipliers;
    }

    private static Optional<LocalDate> released(Value value) {
        try {
            return value.optionalText().map(LocalDate::parse);
        } catch (DateTimeParseException notADate) {
            value.problem("not a date like 2026-03-16: " + value.shown());
            return Optional.empty();
        }
    }
}
