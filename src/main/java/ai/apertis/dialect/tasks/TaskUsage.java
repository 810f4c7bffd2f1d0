package ai.apertis.dialect.tasks;

import ai.apertis.money.MediaUsage;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads what tasks say was used. Embeddings tell {@code prompt_tokens}, Voyage and Jina only {@code total_tokens}, Cohere
 * {@code meta.tokens}; images and sound tell {@code input_tokens} and {@code output_tokens} with details by kind (OpenAI,
 * API reference). A figure that is negative, absurd or no whole number makes all of it unbelievable.
 */
final class TaskUsage {
    private static final long ABSENT = -1;

    private final JsonNode told;
    private boolean unbelievable;

    private TaskUsage(JsonNode told) {
        this.told = told;
    }

    /** Tokens that were read: all there are. */
    static @Nullable Usage read(JsonNode told) {
        TaskUsage usage = new TaskUsage(told.has("tokens") ? told.path("tokens") : told);
        long input = usage.input();
        if (input == ABSENT) {
            input = usage.count(usage.told, "total_tokens");
        }
        return usage.believed(input, Usage.ofTokens(known(input), 0));
    }

    /** Requests that a provider counts, and nothing else. */
    static MediaUsage searches(long count) {
        return new MediaUsage(0, 0, 0, Math.min(Usage.MAX_COUNT, count), 0);
    }

    /** What a reranking used. Cohere tells how many searches it counts it as, and no tokens. */
    static @Nullable Usage reranked(JsonNode told) {
        Usage tokens = read(told);
        TaskUsage billed = new TaskUsage(told.path("billed_units"));
        long count = billed.count(billed.told, "search_units");
        return count == ABSENT
                ? tokens
                : (tokens == null ? Usage.ofTokens(0, 0) : tokens).withMedia(0, searches(count));
    }

    /** Tokens of images. What was generated is an image unless the details say otherwise. */
    static @Nullable Usage images(JsonNode told, int images) {
        TaskUsage usage = new TaskUsage(told);
        long input = usage.input();
        long output = usage.output();
        long seen = Math.min(known(input), known(usage.detail("input", "image_tokens")));
        long text = Math.min(known(output), known(usage.detail("output", "text_tokens")));
        Usage tokens = Usage.ofTokens(known(input) - seen, text);
        return usage.believed(input, tokens.withMedia(images, new MediaUsage(seen, known(output) - text, 0)));
    }

    /** Tokens of text that was spoken: what was generated is sound. */
    static @Nullable Usage speech(JsonNode told) {
        TaskUsage usage = new TaskUsage(told);
        long input = usage.input();
        return usage.believed(input, new Usage(known(input), 0, 0, 0, 0, 0, known(usage.output()), 0, 0, false));
    }

    /** Seconds or tokens of what was heard. */
    static @Nullable Usage heard(JsonNode told) {
        if (told.path("seconds").isNumber()) {
            return seconds(told.path("seconds"));
        }
        TaskUsage usage = new TaskUsage(told);
        long input = usage.input();
        long sound = Math.min(known(input), known(usage.detail("input", "audio_tokens")));
        return usage.believed(
                input, new Usage(known(input) - sound, 0, 0, known(usage.output()), 0, sound, 0, 0, 0, false));
    }

    /** A length told in seconds, with decimals or without. */
    static @Nullable Usage seconds(JsonNode number) {
        double millis = Math.ceil(number.asDouble(ABSENT) * 1_000);
        return millis >= 0 && millis <= Usage.MAX_COUNT ? Usage.ofMilliseconds((long) millis) : null;
    }

    private @Nullable Usage believed(long needed, Usage usage) {
        return unbelievable || needed == ABSENT ? null : usage;
    }

    private long input() {
        return first(count(told, "input_tokens"), count(told, "prompt_tokens"));
    }

    private long output() {
        return first(count(told, "output_tokens"), count(told, "completion_tokens"));
    }

    /** OpenAI writes {@code input_tokens_details} for images and {@code input_token_details} for sound. */
    private long detail(String side, String name) {
        return first(count(told.path(side + "_tokens_details"), name), count(told.path(side + "_token_details"), name));
    }

    private long count(JsonNode parent, String name) {
        JsonNode value = parent.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return ABSENT;
        }
        double number = value.isNumber() ? value.doubleValue() : ABSENT;
        if (!(number >= 0 && number <= Usage.MAX_COUNT) || number != Math.rint(number)) {
            unbelievable = true;
            return ABSENT;
        }
        return (long) number;
    }

    private static long first(long one, long other) {
        return one == ABSENT ? other : one;
    }

    private static long known(long count) {
        return Math.max(0, count);
    }
}
