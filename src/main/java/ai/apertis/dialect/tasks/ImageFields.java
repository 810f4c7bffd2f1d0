package ai.apertis.dialect.tasks;

import ai.apertis.money.MediaUsage;
import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image is priced by. Where it is priced by tokens, an image of OpenAI's has at most 408 of low quality, 1,584 of
 * medium and 6,240 of high with up to 1.6 million pixels (OpenAI, "Image generation: cost and latency"); what is held is a
 * quarter above that, for each such area.
 *
 * @param count how many images are asked for
 * @param quality as written, empty when not said
 * @param size as written, empty when not said
 * @param partials how many unfinished images are streamed before each
 */
record ImageFields(int count, String quality, String size, int partials) {
    private static final Pattern PIXELS = Pattern.compile("(\\d{1,5})x(\\d{1,5})");
    private static final long AREA = 1_600_000;
    private static final long LOW_TOKENS = 510;
    private static final long MEDIUM_TOKENS = 2_000;
    private static final long HIGH_TOKENS = 8_000;
    private static final long PARTIAL_TOKENS = 100;
    /** An image that is read, cut into tiles at the finest. */
    static final long READ_TOKENS = 8_000;

    /** The most that may be used, besides a prompt of so many tokens and the images that are read. */
    Usage most(long promptTokens, int imagesRead) {
        long each = tokens() * areas() + partials * PARTIAL_TOKENS;
        return Usage.ofTokens(promptTokens, 0)
                .withMedia(count, new MediaUsage(imagesRead * READ_TOKENS, count * each, 0));
    }

    Prices priced(Prices prices) {
        return prices.forImage(quality, size);
    }

    private long tokens() {
        return switch (quality) {
            case "low" -> LOW_TOKENS;
            case "medium" -> MEDIUM_TOKENS;
            default -> HIGH_TOKENS;
        };
    }

    private long areas() {
        Matcher pixels = PIXELS.matcher(size);
        return pixels.matches()
                ? Math.max(1, Math.ceilDiv(Long.parseLong(pixels.group(1)) * Long.parseLong(pixels.group(2)), AREA))
                : 1;
    }
}
