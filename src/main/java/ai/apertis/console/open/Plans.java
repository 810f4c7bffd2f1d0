package ai.apertis.console.open;

import java.util.List;

/**
 * What it costs.
 *
 * @param plans the plans, in the order of the configuration
 * @param models how many models can be asked
 * @param freeModels how many of them cost nothing
 */
public record Plans(List<Card> plans, int models, int freeModels) {
    /** Copies the list. */
    public Plans {
        plans = List.copyOf(plans);
    }

    /**
     * A plan.
     *
     * @param name its name
     * @param price dollars a month
     * @param quota units a month, for people
     * @param tier the highest tier that it includes
     * @param models how many models that are
     * @param rate what rate limits are multiplied by
     */
    public record Card(String name, String price, String quota, String tier, int models, String rate) {}
}
