package ai.apertis.config;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;

/** Reads the file's top level and its small sections, with the defaults of everything that is left out. */
final class ConfigReader {
    /** The tiers in ascending order: each includes those before it. */
    static final List<String> TIERS = List.of("free", "lite", "pro", "max");

    static final long MEBIBYTE = 1L << 20;
    static final long HOUR_MILLIS = 3_600_000;

    private static final int MOST_FALLBACKS = 5;
    private static final long MANY = 1_000_000_000;
    private static final Pattern DOTTED = Pattern.compile("(?:(?:0|[1-9]\\d{0,2})\\.){3}(?:0|[1-9]\\d{0,2})");
    private static final Pattern PREFIX = Pattern.compile("\\d{1,3}");
    private static final List<PlanConfig> PLANS = List.of(
            plan("lite", "lite", 12, 600, "1"),
            plan("pro", "pro", 25, 1_000, "1.5"),
            plan("plus", "pro", 60, 1_500, "1.5"),
            plan("max", "max", 200, 5_000, "2"));

    private final Reading reading;

    ConfigReader(Reading reading) {
        this.reading = reading;
    }

    Config read(String file, String version, Environment environment, MappingNode root) {
        try (Section top = new Section(reading, "", root)) {
            List<PlanConfig> plans = plans(top.at("plans"));
            List<ProviderConfig> providers = new ProviderReader().read(top.at("providers"));
            List<ModelConfig> models = new ModelReader(providers, plans).read(top.at("models"));
            return new Config(
                    file,
                    version,
                    environment,
                    reload(top.at("reload")),
                    server(top.at("server")),
                    limits(top.at("limits")),
                    timeouts(top.at("timeouts")),
                    routing(top.at("routing"), models),
                    billing(top.at("billing")),
                    responses(top.at("responses")),
                    cache(top.at("cache")),
                    SearchReader.read(top.at("web_search")),
                    PaymentsReader.smtp(top.at("smtp")),
                    PaymentsReader.webhooks(top.at("webhooks")),
                    PaymentsReader.payments(top.at("payments")),
                    ConsoleReader.read(top.at("console")),
                    PepperReader.read(top.at("keys"), environment.keyPeppers()),
                    plans,
                    providers,
                    models);
        }
    }

    private static ReloadConfig reload(Value value) {
        try (Section reload = value.section()) {
            return new ReloadConfig(
                    reload.at("watch").flag(true), reload.at("interval_ms").whole(1_000, 50, HOUR_MILLIS));
        }
    }

    private static ServerConfig server(Value value) {
        try (Section server = value.section()) {
            return new ServerConfig(
                    server.at("max_body_bytes").whole(20 * MEBIBYTE, 1_024, 1_024 * MEBIBYTE),
                    server.at("max_multipart_bytes").whole(25 * MEBIBYTE, 1_024, 1_024 * MEBIBYTE),
                    server.at("header_timeout_ms").whole(10_000, 100, HOUR_MILLIS),
                    server.at("body_timeout_ms").whole(30_000, 100, HOUR_MILLIS),
                    server.at("write_timeout_ms").whole(60_000, 100, HOUR_MILLIS),
                    server.at("keep_alive_timeout_ms").whole(75_000, 100, HOUR_MILLIS),
                    server.at("connections_per_address").whole(2_000, 0, MANY),
                    server.at("drain_lead_ms").whole(5_000, 0, HOUR_MILLIS),
                    server.at("drain_timeout_ms").whole(30_000, 0, HOUR_MILLIS),
                    server.at("max_requests").whole(10_000, 0, MANY),
                    server.at("max_buffered_bytes")
                            .whole(Runtime.getRuntime().maxMemory() / 8, MEBIBYTE, 1_024 * 1_024 * MEBIBYTE),
                    server.at("max_lag_ms").whole(1_000, 0, HOUR_MILLIS),
                    subnets(server.at("trusted_proxies")));
        }
    }

    private static List<String> subnets(Value value) {
        List<String> subnets = new ArrayList<>();
        for (Value item : value.items()) {
            String subnet = item.text();
            if (!subnet.isEmpty() && !isSubnet(subnet)) {
                item.problem("not an address or subnet: " + item.shown());
            }
            subnets.add(subnet);
        }
        return subnets;
    }

    private static boolean isSubnet(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        boolean v6 = address.indexOf(':') >= 0;
        if (!v6 && !DOTTED.matcher(address).matches()) {
            return false;
        }
        try {
            InetAddress.ofLiteral(address);
            return slash < 0 || isPrefix(text.substring(slash + 1), v6 ? 128 : 32);
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    private static boolean isPrefix(String text, int longest) {
        return PREFIX.matcher(text).matches() && Integer.parseInt(text) <= longest;
    }

    private static LimitsConfig limits(Value value) {
        try (Section limits = value.section()) {
            return new LimitsConfig(
                    limits.at("requests_per_address").whole(1_500, 0, MANY),
                    limits.at("address_window_ms").whole(180_000, 1_000, HOUR_MILLIS),
                    limits.at("requests_per_key_per_minute").whole(3_000, 0, MANY),
                    limits.at("free_requests_per_key_per_minute").whole(60, 0, MANY),
                    limits.at("tokens_per_key_per_minute").whole(0, 0, MANY),
                    limits.at("streams_per_key").whole(0, 0, MANY),
                    limits.at("bad_keys_per_address_per_minute").whole(20, 0, MANY));
        }
    }

    private static TimeoutsConfig timeouts(Value value) {
        try (Section timeouts = value.section()) {
            long min = timeouts.at("min_ms").whole(5_000, 1, HOUR_MILLIS);
            long max = timeouts.at("max_ms").whole(300_000, 1, HOUR_MILLIS);
            long byDefault = timeouts.at("default_ms").whole(60_000, 1, HOUR_MILLIS);
            if (min > byDefault || byDefault > max) {
                value.problem("min_ms, default_ms and max_ms must not descend: " + min + ", " + byDefault + ", " + max);
            }
            return new TimeoutsConfig(byDefault, min, max);
        }
    }

    private static RoutingConfig routing(Value value, List<ModelConfig> models) {
        try (Section routing = value.section()) {
            return new RoutingConfig(
                    fallbacks(routing.at("fallbacks"), models),
                    routing.at("fallback_enabled").flag(false),
                    routing.at("fallback_timeout_ms").whole(15_000, 100, HOUR_MILLIS),
                    routing.at("retry_share").decimal(new BigDecimal("0.1"), 10, 3),
                    routing.at("retries_per_second").whole(1, 0, MANY),
                    routing.at("hedge_share").decimal(new BigDecimal("0.07"), 1, 3),
                    routing.at("hedge_payer").word("operator", List.of("operator", "user")));
        }
    }

    private static List<String> fallbacks(Value value, List<ModelConfig> models) {
        List<String> names = new ArrayList<>();
        for (Value item : value.items()) {
            String name = item.text();
            if (models.stream()
                    .noneMatch(
                            model -> model.id().equals(name) || model.aliases().contains(name))) {
                item.problem("there is no such model: " + item.shown());
            }
            names.add(name);
        }
        if (names.size() > MOST_FALLBACKS) {
            value.problem("at most " + MOST_FALLBACKS + " models");
        }
        return names;
    }

    private static BillingConfig billing(Value value) {
        try (Section billing = value.section()) {
            return new BillingConfig(
                    billing.at("tolerance_usd").decimal(BigDecimal.ZERO, MANY, 9),
                    billing.at("beat_ms").whole(1_000, 50, 60_000),
                    billing.at("stale_beats").whole(10, 3, 1_000),
                    billing.at("free_when_ledger_is_away").flag(false),
                    billing.at("output_step_tokens").whole(4_096, 64, MANY));
        }
    }

    private static CacheConfig cache(Value value) {
        try (Section cache = value.section()) {
            return new CacheConfig(
                    cache.at("enabled").flag(true),
                    cache.at("ttl_ms").whole(1_800_000, 1, 24 * HOUR_MILLIS),
                    cache.at("max_bytes").whole(64 * MEBIBYTE, MEBIBYTE, 1_024 * 1_024 * MEBIBYTE),
                    cache.at("max_answer_bytes").whole(MEBIBYTE, 1_024, 1_024 * MEBIBYTE));
        }
    }

    private static ResponsesConfig responses(Value value) {
        try (Section responses = value.section()) {
            return new ResponsesConfig(
                    (int) responses.at("retention_days").whole(30, 0, 3_650),
                    responses.at("max_bytes_per_account").whole(256 * MEBIBYTE, MEBIBYTE, 1_024 * 1_024 * MEBIBYTE));
        }
    }

    private static List<PlanConfig> plans(Value value) {
        if (!value.present()) {
            return PLANS;
        }
        List<PlanConfig> plans = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Value item : value.items()) {
            try (Section plan = item.section()) {
                String name = plan.at("name").text();
                plans.add(new PlanConfig(
                        name,
                        plan.at("tier").word("lite", TIERS),
                        plan.at("price_usd").decimal(BigDecimal.ZERO, MANY, 2),
                        plan.at("quota").whole(0, 0, MANY),
                        plan.at("rate_multiplier").decimal(BigDecimal.ONE, 1_000, 3)));
                if (!names.add(name)) {
                    plan.at("name").problem("there is another plan of this name");
                }
            }
        }
        return plans;
    }

    private static PlanConfig plan(String name, String tier, long priceUsd, long quota, String rateMultiplier) {
        return new PlanConfig(name, tier, BigDecimal.valueOf(priceUsd), quota, new BigDecimal(rateMultiplier));
    }
}
