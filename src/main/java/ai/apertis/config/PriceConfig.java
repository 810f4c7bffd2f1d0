package ai.apertis.config;

import java.math.BigDecimal;
import java.util.List;
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
        List<Tier> tiers) {

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
    }

    PriceConfig withUnits(BigDecimal request, BigDecimal image, BigDecimal second) {
        return new PriceConfig(
                input, output, cacheRead, cacheWrite, audioInput, audioOutput, request, image, second, tiers);
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
                longPrompts);
    }

    /** Whether nothing of this costs anything. */
    boolean isFree() {
        return Stream.of(input, output, cacheRead, cacheWrite, audioInput, audioOutput, perRequest, perImage, perSecond)
                        .allMatch(price -> price.signum() == 0)
                && tiers.stream().allMatch(tier -> tier.price().isFree());
    }
}
