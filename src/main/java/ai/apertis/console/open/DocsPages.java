package ai.apertis.console.open;

import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Section;
import ai.apertis.console.Visit;
import ai.apertis.console.reference.ApiGroup;
import ai.apertis.console.reference.ApiReader;
import ai.apertis.ingress.Mount;
import ai.apertis.ingress.OnFirstUse;
import ai.apertis.ingress.OpenApi;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** The documentation: a list of its pages, each page, and a search over all. */
public final class DocsPages implements Mount {
    private static final int LONGEST_QUERY = 100;

    private final Pages pages;
    private final OnFirstUse<Docs> docs;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param vertx whose workers render them when they are first read
     * @param api the description of the API, for its reference
     */
    public DocsPages(Pages pages, Vertx vertx, OnFirstUse<OpenApi> api) {
        this.pages = pages;
        this.docs = new OnFirstUse<>(
                vertx, () -> Docs.shipped(ApiReader.read(api.onWorker().document())));
    }

    @Override
    public void mount(Router router) {
        open(router, "/docs", (known, visit) -> list(known));
        open(router, "/docs/search", DocsPages::search);
        open(router, "/docs/*", DocsPages::one);
    }

    private void open(Router router, String path, BiFunction<Docs, Visit, Reply> page) {
        pages.get(router, path, Section.DOCS, visit -> docs.get().map(known -> page.apply(known, visit)));
    }

    private static Reply list(Docs docs) {
        return Reply.page(
                "open/docs-list",
                "Documentation",
                "How Apertis is used, run and changed.",
                new DocsView(docs.groups(), "", "", List.of(), "", List.of()));
    }

    private static Reply search(Docs docs, Visit visit) {
        String query = visit.query("q").orElse("");
        if (query.length() > LONGEST_QUERY) {
            throw Refused.bad("'q' must be at most " + LONGEST_QUERY + " characters.");
        }
        return Reply.page(
                "open/docs-search",
                "Search the documentation",
                "Where something stands in the documentation.",
                new DocsView(
                        docs.groups(), "", "", List.of(), query, query.isEmpty() ? List.of() : docs.search(query)));
    }

    private static Reply one(Docs docs, Visit visit) {
        String path = visit.inPath("*");
        if (path.equals(Docs.API)) {
            return Reply.page(
                    "open/api",
                    "API reference",
                    "Every endpoint of Apertis: what it takes, what it answers and how it is called.",
                    new ApiView(docs.groups(), path, docs.api(), null));
        }
        Optional<ApiGroup> group = docs.apiAt(path);
        if (group.isPresent()) {
            return Reply.page(
                    "open/api-group",
                    group.get().name() + " API",
                    group.get().purpose(),
                    new ApiView(docs.groups(), path, docs.api(), group.get()));
        }
        if (docs.at(path + "/README").isPresent()) {
            return Reply.to("/docs/" + path + "/README");
        }
        Doc doc = docs.at(path).orElseThrow(() -> Refused.notFound("The documentation has no such page."));
        return Reply.page(
                "open/doc",
                doc.title(),
                doc.title() + ", in the documentation of Apertis.",
                new DocsView(docs.groups(), path, doc.html(), doc.headings(), "", List.of()));
    }
}
