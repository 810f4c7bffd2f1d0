package ai.apertis.admin;

import ai.apertis.ingress.CreditsHandler;
import ai.apertis.ledger.AccountRecord;
import ai.apertis.ledger.Audit;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.SubscriptionRecord;
import ai.apertis.ledger.UsageRow;
import ai.apertis.ledger.UsageSums.ModelSum;
import ai.apertis.money.NanoUsd;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rows as JSON: dollars as numbers, times in UTC to the second. */
final class Views {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Views() {}

    static ObjectNode account(AccountRecord account) {
        AccountRecord.Settings settings = account.settings();
        return JSON.objectNode()
                .put("id", account.id())
                .put("name", account.name())
                .put("email", account.email())
                .put("status", settings.suspended() ? "suspended" : "active")
                .put("unlimited", settings.unlimited())
                .put("monthly_limit_usd", usd(settings.monthlyLimitNano()))
                .put("monthly_reset_day", settings.monthlyResetDay())
                .put("created_at", time(account.createdAt()));
    }

    static ObjectNode account(AccountRecord account, Balance balance) {
        ObjectNode node = account(account);
        node.setAll(CreditsHandler.body(balance));
        node.put("balance_usd", usd(balance.account().remaining()));
        node.put("held_usd", NanoUsd.toUsd(balance.account().held()));
        return node;
    }

    static ObjectNode key(KeyRecord key) {
        KeySettings settings = key.settings();
        ObjectNode node = JSON.objectNode()
                .put("id", key.id())
                .put("account_id", key.accountId())
                .put("name", settings.name())
                .put("status", key.status().name().toLowerCase(Locale.ROOT))
                .put("enabled", settings.enabled())
                .put("prefix", key.prefix())
                .put("last4", key.last4())
                .put("quota_usd", usd(settings.quotaNano()))
                .put("monthly_limit_usd", usd(settings.monthlyLimitNano()))
                .put("monthly_reset_day", settings.monthlyResetDay())
                .put("expires_at", settings.expiresAt() == null ? null : time(settings.expiresAt()))
                .put("fallback_timeout", settings.fallbackTimeoutMillis())
                .put("fallback_enabled", settings.fallbackEnabled())
                .put("data_policy", settings.dataPolicy())
                .put("include_cost", settings.includeCost())
                .put("hedge", settings.hedge())
                .put("continue_on_cut", settings.continueOnCut())
                .put("created_at", time(key.createdAt()));
        node.set("models", strings(settings.models()));
        node.set("allowed_ips", strings(settings.allowedIps()));
        node.set("fallback_models", strings(settings.fallbackModels()));
        object(node, "compression", settings.compression());
        object(node, "cache", settings.cache());
        object(node, "provider", settings.provider());
        return node;
    }

    /** A key as it is shown to itself and to the other keys of its account. */
    static ObjectNode token(KeyRecord key) {
        return key(key).put("type", key.subscription() == null ? "standard" : "subscription")
                .put("plan", key.plan());
    }

    static ObjectNode subscription(SubscriptionRecord subscription) {
        return JSON.objectNode()
                .put("id", subscription.id())
                .put("plan", subscription.plan())
                .put("interval", subscription.interval().name().toLowerCase(Locale.ROOT))
                .put("status", subscription.status().name().toLowerCase(Locale.ROOT))
                .put("cycle_start", time(subscription.cycleStart()))
                .put("cycle_end", time(subscription.cycleEnd()))
                .put("ends_at", subscription.endsAt() == null ? null : time(subscription.endsAt()))
                .put("next_plan", subscription.nextPlan())
                .put("payg_fallback_enabled", subscription.paygFallbackEnabled())
                .put("payg_limit_usd", usd(subscription.paygLimitNano()));
    }

    static ObjectNode usage(UsageRow row) {
        return JSON.objectNode()
                .put("request_id", Long.toString(row.requestId()))
                .put("at", row.at().toString())
                .put("account_id", row.accountId())
                .put("key_id", row.keyId())
                .put("requested_model", row.requestedModel())
                .put("model", row.model())
                .put("provider", row.provider())
                .put("input_tokens", row.usage().inputTokens())
                .put("output_tokens", row.usage().outputTokens())
                .put("cache_read_tokens", row.usage().cacheReadTokens())
                .put("cache_write_tokens", row.usage().cacheWriteTokens())
                .put("reasoning_tokens", row.usage().reasoningTokens())
                .put("audio_input_tokens", row.usage().audioInputTokens())
                .put("audio_output_tokens", row.usage().audioOutputTokens())
                .put("images", row.usage().images())
                .put("estimated", row.usage().estimated())
                .put("price_version", row.priceVersion())
                .put("cost_usd", NanoUsd.toUsd(row.costNano()))
                .put("shortfall_usd", NanoUsd.toUsd(row.shortfallNano()))
                .put("quota", BigDecimal.valueOf(row.quotaMilli(), 3).stripTrailingZeros())
                .put("status", row.status())
                .put("ending", row.ending())
                .put("stream", row.streamed())
                .put("ttft_ms", row.ttftMillis())
                .put("duration_ms", row.durationMillis());
    }

    static ObjectNode usage(ModelSum sum) {
        return JSON.objectNode()
                .put("requests", sum.requests())
                .put("input_tokens", sum.inputTokens())
                .put("cache_read_tokens", sum.cacheReadTokens())
                .put("cache_write_tokens", sum.cacheWriteTokens())
                .put("output_tokens", sum.outputTokens())
                .put("reasoning_tokens", sum.reasoningTokens())
                .put("audio_input_tokens", sum.audioInputTokens())
                .put("audio_output_tokens", sum.audioOutputTokens())
                .put(
                        "total_tokens",
                        sum.inputTokens()
                                + sum.cacheReadTokens()
                                + sum.cacheWriteTokens()
                                + sum.audioInputTokens()
                                + sum.outputTokens()
                                + sum.audioOutputTokens())
                .put("images", sum.images())
                .put("cost_usd", NanoUsd.toUsd(sum.costNano()))
                .put("quota", BigDecimal.valueOf(sum.quotaMilli(), 3).stripTrailingZeros());
    }

    static ObjectNode finding(Audit.Finding finding) {
        ObjectNode node = JSON.objectNode()
                .put("name", finding.name())
                .put("promise", finding.promise())
                .put("ok", finding.kept())
                .put("broken", finding.broken());
        ArrayNode examples = node.putArray("examples");
        finding.examples().forEach(examples::add);
        return node;
    }

    private static void object(ObjectNode node, String name, @Nullable JsonObject value) {
        if (value == null) {
            node.putNull(name);
        } else {
            node.putRawValue(name, new RawValue(value.encode()));
        }
    }

    private static ArrayNode strings(List<String> texts) {
        ArrayNode array = JSON.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    static @Nullable BigDecimal usd(@Nullable Long nano) {
        return nano == null ? null : NanoUsd.toUsd(nano);
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
