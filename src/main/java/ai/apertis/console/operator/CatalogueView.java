package ai.apertis.console.operator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of the catalogue shows.
 *
 * @param version identifies the configuration that holds
 * @param models every model
 * @param off providers without a key
 * @param reloaded what came of reading the configuration again, null when it was not read just now
 */
public record CatalogueView(
        String version,
        List<Line> models,
        List<String> off,
        @Nullable Reloaded reloaded) {
    /** Copies the lists. */
    public CatalogueView {
        models = List.copyOf(models);
        off = List.copyOf(off);
    }

    /**
     * How many models nobody serves here.
     *
     * @return their number
     */
    public long dark() {
        return models.stream().filter(model -> model.endpoints().isEmpty()).count();
    }

    /**
     * A model.
     *
     * @param id its id
     * @param status for instance {@code active}
     * @param tier the tier that includes it
     * @param input dollars for a million tokens read
     * @param output dollars for a million tokens written
     * @param priceVersion identifies the prices on usage rows
     * @param multipliers by plan
     * @param endpoints who serves it, in order; empty where it is off
     */
    public record Line(
            String id,
            String status,
            String tier,
            String input,
            String output,
            String priceVersion,
            String multipliers,
            List<String> endpoints) {
        /** Copies the list. */
        public Line {
            endpoints = List.copyOf(endpoints);
        }
    }

    /**
     * What came of reading the configuration again.
     *
     * @param done whether it holds
     * @param words what is different, or what is wrong with it, a line each
     */
    public record Reloaded(boolean done, List<String> words) {
        /** Copies the list. */
        public Reloaded {
            words = List.copyOf(words);
        }
    }
}
