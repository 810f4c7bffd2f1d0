package ai.apertis.ledger;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person may set on a key.
 *
 * @param name for people
 * @param enabled false switches the key off until it is switched on again
 * @param quotaNano what the key may ever spend, nano-USD; null for no limit
 * @param monthlyLimitNano what it may spend in its month, nano-USD; null for no limit
 * @param monthlyResetDay the day its month starts, 1 to 28, UTC
 * @param models the models it may use, as written by the person; empty for all
 * @param allowedIps the addresses and subnets it may be used from; empty for all
 * @param expiresAt when it stops working, null for never
 * @param fallbackModels models to try when the one asked for fails
 * @param fallbackTimeoutMillis milliseconds for an attempt before a fallback, null for the system's default
 * @param fallbackEnabled whether fallbacks are used when the request does not say; null for the system's default
 * @param compression default compression settings in the form of the request's own field, null for none
 * @param dataPolicy the most that providers may do with prompts, null for anything
 * @param cache default response cache settings in the form of the request's own field, null for none
 * @param includeCost whether answers in the OpenAI dialects tell what they cost though the request does not ask
 * @param provider which providers its requests want, in the form of the request's own field, null for any
 * @param hedge whether its requests may ask a second provider while the first is slow, null for no
 * @param continueOnCut whether another provider may go on with its streams that break off, null for no
 */
public record KeySettings(
        String name,
        boolean enabled,
        @Nullable Long quotaNano,
        @Nullable Long monthlyLimitNano,
        int monthlyResetDay,
        List<String> models,
        List<String> allowedIps,
        @Nullable Instant expiresAt,
        List<String> fallbackModels,
        @Nullable Long fallbackTimeoutMillis,
        @Nullable Boolean fallbackEnabled,
        @Nullable JsonObject compression,
        @Nullable String dataPolicy,
        @Nullable JsonObject cache,
        boolean includeCost,
        @Nullable JsonObject provider,
        @Nullable Boolean hedge,
        @Nullable Boolean continueOnCut) {

    /** Copies the lists. */
    public KeySettings {
        models = List.copyOf(models);
        allowedIps = List.copyOf(allowedIps);
        fallbackModels = List.copyOf(fallbackModels);
    }

    /** A key that wants nothing of providers. */
    public KeySettings(
            String name,
            boolean enabled,
            @Nullable Long quotaNano,
            @Nullable Long monthlyLimitNano,
            int monthlyResetDay,
            List<String> models,
            List<String> allowedIps,
            @Nullable Instant expiresAt,
            List<String> fallbackModels,
            @Nullable Long fallbackTimeoutMillis,
            @Nullable Boolean fallbackEnabled,
            @Nullable JsonObject compression,
            @Nullable String dataPolicy,
            @Nullable JsonObject cache,
            boolean includeCost) {
        this(
                name,
                enabled,
                quotaNano,
                monthlyLimitNano,
                monthlyResetDay,
                models,
                allowedIps,
                expiresAt,
                fallbackModels,
                fallbackTimeoutMillis,
                fallbackEnabled,
                compression,
                dataPolicy,
                cache,
                includeCost,
                null,
                null,
                null);
    }

    /**
     * A key without any restriction.
     *
     * @param name for people
     * @return enabled, unlimited, for every model and address
     */
    public static KeySettings named(String name) {
        return new KeySettings(
                name, true, null, null, 1, List.of(), List.of(), null, List.of(), null, null, null, null, null, false);
    }

    /**
     * The same key, telling costs or not.
     *
     * @param include whether answers tell what they cost though the request does not ask
     * @return a copy
     */
    public KeySettings withIncludeCost(boolean include) {
        return with(enabled, include);
    }

    /**
     * The same key, switched on or off.
     *
     * @param on whether its requests are served
     * @return a copy
     */
    public KeySettings withEnabled(boolean on) {
        return with(on, includeCost);
    }

    private KeySettings with(boolean on, boolean include) {
        return new KeySettings(
                name,
                on,
                quotaNano,
                monthlyLimitNano,
                monthlyResetDay,
                models,
                allowedIps,
                expiresAt,
                fallbackModels,
                fallbackTimeoutMillis,
                fallbackEnabled,
                compression,
                dataPolicy,
                cache,
                include,
                provider,
                hedge,
                continueOnCut);
    }
}
