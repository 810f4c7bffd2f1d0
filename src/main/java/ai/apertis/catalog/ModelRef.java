package ai.apertis.catalog;

/**
 * What a client's model name came to.
 *
 * @param requested the name as the client wrote it
 * @param model the model
 * @param webSearch whether {@code :web} was asked for
 * @param codingPool whether {@code code:} was asked for
 * @param freeTier whether the name, or the id it came to, carries {@code :free}
 * @param preference what {@code :nitro} or {@code :floor} ask of routing
 */
public record ModelRef(
        String requested,
        Model model,
        boolean webSearch,
        boolean codingPool,
        boolean freeTier,
        RoutePreference preference) {

    /**
     * Whether the name asks for web search on the free tier, which costs money and is refused with a 400.
     *
     * @return true when the request must be refused
     */
    public boolean webSearchRefused() {
        return webSearch && freeTier;
    }
}
