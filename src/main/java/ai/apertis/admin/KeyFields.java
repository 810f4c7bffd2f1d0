package ai.apertis.admin;

import ai.apertis.dialect.CompressionWishes;
import ai.apertis.dialect.ProviderWishes;
import ai.apertis.http.AddressRange;
import ai.apertis.ledger.KeySettings;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The restrictions of a key as a body writes them. Forms are read by the same rules. */
public final class KeyFields {
    static final Set<String> NAMES = Set.of(
            "name",
            "enabled",
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
            "data_policy",
            "cache",
            "include_cost",
            "provider",
            "hedge",
            "continue_on_cut");

    private KeyFields() {}

    /**
     * What a key's settings become by a JSON body: fields that are not there stay as they were.
     *
     * @param old the settings now
     * @param body a JSON object with fields of the admin API's keys
     * @return the new settings
     * @throws ai.apertis.dialect.ApiException that names the field which is not as it must be
     */
    public static KeySettings change(KeySettings old, byte[] body) {
        return change(old, Fields.read(body, NAMES));
    }

    /** What a key's settings become: fields that are not there stay as they were. */
    static KeySettings change(KeySettings old, Fields fields) {
        Boolean enabled = fields.bool("enabled");
        Boolean includeCost = fields.bool("include_cost");
        Long resetDay = fields.whole("monthly_reset_day", 1, 28);
        return new KeySettings(
                fields.has("name") ? fields.requiredText("name") : old.name(),
                enabled == null ? old.enabled() : enabled,
                fields.has("quota_usd") ? fields.usd("quota_usd") : old.quotaNano(),
                fields.has("monthly_limit_usd") ? fields.usd("monthly_limit_usd") : old.monthlyLimitNano(),
                resetDay == null ? old.monthlyResetDay() : resetDay.intValue(),
                fields.has("models") ? fields.texts("models", 1_000) : old.models(),
                fields.has("allowed_ips") ? addresses(fields) : old.allowedIps(),
                fields.has("expires_at") ? fields.time("expires_at") : old.expiresAt(),
                fields.has("fallback_models") ? fields.texts("fallback_models", 5) : old.fallbackModels(),
                fields.has("fallback_timeout")
                        ? fields.whole("fallback_timeout", 5_000, 300_000)
                        : old.fallbackTimeoutMillis(),
                fields.has("fallback_enabled") ? fields.bool("fallback_enabled") : old.fallbackEnabled(),
                fields.has("compression") ? compression(fields) : old.compression(),
                fields.has("data_policy") ? fields.text("data_policy") : old.dataPolicy(),
                fields.has("cache") ? fields.object("cache") : old.cache(),
                fields.has("include_cost") ? Boolean.TRUE.equals(includeCost) : old.includeCost(),
                fields.has("provider") ? provider(fields) : old.provider(),
                fields.has("hedge") ? fields.bool("hedge") : old.hedge(),
                fields.has("continue_on_cut") ? fields.bool("continue_on_cut") : old.continueOnCut());
    }

    private static @Nullable JsonObject compression(Fields fields) {
        JsonObject compression = fields.object("compression");
        if (compression != null) {
            CompressionWishes.read(compression.encode().getBytes(StandardCharsets.UTF_8));
        }
        return compression;
    }

    private static @Nullable JsonObject provider(Fields fields) {
        JsonObject provider = fields.object("provider");
        if (provider != null) {
            ProviderWishes.read(provider.encode().getBytes(StandardCharsets.UTF_8));
        }
        return provider;
    }

    private static List<String> addresses(Fields fields) {
        List<String> ranges = fields.texts("allowed_ips", 1_000);
        for (String range : ranges) {
            try {
                AddressRange.parse(range);
            } catch (IllegalArgumentException e) {
                throw Fields.wrong("allowed_ips", "has an entry that is no address or subnet: \"" + range + "\"");
            }
        }
        return ranges;
    }
}
