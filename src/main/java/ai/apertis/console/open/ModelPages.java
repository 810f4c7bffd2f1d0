package ai.apertis.console.open;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.console.Pager;
import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Section;
import ai.apertis.console.Visit;
import ai.apertis.ingress.Mount;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.stream.Stream;

/** The catalogue: a list that is searched, filtered and sorted, thirty a page, and a page for each model. */
public final class ModelPages implements Mount {
    private static final int PAGE = 30;

    private final Pages pages;
    private final LiveCatalog catalog;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param catalog what there is
     */
    public ModelPages(Pages pages, LiveCatalog catalog) {
        this.pages = pages;
        this.catalog = catalog;
    }

    @Override
    public void mount(Router router) {
        pages.getAtOnce(router, "/models", Section.MODELS, this::list);
        pages.getAtOnce(router, "/models/*", Section.MODELS, this::one);
    }

    private Reply list(Visit visit) {
        List<Model> models = catalog.current().models();
        ModelWish wish = ModelWish.of(visit);
        List<Model> found = wish.of(models);
        int last = Math.max(1, Math.ceilDiv(found.size(), PAGE));
        int page = visit.query("page").map(told -> PageNumber.of(told, last)).orElse(1);
        return Reply.page(
                "open/models",
                "Models",
                "Every model that one key reaches, with its prices, context and data policy.",
                new ModelListView(
                        wish,
                        models.stream()
                                .flatMap(model -> Stream.concat(
                                        model.inputModalities().stream(), model.outputModalities().stream()))
                                .distinct()
                                .sorted()
                                .toList(),
                        models.stream().map(Model::vendor).distinct().sorted().toList(),
                        found.size(),
                        found.stream()
                                .skip((page - 1L) * PAGE)
                                .limit(PAGE)
                                .map(ModelListView.Row::of)
                                .toList(),
                        new Pager("/models", wish.query(), page, last)));
    }

    private Reply one(Visit visit) {
        Catalog now = catalog.current();
        String name = visit.inPath("*");
        Model model = now.resolve(name)
                .orElseThrow(() -> Refused.notFound("There is no model of this name."))
                .model();
        if (!model.id().equals(name)) {
            return Reply.to(ModelListView.link(model));
        }
        return Reply.page(
                "open/model",
                model.name(),
                model.description().isEmpty() ? model.name() + " by " + model.vendor() : model.description(),
                ModelFacts.of(now, model, visit.origin()));
    }
}
