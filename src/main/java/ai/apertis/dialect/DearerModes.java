package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request may say to be served in a way that its provider asks more for, and that the catalogue therefore has no
 * price for: OpenAI's and Google's priority tiers, Anthropic's fast mode and its processing inside the USA. A provider that
 * would be told so is not asked, and the client gets a 400. Only words that are known to cost no more pass, so that a
 * dearer mode of tomorrow is not given away.
 */
public final class DearerModes {
    private static final Set<String> TIERS = Set.of(
            "auto", "default", "flex", "scale", "batch", "standard", "standard_only", "on_demand", "unspecified");
    private static final Set<String> SPEEDS = Set.of("standard");
    private static final Set<String> PLACES = Set.of("global");

    private DearerModes() {}

    /**
     * Whether a member asks for such a mode.
     *
     * @param dialect the client's
     * @param name the member of the body
     * @param json on its value, which is left as it is
     * @return the member's name when it does, else null
     * @throws IOException on malformed JSON
     */
    public static @Nullable String in(DialectName dialect, String name, JsonParser json) throws IOException {
        Set<String> cheap = cheap(dialect, name);
        boolean dearer = !cheap.isEmpty()
                && json.currentToken() == JsonToken.VALUE_STRING
                && !cheap.contains(json.getText().toLowerCase(Locale.ROOT));
        return dearer ? name : null;
    }

    /**
     * Whether a tier is one that costs more.
     *
     * @param tier as the client wrote it, null when it did not
     * @return the member's name in OpenAI's dialects when it is, else null
     */
    public static @Nullable String tier(@Nullable String tier) {
        return tier == null || TIERS.contains(tier.toLowerCase(Locale.ROOT)) ? null : "service_tier";
    }

    private static Set<String> cheap(DialectName dialect, String name) {
        return switch (name) {
            case "service_tier", "serviceTier" -> TIERS;
            case "speed" -> dialect == DialectName.ANTHROPIC ? SPEEDS : Set.of();
            case "inference_geo" -> dialect == DialectName.ANTHROPIC ? PLACES : Set.of();
            default -> Set.of();
        };
    }

    /**
     * Refuses a provider that would be told to serve in a dearer way.
     *
     * @param asked the member that asks for it, null when none does
     * @param client the client's dialect
     * @param provider the provider's dialect
     * @throws ApiException a 400 that names the member
     */
    public static void refuse(@Nullable String asked, DialectName client, DialectName provider) {
        if (asked != null && family(client).equals(family(provider))) {
            throw ApiError.invalidParameter(
                            asked,
                            "'" + asked + "' asks for a mode that costs more and has no price here. Leave it out.")
                    .exception();
        }
    }

    /** OpenAI's two dialects tell one another of tiers. */
    private static String family(DialectName dialect) {
        return dialect == DialectName.OPENAI_RESPONSES ? DialectName.OPENAI.name() : dialect.name();
    }
}
