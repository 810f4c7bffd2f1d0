package ai.apertis.console.open;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.changelog.Changelog;
import ai.apertis.console.Numbers;
import ai.apertis.console.Pages;
import ai.apertis.console.Reply;
import ai.apertis.console.Section;
import ai.apertis.console.Visit;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.UsageSums;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.List;

/** The first page, and the switch of colours that every page has. */
public final class HomePages implements Mount {
    private static final int NEWS = 4;
    private static final long YEAR_SECONDS = 31_536_000;

    private final Pages pages;
    private final LiveCatalog catalog;
    private final Changelog changelog;
    private final DayFigures figures;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param catalog what there is
     * @param changelog what is new
     * @param sums what was asked
     */
    public HomePages(Pages pages, LiveCatalog catalog, Changelog changelog, UsageSums sums) {
        this.pages = pages;
        this.catalog = catalog;
        this.changelog = changelog;
        this.figures = new DayFigures(sums);
    }

    @Override
    public void mount(Router router) {
        pages.get(router, "/", Section.HOME, this::home);
        pages.post(router, "/theme", Section.OTHER, HomePages::theme);
    }

    private Future<Reply> home(Visit visit) {
        Catalog now = catalog.current();
        List<Model> models =
                now.models().stream().filter(one -> !one.isSimulated()).toList();
        return figures.lately()
                .map(day -> Reply.page(
                        "open/home",
                        "Every model, behind one API",
                        "One API in front of every AI provider: one base URL, one key, one exact bill.",
                        new Home(
                                models.size(),
                                (int) models.stream().filter(Model::isFree).count(),
                                now.providers().size(),
                                Numbers.compact(day.requests()),
                                Numbers.compact(day.tokens()),
                                Home.snippets(visit.origin(), example(models)),
                                changelog.entries(null).stream().limit(NEWS).toList())));
    }

    private static String example(List<Model> models) {
        return models.stream()
                .map(Model::id)
                .filter("glm-5-turbo"::equals)
                .findFirst()
                .orElseGet(
                        () -> models.isEmpty() ? "sim/echo" : models.getFirst().id());
    }

    private static Future<Reply> theme(Visit visit) {
        String to = visit.field("to").filter(Visit::isLocal).orElse("/");
        String theme = visit.field("theme").orElse("");
        String cookie = switch (theme) {
            case "light", "dark" -> "theme=" + theme + "; Path=/; Max-Age=" + YEAR_SECONDS + "; SameSite=Lax; HttpOnly";
            default -> "theme=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly";
        };
        return Future.succeededFuture(new Reply.Elsewhere(to, List.of(cookie)));
    }
}
