package ai.apertis.console.desk;

import ai.apertis.catalog.Model;
import ai.apertis.console.Numbers;
import ai.apertis.money.Prices;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the playground shows.
 *
 * @param models those that can be asked
 * @param chosen the model to begin with, empty for none
 * @param payer the organization whose account is charged
 * @param left what is left there, null for who may not see it
 * @param mayRead whether the visitor may see the logs
 */
public record PlaygroundView(
        List<Choice> models,
        String chosen,
        String payer,
        @Nullable String left,
        boolean mayRead) {
    private static final long NANO_IN_A_MILLION = 1_000;

    /** Copies the models. */
    public PlaygroundView {
        models = List.copyOf(models);
    }

    /**
     * A model to choose.
     *
     * @param id its catalogue id
     * @param label its name and what it costs
     */
    public record Choice(String id, String label) {
        static Choice of(Model model) {
            Prices prices = model.prices();
            String cost = model.isFree()
                    ? "free"
                    : prices.inputPico() > 0 || prices.outputPico() > 0
                            ? Numbers.usd(prices.inputPico() * NANO_IN_A_MILLION) + " in, "
                                    + Numbers.usd(prices.outputPico() * NANO_IN_A_MILLION)
                                    + " out for a million tokens"
                            : "priced by the request";
            return new Choice(model.id(), model.name() + ": " + cost);
        }
    }
}
