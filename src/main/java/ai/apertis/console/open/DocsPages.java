package ai.apertis.console.open;

import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Section;
import ai.apertis.console.Visit;
import ai.apertis.ingress.Mount;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.List;

/** The documentation: a list of its pages, each page, and a search over all. */
public final class DocsPages implements Mount {
    private static final int LONGEST_QUERY = 100;

    private final Pages pages;
    private final Docs docs = Docs.shipped();

    /**
     * The pages.
     *
     * @param pages where they are put
     */
    public DocsPages(Pages pages) {
        this.pages = pages;
    }

    @Override
    public void mount(Router router) {
        pages.get(router, "/docs", Section.DOCS, visit -> Future.succeededFuture(list()));
        pages.get(
                router,
                "/docs/search",
                Section.DOCS,
                visit -> Future.succeededFuture(visit).map(this::search));
        pages.get(
                router,
                "/docs/*",
                Section.DOCS,
                visit -> Future.succeededFuture(visit).map(this::one));
    }

    private Reply list() {
        return Reply.page(
                "open/docs-list",
                "Documentation",
                "How Apertis is used, run and changed.",
                new DocsView(docs.groups(), "", "", List.of(), "", List.of()));
    }

    private Reply search(Visit visit) {
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

    private Reply one(Visit visit) {
        String path = visit.inPath("*");
        if (path.equals("api")) {
            return Reply.to("/docs/openapi");
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
