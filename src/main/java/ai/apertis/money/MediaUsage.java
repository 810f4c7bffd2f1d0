package ai.apertis.money;

/**
 * What a request consumed beside text and sound. Image tokens stand beside the text tokens of {@link Usage}, not inside.
 *
 * @param imageInputTokens prompt tokens that were images
 * @param imageOutputTokens generated tokens that were images
 * @param characters characters of text to be spoken, for models that are priced by them
 */
public record MediaUsage(long imageInputTokens, long imageOutputTokens, long characters) {
    /** Nothing consumed. */
    public static final MediaUsage NONE = new MediaUsage(0, 0, 0);

    /** Refuses negative and absurd counts, as {@link Usage} does. */
    public MediaUsage {
        Usage.check(imageInputTokens);
        Usage.check(imageOutputTokens);
        Usage.check(characters);
    }
}
