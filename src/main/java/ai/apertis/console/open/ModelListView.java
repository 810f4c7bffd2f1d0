package ai.apertis.console.open;

import ai.apertis.catalog.Model;
import ai.apertis.console.Numbers;
import ai.apertis.console.Pager;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A page of the catalogue.
 *
 * @param wish what was asked for
 * @param modalities what models read and write
 * @param vendors who made them
 * @param found how many fit
 * @param rows those of this page
 * @param pager the other pages
 */
public record ModelListView(
        ModelWish wish, List<String> modalities, List<String> vendors, int found, List<Row> rows, Pager pager) {
    /** Contexts to choose from, in tokens. */
    private static final List<Long> CONTEXTS = List.of(32_000L, 128_000L, 200_000L, 400_000L, 1_000_000L);

    /** Copies the lists. */
    public ModelListView {
        modalities = List.copyOf(modalities);
        vendors = List.copyOf(vendors);
        rows = List.copyOf(rows);
    }

    /**
     * A model in a list.
     *
     * @param id its id
     * @param link its page
     * @param name its name for people
     * @param vendor who made it
     * @param context tokens of prompt and answer together, for people
     * @param input dollars per million tokens of input
     * @param output dollars per million tokens of output
     * @param tier from which on it is included in a plan
     * @param badges what marks it
     */
    public record Row(
            String id,
            String link,
            String name,
            String vendor,
            String context,
            String input,
            String output,
            String tier,
            List<Badge> badges) {
        /** Copies the list. */
        public Row {
            badges = List.copyOf(badges);
        }

        static Row of(Model model) {
            return new Row(
                    model.id(),
                    ModelListView.link(model),
                    model.name(),
                    model.vendor(),
                    model.contextLength() == 0 ? "–" : Numbers.grouped(model.contextLength()),
                    PriceLine.input(model),
                    PriceLine.output(model),
                    model.tier().name().toLowerCase(Locale.ROOT),
                    Badge.of(model));
        }
    }

    /** The page of a model. */
    static String link(Model model) {
        try {
            return new URI(null, null, "/models/" + model.id(), null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a path can hold anything", e);
        }
    }

    /**
     * Contexts to choose from.
     *
     * @return tokens
     */
    public List<Long> contexts() {
        return CONTEXTS;
    }

    /**
     * A number for people.
     *
     * @param tokens any
     * @return for instance {@code 128K}
     */
    public String compact(long tokens) {
        return Numbers.compact(tokens);
    }

    /**
     * Whether a choice is the one that was made.
     *
     * @param one a choice
     * @param chosen what was asked for
     * @return for a {@code selected} attribute: false leaves it out
     */
    public boolean is(@Nullable Object one, @Nullable Object chosen) {
        return String.valueOf(one).equals(String.valueOf(chosen));
    }
}
