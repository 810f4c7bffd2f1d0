package ai.apertis.catalog;

import java.util.Locale;

/**
 * A subscription plan.
 *
 * @param name its name, for instance {@code pro}
 * @param tier the highest tier of models that it includes
 * @param priceNano nano-USD per month
 * @param quota units of quota per monthly cycle
 * @param rateThousandths what rate limits are multiplied by, in thousandths
 */
public record Plan(String name, Tier tier, long priceNano, long quota, long rateThousandths) {

    private static final long ONE = 1_000;

    /**
     * Whether the plan includes a model.
     *
     * @param model the model
     * @return true when the model's tier is not above the plan's
     */
    public boolean includes(Model model) {
        return model.tier().compareTo(tier) <= 0;
    }

    /**
     * The quota that one request takes in this plan, whatever its length: the model's multiplier for the plan's name,
     * else for the plan's tier, else one.
     *
     * @param model the model
     * @return thousandths of a unit of quota, zero when the model is free in this plan
     */
    public long multiplierThousandths(Model model) {
        Long byPlan = model.multipliers().get(name);
        if (byPlan != null) {
            return byPlan;
        }
        return model.multipliers().getOrDefault(tier.name().toLowerCase(Locale.ROOT), ONE);
    }
}
