package ai.apertis.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a {@code price}. */
final class PriceReader {
    private static final long MOST_USD = 1_000_000;
    private static final long MOST_TOKENS = 100_000_000;
    private static final int TOKEN_DECIMALS = 6;
    private static final int UNIT_DECIMALS = 9;

    private PriceReader() {}

    /** The prices of a model or endpoint, which must be there: a model without a price would be given away. */
    static PriceConfig read(Value value) {
        if (!value.present()) {
            value.problem("missing: what costs nothing has {input: 0, output: 0}");
        }
        try (Section price = value.section()) {
            PriceConfig base = tokens(price)
                    .withUnits(
                            units(price.at("per_request")),
                            units(price.at("per_image")),
                            units(price.at("per_second")),
                            tokens(price.at("characters"), BigDecimal.ZERO),
                            images(price.at("images")));
            return base.withTiers(tiers(price.at("tiers"), base));
        }
    }

    private static PriceConfig tokens(Section price) {
        BigDecimal input = tokens(price.at("input"), BigDecimal.ZERO);
        BigDecimal output = tokens(price.at("output"), BigDecimal.ZERO);
        return new PriceConfig(
                input,
                output,
                tokens(price.at("cache_read"), input),
                tokens(price.at("cache_write"), input),
                tokens(price.at("audio_input"), input),
                tokens(price.at("audio_output"), output),
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                List.of(),
                tokens(price.at("image_input"), input),
                tokens(price.at("image_output"), output),
                BigDecimal.ZERO,
                Map.of());
    }

    private static Map<String, BigDecimal> images(Value value) {
        Map<String, BigDecimal> forms = new LinkedHashMap<>();
        try (Section section = value.section()) {
            section.all().forEach((form, price) -> forms.put(form, units(price)));
        }
        return forms;
    }

    private static BigDecimal tokens(Value value, BigDecimal fallback) {
        return value.decimal(fallback, MOST_USD, TOKEN_DECIMALS);
    }

    private static BigDecimal units(Value value) {
        return value.decimal(BigDecimal.ZERO, MOST_USD, UNIT_DECIMALS);
    }

    private static List<PriceConfig.Tier> tiers(Value value, PriceConfig base) {
        List<PriceConfig.Tier> tiers = new ArrayList<>();
        long previous = 0;
        for (Value item : value.items()) {
            try (Section tier = item.section()) {
                Value above = tier.at("above");
                // Left out, these would make long prompts cheaper than short ones by mistake.
                for (Value needed : List.of(above, tier.at("input"), tier.at("output"))) {
                    if (!needed.present()) {
                        needed.problem("missing");
                    }
                }
                long tokens = above.whole(previous + 1, 1, MOST_TOKENS);
                if (tokens <= previous) {
                    above.problem("tiers must ascend: " + tokens + " after " + previous);
                }
                previous = tokens;
                PriceConfig price = tokens(tier)
                        .withUnits(
                                base.perRequest(), base.perImage(), base.perSecond(), base.characters(), base.images());
                tiers.add(new PriceConfig.Tier(tokens, price));
            }
        }
        return tiers;
    }
}
