package ai.apertis.config;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Prices as configured, defaults filled in. Tokens are in US dollars per million with at most six decimals, the rest in
 * US dollars with at most nine.
 *
 * @param input uncached prompt tokens
 * @param output generated tokens
 * @param cacheRead prompt tokens read from a cache
 * @param cacheWrite prompt tokens written to a cache
 * @param audioInput audio prompt tokens
 * @param audioOutput generated audio tokens
 * @param perRequest a request
 * @param perImage a generated image
 * @param perSecond a second of media
 * @param tiers prices of long prompts, ascending
 * @param imageInput image prompt tokens
 * @param imageOutput generated image tokens
 * @param characters characters to be spoken, per million
 * @param images a generated image, or a second of a generated video, by quality and size
 */
public record PriceConfig(
        BigDecimal input,
        BigDecimal output,
        BigDecimal cacheRead,
        BigDecimal cacheWrite,
        BigDecimal audioInput,
        BigDecimal audioOutput,
        BigDecimal perRequest,
        BigDecimal perImage,
        BigDecimal perSecond,
        List<Tier> tiers,
        BigDecimal imageInput,
        BigDecimal imageOutput,
        BigDecimal characters,
        Map<String, BigDecimal> images) {

    /**
     * Prices of the whole request when its prompt is longer than a bound.
     *
     * @param above prompt tokens above which they hold
     * @param price the prices, without tiers of their own
     */
    public record Tier(long above, PriceConfig price) {}

    /** Copies the list. */
    public PriceConfig {
        tiers = List.copyOf(tiers);
        images = Map.copyOf(images);
    }

    PriceConfig withUnits(
            BigDecimal request,
            BigDecimal image,
            BigDecimal second,
            BigDecimal million,
            Map<String, BigDecimal> forms) {
        return new PriceConfig(
                input,
                output,
                cacheRead,
                cacheWrite,
                audioInput,
                audioOutput,
                request,
                image,
                second,
                tiers,
                imageInput,
                imageOutput,
                million,
                forms);
    }

    PriceConfig withTiers(List<Tier> longPrompts) {
        return new PriceConfig(
                input,
                output,
                cacheRead,
                cacheWrite,
                audioInput,
                audioOutput,
                perRequest,
                perImage,
                perSecond,
                longPrompts,
                imageInput,
                imageOutput,
                characters,
                images);
    }

    /** Whether nothing of this costs anything. */
    boolean isFree() {
        return Stream.of(
                                input,
                                output,
                                cacheRead,
                                cacheWrite,
                                audioInput,
                                audioOutput,
                                perRequest,
                                perImage,
                                perSecond,
                                imageInput,
                                imageOutput,
                                characters)
                        .allMatch(price -> price.signum() == 0)
                && images.values().stream().allMatch(price -> price.signum() == 0)
                && tiers.stream().allMatch(tier -> tier.price().isFree());
    }
}
