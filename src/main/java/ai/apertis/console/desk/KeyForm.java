package ai.apertis.console.desk;

import ai.apertis.admin.KeyFields;
import ai.apertis.dialect.ApiException;
import ai.apertis.ledger.KeySettings;
import ai.apertis.people.Projects.Project;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The form of a key: what its fields say, and what is wrong with them. It is read by the rules of the admin API.
 *
 * @param id the key, null for a new one
 * @param values what the fields say
 * @param wrongField the field that is not as it must be, empty when none
 * @param wrong what is wrong with it
 * @param projects the projects to choose from
 * @param models names of models, to help with writing them
 */
public record KeyForm(
        @Nullable Long id,
        Map<String, String> values,
        String wrongField,
        String wrong,
        List<Project> projects,
        List<String> models) {
    /** Every field, check boxes included. */
    static final List<String> NAMES = List.of(
            "name",
            "project",
            "quota_usd",
            "monthly_limit_usd",
            "monthly_reset_day",
            "models",
            "allowed_ips",
            "expires_at",
            "fallback_models",
            "fallback_timeout",
            "fallback_enabled",
            "compression",
            "compression_threshold",
            "compression_turns",
            "data_policy",
            "cache",
            "include_cost",
            "hedge",
            "continue_on_cut");

    /** Those that are shown without being asked for. */
    private static final Set<String> FIRST =
            Set.of("name", "project", "quota_usd", "monthly_limit_usd", "monthly_reset_day", "models", "expires_at");

    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Copies the collections. */
    public KeyForm {
        values = Map.copyOf(values);
        projects = List.copyOf(projects);
        models = List.copyOf(models);
    }

    /** What a key's settings look like in the fields. */
    static Map<String, String> values(KeySettings key, @Nullable Long project) {
        Map<String, String> values = new HashMap<>();
        values.put("name", key.name());
        put(values, "project", project);
        put(values, "quota_usd", dollars(key.quotaNano()));
        put(values, "monthly_limit_usd", dollars(key.monthlyLimitNano()));
        put(values, "monthly_reset_day", key.monthlyResetDay());
        values.put("models", String.join("\n", key.models()));
        values.put("allowed_ips", String.join("\n", key.allowedIps()));
        put(values, "expires_at", key.expiresAt() == null ? null : LOCAL.format(key.expiresAt()));
        values.put("fallback_models", String.join("\n", key.fallbackModels()));
        put(values, "fallback_timeout", key.fallbackTimeoutMillis());
        put(values, "fallback_enabled", key.fallbackEnabled());
        JsonObject compression = key.compression();
        if (compression != null && !Boolean.FALSE.equals(compression.getValue("enabled"))) {
            put(values, "compression", compression.getValue("strategy", "on"));
            put(values, "compression_threshold", compression.getValue("threshold"));
            put(values, "compression_turns", compression.getValue("keep_turns"));
        }
        put(values, "data_policy", key.dataPolicy());
        JsonObject cache = key.cache();
        put(values, "cache", cache == null ? null : cache.getValue("enabled", true));
        put(values, "include_cost", key.includeCost() ? "true" : null);
        put(values, "hedge", key.hedge());
        put(values, "continue_on_cut", key.continueOnCut());
        return values;
    }

    private static void put(Map<String, String> values, String name, @Nullable Object value) {
        if (value != null) {
            values.put(name, value.toString());
        }
    }

    private static @Nullable String dollars(@Nullable Long nano) {
        return nano == null
                ? null
                : BigDecimal.valueOf(nano, 9).stripTrailingZeros().toPlainString();
    }

    /**
     * What the settings become.
     *
     * @param values what the fields say; those that are missing are empty
     * @param old the settings now; what the form has no field for stays
     * @throws ApiException that names the field which is not as it must be
     */
    static KeySettings read(Map<String, String> values, KeySettings old) {
        JsonObject json = new JsonObject();
        json.put("name", values.get("name"));
        for (String amount : List.of("quota_usd", "monthly_limit_usd")) {
            json.put(amount, parsed(values.get(amount), BigDecimal::new));
        }
        for (String whole : List.of("monthly_reset_day", "fallback_timeout")) {
            json.put(whole, parsed(values.get(whole), Long::valueOf));
        }
        for (String list : List.of("models", "allowed_ips", "fallback_models")) {
            json.put(list, lines(values.get(list)));
        }
        String expires = values.get("expires_at");
        json.put("expires_at", expires == null ? null : expires.length() == 16 ? expires + ":00Z" : expires);
        for (String choice : List.of("fallback_enabled", "hedge", "continue_on_cut")) {
            json.put(choice, parsed(values.get(choice), Boolean::valueOf));
        }
        json.put("include_cost", values.containsKey("include_cost"));
        json.put("compression", compression(values, old.compression()));
        json.put("data_policy", values.get("data_policy"));
        JsonObject cache = old.cache() == null ? new JsonObject() : old.cache().copy();
        json.put(
                "cache",
                values.containsKey("cache") ? cache.put("enabled", Boolean.valueOf(values.get("cache"))) : null);
        return KeyFields.change(old, json.encode().getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable JsonObject compression(Map<String, String> values, @Nullable JsonObject old) {
        String strategy = values.get("compression");
        if (strategy == null) {
            return null;
        }
        JsonObject compression = old == null ? new JsonObject() : old.copy();
        compression.put("enabled", true).put("strategy", strategy);
        for (Map.Entry<String, String> field : Map.of(
                        "threshold", "compression_threshold", "keep_turns", "compression_turns")
                .entrySet()) {
            Object number = parsed(values.get(field.getValue()), Long::valueOf);
            if (number == null) {
                compression.remove(field.getKey());
            } else {
                compression.put(field.getKey(), number);
            }
        }
        return compression;
    }

    /** What is no such value stays text, so that the rules refuse it by its name. */
    private static @Nullable Object parsed(@Nullable String text, Function<String, Object> reader) {
        try {
            return text == null ? null : reader.apply(text);
        } catch (NumberFormatException e) {
            return text;
        }
    }

    private static List<String> lines(@Nullable String text) {
        return text == null
                ? List.of()
                : Stream.of(text.split("[\\s,]+", -1))
                        .filter(line -> !line.isEmpty())
                        .toList();
    }

    /** This form with what a refusal says. */
    KeyForm refused(ApiException refusal) {
        String field = refusal.error().param() == null ? "" : refusal.error().param();
        String message = refusal.error().message().replaceFirst("^'[a-z_.]+' ", "This ");
        return new KeyForm(
                id,
                values,
                field.startsWith("compression.") ? "compression" : field,
                message.startsWith("Missing required parameter") ? "This is needed." : message,
                projects,
                models);
    }

    /**
     * What a field says.
     *
     * @param name the field
     * @return empty when nothing
     */
    public String value(String name) {
        return values.getOrDefault(name, "");
    }

    /**
     * Whether a choice is the one made.
     *
     * @param name the field
     * @param choice one of its choices
     * @return whether
     */
    public boolean is(String name, String choice) {
        return value(name).equals(choice);
    }

    /**
     * What is wrong with a field.
     *
     * @param name the field
     * @return null when nothing
     */
    public @Nullable String wrongAt(String name) {
        return name.equals(wrongField) ? wrong : null;
    }

    /**
     * Whether what is wrong belongs to none of the fields.
     *
     * @return whether it stands above them
     */
    public boolean wrongElsewhere() {
        return !wrong.isEmpty() && !NAMES.contains(wrongField);
    }

    /**
     * Whether any field but the first few says something, so that the further ones are shown.
     *
     * @return whether
     */
    public boolean further() {
        return (!wrong.isEmpty() && !FIRST.contains(wrongField))
                || values.keySet().stream()
                        .anyMatch(name -> !FIRST.contains(name) && !value(name).isEmpty());
    }
}
