package ai.apertis.console.open;

import ai.apertis.catalog.Model;
import ai.apertis.console.Refused;
import ai.apertis.console.Visit;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which models of the catalogue a visitor wants to see.
 *
 * @param text what names, ids, vendors or descriptions have to contain, word by word; empty for anything
 * @param modality what a model has to read or write, empty for anything
 * @param vendor who has to have made it, empty for anybody
 * @param tier the tier it has to be of, in lower case, empty for any
 * @param free whether it has to cost nothing
 * @param context the least context, in tokens
 * @param sort the order
 */
public record ModelWish(
        String text, String modality, String vendor, String tier, boolean free, long context, Sort sort) {
    private static final long LONGEST_CONTEXT = 100_000_000;

    /** In which order models are shown. Simulated ones come last in each. */
    public enum Sort {
        /** By name. */
        NAME("Name"),
        /** Those released last first. */
        NEWEST("Newest first"),
        /** By what three tokens of input and one of output cost, which is what conversations come to. */
        CHEAPEST("Cheapest first"),
        /** The longest context first. */
        CONTEXT("Longest context first");

        private final String label;

        Sort(String label) {
            this.label = label;
        }

        private Comparator<Model> order() {
            return switch (this) {
                case NAME -> Comparator.comparing(model -> model.name().toLowerCase(Locale.ROOT));
                case NEWEST -> Comparator.comparing(Sort::released).reversed();
                case CHEAPEST ->
                    Comparator.comparingLong(model ->
                            3 * model.prices().inputPico() + model.prices().outputPico());
                case CONTEXT -> Comparator.comparingLong(Model::contextLength).reversed();
            };
        }

        /**
         * Its name in the address.
         *
         * @return lower-case
         */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Its name for people.
         *
         * @return a few words
         */
        public String label() {
            return label;
        }

        private static LocalDate released(Model model) {
            LocalDate told = model.released();
            return told == null ? LocalDate.EPOCH : told;
        }
    }

    static ModelWish of(Visit visit) {
        return new ModelWish(
                visit.query("q").orElse(""),
                visit.query("modality").orElse(""),
                visit.query("vendor").orElse(""),
                visit.query("tier").orElse("").toLowerCase(Locale.ROOT),
                visit.query("free").isPresent(),
                visit.query("context").map(ModelWish::tokens).orElse(0L),
                visit.query("sort").map(ModelWish::sort).orElse(Sort.NAME));
    }

    private static long tokens(String told) {
        try {
            long tokens = Long.parseLong(told);
            if (tokens >= 0 && tokens <= LONGEST_CONTEXT) {
                return tokens;
            }
        } catch (NumberFormatException e) {
            throw Refused.bad("'context' must be a whole number of tokens.");
        }
        throw Refused.bad("'context' is out of range.");
    }

    private static Sort sort(String told) {
        return Arrays.stream(Sort.values())
                .filter(sort -> sort.wireName().equals(told))
                .findFirst()
                .orElseThrow(() -> Refused.bad("'sort' must be one of "
                        + Arrays.stream(Sort.values()).map(Sort::wireName).collect(Collectors.joining(", ")) + "."));
    }

    /** Those that fit, in the order that is wanted. */
    List<Model> of(List<Model> models) {
        String[] words = text.toLowerCase(Locale.ROOT).split("\\s+");
        return models.stream()
                .filter(model -> contains(model, words) && fits(model))
                .sorted(Comparator.comparing(Model::isSimulated)
                        .thenComparing(sort.order())
                        .thenComparing(Model::id))
                .toList();
    }

    private boolean fits(Model model) {
        return (modality.isEmpty()
                        || model.inputModalities().contains(modality)
                        || model.outputModalities().contains(modality))
                && (vendor.isEmpty() || model.vendor().equals(vendor))
                && (tier.isEmpty()
                        || model.tier().name().toLowerCase(Locale.ROOT).equals(tier))
                && (!free || model.isFree())
                && model.contextLength() >= context;
    }

    private static boolean contains(Model model, String... words) {
        String said = String.join(
                        " ",
                        model.id(),
                        model.name(),
                        model.vendor(),
                        model.description(),
                        String.join(" ", model.aliases()))
                .toLowerCase(Locale.ROOT);
        return Arrays.stream(words).allMatch(said::contains);
    }

    /** As it stands in an address. */
    Map<String, String> query() {
        Map<String, String> query = new TreeMap<>(Map.of(
                "q", text,
                "modality", modality,
                "vendor", vendor,
                "tier", tier,
                "free", free ? "yes" : "",
                "context", context == 0 ? "" : Long.toString(context),
                "sort", sort == Sort.NAME ? "" : sort.wireName()));
        query.values().removeIf(String::isEmpty);
        return query;
    }
}
