package ai.apertis.dialect;

import org.jspecify.annotations.Nullable;

/** Names of service tiers, brought to the words of OpenAI, whose SDKs know no others. */
public final class ServiceTiers {
    private ServiceTiers() {}

    /**
     * A provider's name for the tier that served an answer.
     *
     * @param told Anthropic's and Groq's words among them; null when not told
     * @return OpenAI's word, null where it has none
     */
    public static @Nullable String read(@Nullable String told) {
        return switch (told == null ? "" : told) {
            case "auto", "default", "flex", "scale", "priority" -> told;
            case "standard", "on_demand" -> "default";
            default -> null;
        };
    }
}
