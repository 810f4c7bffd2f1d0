package ai.apertis.catalog;

import ai.apertis.config.ModelKind;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Recommends models for a task from what the catalogue says of them. There is no opinion in it: what a model can, reads and
 * costs decides.
 */
public final class Recommender {
    private static final int MOST_ALTERNATIVES = 2;
    private static final long LONG_CONTEXT = 200_000;
    private static final long CODING_CONTEXT = 64_000;

    /** What a model is wanted for. */
    public enum Task {
        /** Needs tools, and room for files. */
        CODING("with tools"),
        /** Needs a context of at least 200,000 tokens. */
        LONG_CONTEXT("with a long context"),
        /** Answers at once, without reasoning first. */
        FAST_CHAT("that answers without reasoning first"),
        /** Thinks before it answers. */
        REASONING("that reasons"),
        /** Reads images. */
        VISION("that reads images");

        private final String words;

        Task(String words) {
            this.words = words;
        }

        private boolean fits(Model model) {
            return switch (this) {
                case CODING -> model.capabilities().contains("tools") && model.contextLength() >= CODING_CONTEXT;
                case LONG_CONTEXT -> model.contextLength() >= Recommender.LONG_CONTEXT;
                case FAST_CHAT -> !model.capabilities().contains("reasoning");
                case REASONING -> model.capabilities().contains("reasoning");
                case VISION -> model.inputModalities().contains("image");
            };
        }

        /**
         * Its name on the wire.
         *
         * @return for instance {@code long-context}
         */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What it may cost. */
    public enum Budget {
        /** The cheapest that fits. */
        LOW,
        /** The newest of the middle third by price. */
        MEDIUM,
        /** The dearest, which is the vendors' own measure of what a model can do. */
        HIGH
    }

    /**
     * A recommendation.
     *
     * @param model the model
     * @param reason why, for people
     * @param alternatives at most two others, with a note for people
     */
    public record Recommendation(Model model, String reason, List<Alternative> alternatives) {}

    /**
     * Another model that would do.
     *
     * @param model the model
     * @param note how it compares, for people
     */
    public record Alternative(Model model, String note) {}

    private Recommender() {}

    /**
     * Those of some models that are worth recommending: they converse and are served here. Simulated ones are no good advice,
     * unless there is nothing else.
     *
     * @param models those that may be used
     * @return what to give to {@link #recommend}
     */
    public static List<Model> worthwhile(List<Model> models) {
        List<Model> usable = models.stream()
                .filter(model ->
                        model.serves(ModelKind.CHAT) && !model.endpoints().isEmpty())
                .toList();
        List<Model> real = usable.stream().filter(model -> !model.isSimulated()).toList();
        return real.isEmpty() ? usable : real;
    }

    /**
     * The model to take.
     *
     * @param models those that may be used now
     * @param task what for
     * @param budget at what price
     * @return empty when none fits
     */
    public static Optional<Recommendation> recommend(List<Model> models, Task task, Budget budget) {
        List<Model> fitting = models.stream()
                .filter(model -> model.status().equals("active") && model.dataPolicy() == null)
                .filter(task::fits)
                .sorted(Comparator.comparingLong(Recommender::price).thenComparing(Model::id))
                .toList();
        if (fitting.isEmpty()) {
            return Optional.empty();
        }
        List<Model> preferred = inOrder(fitting, budget);
        Model best = preferred.getFirst();
        return Optional.of(new Recommendation(
                best,
                reason(best, task, budget),
                preferred.stream()
                        .skip(1)
                        .limit(MOST_ALTERNATIVES)
                        .map(other -> new Alternative(other, note(other, best)))
                        .toList()));
    }

    private static List<Model> inOrder(List<Model> byPrice, Budget budget) {
        return switch (budget) {
            case LOW -> byPrice;
            case MEDIUM ->
                byPrice.subList(byPrice.size() / 3, Math.max(byPrice.size() / 3 + 1, 2 * byPrice.size() / 3)).stream()
                        .sorted(Comparator.comparing(Recommender::released).reversed())
                        .toList();
            case HIGH -> byPrice.reversed();
        };
    }

    private static String reason(Model model, Task task, Budget budget) {
        String which = switch (budget) {
            case LOW -> "The cheapest model ";
            case MEDIUM -> "The newest model of a middle price ";
            case HIGH -> "The most capable model by its price ";
        };
        return which + task.words + "; " + model.contextLength() / 1_000 + "K tokens of context.";
    }

    private static String note(Model other, Model best) {
        long here = price(other);
        long there = price(best);
        if (here == there) {
            return "costs the same";
        }
        if (here == 0) {
            return "is free";
        }
        if (there == 0) {
            return "is not free";
        }
        boolean cheaper = here < there;
        BigDecimal factor = BigDecimal.valueOf(cheaper ? there : here)
                .divide(BigDecimal.valueOf(cheaper ? here : there), 1, RoundingMode.HALF_UP)
                .stripTrailingZeros();
        return factor.compareTo(BigDecimal.ONE) == 0
                ? "costs about the same"
                : factor.toPlainString() + " times " + (cheaper ? "cheaper" : "the price");
    }

    /** Three tokens are read for one that is written, which is what conversations come to. */
    private static long price(Model model) {
        return 3 * model.prices().inputPico() + model.prices().outputPico();
    }

    private static LocalDate released(Model model) {
        LocalDate told = model.released();
        return told == null ? LocalDate.EPOCH : told;
    }
}
