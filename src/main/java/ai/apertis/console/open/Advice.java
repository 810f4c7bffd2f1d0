package ai.apertis.console.open;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page that recommends a model.
 *
 * @param tasks what may be wanted
 * @param budgets what it may cost
 * @param task what was chosen, empty for nothing yet
 * @param budget what was chosen
 * @param best the answer, null when nothing was asked or nothing fits
 * @param reason why
 * @param others what else would do
 */
public record Advice(
        List<Choice> tasks,
        List<String> budgets,
        String task,
        String budget,
        ModelListView.@Nullable Row best,
        String reason,
        List<Other> others) {
    /** Copies the lists. */
    public Advice {
        tasks = List.copyOf(tasks);
        budgets = List.copyOf(budgets);
        others = List.copyOf(others);
    }

    /**
     * A task to choose.
     *
     * @param name on the wire
     * @param label for people
     */
    public record Choice(String name, String label) {}

    /**
     * Another model.
     *
     * @param model the model
     * @param note how it compares
     */
    public record Other(ModelListView.Row model, String note) {}
}
