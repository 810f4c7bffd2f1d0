package ai.apertis.money;

/**
 * What one request consumed, in classes that do not overlap (but for {@code reasoningTokens}, which are inside
 * {@code outputTokens}). Each dialect translates its provider's own counting into these: OpenAI and Gemini count cached
 * tokens inside the prompt, Anthropic counts them beside it.
 *
 * @param inputTokens text prompt tokens neither read from nor written to a cache
 * @param cacheReadTokens prompt tokens served from the provider's cache
 * @param cacheWriteTokens prompt tokens written to the provider's cache
 * @param outputTokens generated text tokens, reasoning included
 * @param reasoningTokens the part of {@code outputTokens} that was reasoning
 * @param audioInputTokens prompt tokens that were audio
 * @param audioOutputTokens generated tokens that were audio
 * @param images images generated
 * @param milliseconds duration of generated or transcribed media, in milliseconds
 * @param estimated whether these were counted here because the provider did not say
 * @param media image tokens and characters
 */
public record Usage(
        long inputTokens,
        long cacheReadTokens,
        long cacheWriteTokens,
        long outputTokens,
        long reasoningTokens,
        long audioInputTokens,
        long audioOutputTokens,
        long images,
        long milliseconds,
        boolean estimated,
        MediaUsage media) {

    /** Nothing consumed. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, 0, 0, 0, false);

    /** The most that any class of one request may count: beyond it a provider's figure is absurd and not believed. */
    public static final long MAX_COUNT = 1_000_000_000L;

    /** Usage without image tokens and characters. */
    public Usage(
            long inputTokens,
            long cacheReadTokens,
            long cacheWriteTokens,
            long outputTokens,
            long reasoningTokens,
            long audioInputTokens,
            long audioOutputTokens,
            long images,
            long milliseconds,
            boolean estimated) {
        this(
                inputTokens,
                cacheReadTokens,
                cacheWriteTokens,
                outputTokens,
                reasoningTokens,
                audioInputTokens,
                audioOutputTokens,
                images,
                milliseconds,
                estimated,
                MediaUsage.NONE);
    }

    /** Refuses negative and absurd counts, which the readers of provider answers must have treated as absent. */
    public Usage {
        check(inputTokens);
        check(cacheReadTokens);
        check(cacheWriteTokens);
        check(outputTokens);
        check(reasoningTokens);
        check(audioInputTokens);
        check(audioOutputTokens);
        check(images);
        check(milliseconds);
    }

    /**
     * Usage of plain text.
     *
     * @param inputTokens prompt tokens
     * @param outputTokens generated tokens
     * @return usage with these two classes only, as told by the provider
     */
    public static Usage ofTokens(long inputTokens, long outputTokens) {
        return new Usage(inputTokens, 0, 0, outputTokens, 0, 0, 0, 0, 0, false);
    }

    /**
     * The same counts, marked as counted here.
     *
     * @return this usage with {@code estimated} set
     */
    public Usage asEstimate() {
        return new Usage(
                inputTokens,
                cacheReadTokens,
                cacheWriteTokens,
                outputTokens,
                reasoningTokens,
                audioInputTokens,
                audioOutputTokens,
                images,
                milliseconds,
                true,
                media);
    }

    /**
     * Usage of a length of sound or video.
     *
     * @param milliseconds its length
     * @return usage with this class only
     */
    public static Usage ofMilliseconds(long milliseconds) {
        return new Usage(0, 0, 0, 0, 0, 0, 0, 0, milliseconds, false);
    }

    /**
     * The same tokens, and what else was consumed.
     *
     * @param count images generated
     * @param beside image tokens and characters; they are beside the text tokens counted here
     * @return a copy
     */
    public Usage withMedia(long count, MediaUsage beside) {
        return new Usage(
                inputTokens,
                cacheReadTokens,
                cacheWriteTokens,
                outputTokens,
                reasoningTokens,
                audioInputTokens,
                audioOutputTokens,
                count,
                milliseconds,
                estimated,
                beside);
    }

    /**
     * The same prompt with output counted here.
     *
     * @param tokens generated tokens
     * @return an estimate
     */
    public Usage withOutput(long tokens) {
        return new Usage(
                inputTokens,
                cacheReadTokens,
                cacheWriteTokens,
                tokens,
                0,
                audioInputTokens,
                0,
                images,
                milliseconds,
                true,
                media);
    }

    /**
     * Whether it counts images, characters or time, which a provider tells or the request does: tokens are then no measure
     * of what is missing.
     *
     * @return true when any of these is above zero
     */
    public boolean isOfMedia() {
        return images > 0 || milliseconds > 0 || media.characters() > 0;
    }

    /**
     * The same counts and more generated text, counted here.
     *
     * @param tokens how many more
     * @return a copy, marked as estimated
     */
    public Usage withMoreOutput(long tokens) {
        return new Usage(
                inputTokens,
                cacheReadTokens,
                cacheWriteTokens,
                Math.min(MAX_COUNT, outputTokens + tokens),
                reasoningTokens,
                audioInputTokens,
                audioOutputTokens,
                images,
                milliseconds,
                true,
                media);
    }

    /**
     * The usage of one answer that another has gone on with: this one's prompt, and the output of both.
     *
     * @param more what the other used; its prompt, which repeats this one's, is left out
     * @return the whole answer's
     */
    public Usage goingOn(Usage more) {
        return new Usage(
                inputTokens,
                cacheReadTokens,
                cacheWriteTokens,
                Math.min(MAX_COUNT, outputTokens + more.outputTokens),
                Math.min(MAX_COUNT, reasoningTokens + more.reasoningTokens),
                audioInputTokens,
                Math.min(MAX_COUNT, audioOutputTokens + more.audioOutputTokens),
                images,
                milliseconds,
                estimated || more.estimated,
                media);
    }

    /**
     * All prompt tokens of every class: what OpenAI calls {@code prompt_tokens}.
     *
     * @return tokens
     */
    public long promptTokens() {
        return inputTokens + cacheReadTokens + cacheWriteTokens + audioInputTokens + media.imageInputTokens();
    }

    /**
     * All generated tokens of every class: what OpenAI calls {@code completion_tokens}.
     *
     * @return tokens
     */
    public long completionTokens() {
        return outputTokens + audioOutputTokens + media.imageOutputTokens();
    }

    static void check(long count) {
        if (count < 0 || count > MAX_COUNT) {
            throw new IllegalArgumentException("a count of usage is out of range: " + count);
        }
    }
}
