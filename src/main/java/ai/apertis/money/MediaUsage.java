package ai.apertis.money;

/**
 * What a request consumed beside text and sound. Image tokens stand beside the text tokens of {@link Usage}, not inside.
 *
 * @param imageInputTokens prompt tokens that were images
 * @param imageOutputTokens generated tokens that were images
 * @param characters characters of text to be spoken, for models that are priced by them
 * @param searches how many requests it counts as, where a provider counts one as several; 0 for one
 * @param longWrites those of the tokens written to a cache that are kept for an hour there, for which Anthropic asks more
 */
public record MediaUsage(
        long imageInputTokens, long imageOutputTokens, long characters, long searches, long longWrites) {
    /** Nothing consumed. */
    public static final MediaUsage NONE = new MediaUsage(0, 0, 0);

    /** One request, and nothing kept for an hour. */
    public MediaUsage(long imageInputTokens, long imageOutputTokens, long characters) {
        this(imageInputTokens, imageOutputTokens, characters, 0, 0);
    }

    /** Refuses negative and absurd counts, as {@link Usage} does. */
    public MediaUsage {
        Usage.check(imageInputTokens);
        Usage.check(imageOutputTokens);
        Usage.check(characters);
        Usage.check(searches);
        Usage.check(longWrites);
    }
}
