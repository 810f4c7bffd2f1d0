package ai.apertis.config;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code providers}. */
final class ProviderReader {
    /** The base URL of the simulated provider, whose port is known only once it runs. */
    private static final String BUILT_IN = "builtin";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final List<String> EFFORTS =
            List.of("reasoning_effort", "reasoning", "thinking", "enable_thinking", "none");
    private static final Set<String> OWN_HEADERS =
            Set.of("host", "content-length", "transfer-encoding", "connection", "content-type", "accept-encoding");

    private final Map<String, Integer> lines = new HashMap<>();

    List<ProviderConfig> read(Value value) {
        if (!value.present()) {
            value.problem("missing");
        }
        List<ProviderConfig> providers = new ArrayList<>();
        for (Value item : value.items()) {
            try (Section provider = item.section()) {
                providers.add(provider(provider));
            }
        }
        return providers;
    }

    private ProviderConfig provider(Section provider) {
        return new ProviderConfig(
                name(provider.at("name")),
                dialect(provider.at("dialect")),
                baseUrl(provider.at("base_url")),
                keys(provider.at("keys")),
                headers(provider.at("headers")),
                quirks(provider.at("quirks")),
                provider.at("stops_billing_on_cancel").flag(false),
                provider.at("connect_timeout_ms").whole(5_000, 1, ConfigReader.HOUR_MILLIS),
                provider.at("first_byte_timeout_ms").whole(60_000, 1, ConfigReader.HOUR_MILLIS),
                provider.at("idle_timeout_ms").whole(60_000, 1, ConfigReader.HOUR_MILLIS),
                (int) provider.at("max_connections").whole(1_000, 1, 100_000),
                provider.at("data_policy").optionalText(),
                provider.at("zero_retention").flag(false));
    }

    private String name(Value value) {
        String name = value.text();
        if (!name.isEmpty()) {
            if (!NAME.matcher(name).matches()) {
                value.problem("only letters, digits, dot, dash and underscore: " + value.shown());
            }
            Integer earlier = lines.putIfAbsent(name, value.line());
            if (earlier != null) {
                value.problem("the provider on line " + earlier + " has this name too: " + value.shown());
            }
        }
        return name;
    }

    private static DialectName dialect(Value value) {
        String written = value.text();
        Map<String, DialectName> dialects = new LinkedHashMap<>();
        for (DialectName dialect : DialectName.values()) {
            dialects.put(dialect.configName(), dialect);
        }
        return dialects.getOrDefault(value.word(written, dialects.keySet()), DialectName.OPENAI);
    }

    private static Optional<URI> baseUrl(Value value) {
        return value.optionalText().filter(BUILT_IN::equals).isPresent() ? Optional.empty() : value.baseUrl();
    }

    private static List<Secret> keys(Value value) {
        List<Secret> keys = new ArrayList<>();
        for (Value item : value.items()) {
            item.secret().ifPresent(key -> {
                if (key.value().chars().anyMatch(c -> c <= ' ' || c > '~')) {
                    item.problem("a key has only printable ASCII characters");
                }
                keys.add(key);
            });
        }
        return keys;
    }

    private static Map<String, Secret> headers(Value value) {
        Map<String, Secret> headers = new LinkedHashMap<>();
        try (Section section = value.section()) {
            section.all().forEach((name, text) -> {
                if (!HEADER.matcher(name).matches() || OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                    text.problem("not a header that may be set");
                }
                text.secret().ifPresent(secret -> {
                    if (secret.value().chars().anyMatch(c -> c < ' ' || c > '~')) {
                        text.problem("a header has only printable ASCII characters");
                    }
                    headers.put(name.toLowerCase(Locale.ROOT), secret);
                });
            });
        }
        return headers;
    }

    private static Quirks quirks(Value value) {
        try (Section quirks = value.section()) {
            Quirks none = Quirks.NONE;
            return new Quirks(
                    new HashSet<>(quirks.at("refused_parameters").texts(List.of())),
                    quirks.at("max_tokens_name")
                            .word(none.maxTokensName(), List.of("max_tokens", "max_completion_tokens")),
                    quirks.at("system_role").word(none.systemRole(), List.of("system", "developer")),
                    quirks.at("reasoning_field").word(none.reasoningField(), List.of("reasoning_content", "reasoning")),
                    quirks.at("required_tool_choice").word(none.requiredToolChoice(), List.of("required", "any")),
                    Quirks.StreamUsage.valueOf(quirks.at("stream_usage")
                            .word("asked", List.of("asked", "always", "never"))
                            .toUpperCase(Locale.ROOT)),
                    Quirks.Effort.valueOf(quirks.at("effort")
                            .word("reasoning_effort", EFFORTS)
                            .toUpperCase(Locale.ROOT)),
                    quirks.at("repeats_reasoning").flag(none.repeatsReasoning()),
                    quirks.at("cache_control").flag(none.cacheControl()),
                    quirks.at("shows_reasoning").flag(none.showsReasoning()),
                    Quirks.Prefill.valueOf(quirks.at("prefill")
                            .word("none", List.of("none", "message", "prefix", "repeated_prefix"))
                            .toUpperCase(Locale.ROOT)));
        }
    }
}
