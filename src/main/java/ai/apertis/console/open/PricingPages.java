package ai.apertis.console.open;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.Plan;
import ai.apertis.console.Numbers;
import ai.apertis.console.Pages;
import ai.apertis.console.Reply;
import ai.apertis.console.Section;
import ai.apertis.ingress.Mount;
import io.vertx.ext.web.Router;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** What it costs: by use, or by a plan. */
public final class PricingPages implements Mount {
    private final Pages pages;
    private final LiveCatalog catalog;

    /**
     * The page.
     *
     * @param pages where it is put
     * @param catalog plans and models
     */
    public PricingPages(Pages pages, LiveCatalog catalog) {
        this.pages = pages;
        this.catalog = catalog;
    }

    @Override
    public void mount(Router router) {
        pages.getAtOnce(router, "/pricing", Section.PRICING, visit -> pricing(catalog.current()));
    }

    private static Reply pricing(Catalog now) {
        List<Model> models =
                now.models().stream().filter(model -> !model.isSimulated()).toList();
        return Reply.page(
                "open/pricing",
                "Pricing",
                "Pay for what is used, exactly, or subscribe to a monthly quota.",
                new Plans(now.plans().stream().map(plan -> card(plan, models)).toList(), models.size(), (int)
                        models.stream().filter(Model::isFree).count()));
    }

    private static Plans.Card card(Plan plan, List<Model> models) {
        return new Plans.Card(
                plan.name(),
                Numbers.usd(plan.priceNano()).replaceFirst("\\.00$", ""),
                Numbers.grouped(plan.quota()),
                plan.tier().name().toLowerCase(Locale.ROOT),
                (int) models.stream().filter(plan::includes).count(),
                BigDecimal.valueOf(plan.rateThousandths(), 3)
                        .stripTrailingZeros()
                        .toPlainString());
    }
}
