package ai.apertis.console.open;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The page of a model.
 *
 * @param id its id
 * @param name its name for people
 * @param vendor who made it
 * @param description one sentence
 * @param badges what marks it
 * @param facts what it is and can: name and value
 * @param prices what it costs
 * @param longer what its tokens cost for longer prompts
 * @param plans what a request takes of the quota of each plan that includes it
 * @param dataPolicy what is done with prompts there, null when nothing unusual
 * @param providers who serves it here
 * @param aliases its other names
 * @param snippets how it is asked
 * @param task for which it may be recommended, empty for none
 * @param chats whether it can be tried in the playground
 */
public record ModelView(
        String id,
        String name,
        String vendor,
        String description,
        List<Badge> badges,
        List<Map.Entry<String, String>> facts,
        List<PriceLine> prices,
        List<Longer> longer,
        List<InPlan> plans,
        @Nullable String dataPolicy,
        List<Served> providers,
        List<String> aliases,
        List<Home.Snippet> snippets,
        String task,
        boolean chats) {
    /** Copies the lists. */
    public ModelView {
        badges = List.copyOf(badges);
        facts = List.copyOf(facts);
        prices = List.copyOf(prices);
        longer = List.copyOf(longer);
        plans = List.copyOf(plans);
        providers = List.copyOf(providers);
        aliases = List.copyOf(aliases);
        snippets = List.copyOf(snippets);
    }

    /**
     * Prices of longer prompts.
     *
     * @param above the length above which they hold, in tokens, for people
     * @param prices those of tokens
     */
    public record Longer(String above, List<PriceLine> prices) {
        /** Copies the list. */
        public Longer {
            prices = List.copyOf(prices);
        }
    }

    /**
     * A plan and the model.
     *
     * @param plan its name
     * @param takes what a request takes of its quota, for people; null when the plan does not include the model
     */
    public record InPlan(String plan, @Nullable String takes) {}

    /**
     * A provider of the model.
     *
     * @param name its name
     * @param policy what it does with prompts, in a sentence
     */
    public record Served(String name, String policy) {}
}
