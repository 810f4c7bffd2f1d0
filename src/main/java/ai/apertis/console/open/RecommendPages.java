package ai.apertis.console.open;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Recommender;
import ai.apertis.catalog.Recommender.Budget;
import ai.apertis.catalog.Recommender.Recommendation;
import ai.apertis.catalog.Recommender.Task;
import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Section;
import ai.apertis.console.Visit;
import ai.apertis.ingress.Mount;
import io.vertx.ext.web.Router;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which model to take: what {@code GET /v1/recommend} says to a key that may use every model. */
public final class RecommendPages implements Mount {
    private final Pages pages;
    private final LiveCatalog catalog;

    /**
     * The page.
     *
     * @param pages where it is put
     * @param catalog what there is
     */
    public RecommendPages(Pages pages, LiveCatalog catalog) {
        this.pages = pages;
        this.catalog = catalog;
    }

    @Override
    public void mount(Router router) {
        pages.getAtOnce(router, "/recommend", Section.MODELS, this::advice);
    }

    private Reply advice(Visit visit) {
        Optional<Task> task = visit.query("task").map(RecommendPages::task);
        Budget budget = visit.query("budget").map(RecommendPages::budget).orElse(Budget.MEDIUM);
        Optional<Recommendation> found = task.flatMap(asked ->
                Recommender.recommend(Recommender.worthwhile(catalog.current().models()), asked, budget));
        return Reply.page(
                "open/recommend",
                "Which model?",
                "A model for a task and a budget, by what the catalogue says of it.",
                new Advice(
                        Arrays.stream(Task.values())
                                .map(one -> new Advice.Choice(one.wireName(), label(one)))
                                .toList(),
                        Arrays.stream(Budget.values()).map(RecommendPages::name).toList(),
                        task.map(Task::wireName).orElse(""),
                        name(budget),
                        found.map(Recommendation::model)
                                .map(ModelListView.Row::of)
                                .orElse(null),
                        found.map(Recommendation::reason).orElse(""),
                        found.map(Recommendation::alternatives).orElse(List.of()).stream()
                                .map(other -> new Advice.Other(ModelListView.Row.of(other.model()), other.note()))
                                .toList()));
    }

    private static String label(Task task) {
        return switch (task) {
            case CODING -> "Coding: tools, and room for files";
            case LONG_CONTEXT -> "Long context: at least 200,000 tokens";
            case FAST_CHAT -> "Fast chat: answers without reasoning first";
            case REASONING -> "Reasoning: thinks before it answers";
            case VISION -> "Vision: reads images";
        };
    }

    private static String name(Budget budget) {
        return budget.name().toLowerCase(Locale.ROOT);
    }

    private static Task task(String told) {
        return Arrays.stream(Task.values())
                .filter(task -> task.wireName().equals(told))
                .findFirst()
                .orElseThrow(() -> Refused.bad("'task' is none that a model is recommended for."));
    }

    private static Budget budget(String told) {
        return Arrays.stream(Budget.values())
                .filter(budget -> name(budget).equals(told))
                .findFirst()
                .orElseThrow(() -> Refused.bad("'budget' must be low, medium or high."));
    }
}
