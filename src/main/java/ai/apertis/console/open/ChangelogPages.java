package ai.apertis.console.open;

import ai.apertis.changelog.Category;
import ai.apertis.changelog.Changelog;
import ai.apertis.changelog.ChangelogEntry;
import ai.apertis.console.Pager;
import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Section;
import ai.apertis.console.Visit;
import ai.apertis.console.open.ChangelogView.Entry;
import ai.apertis.ingress.Mount;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What changed: five a page, by month, of one type or all, and each entry at an address of its own. */
public final class ChangelogPages implements Mount {
    private static final int PAGE = 5;

    private final Pages pages;
    private final Changelog changelog;
    private final Map<String, Entry> entries;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param changelog what changed
     */
    public ChangelogPages(Pages pages, Changelog changelog) {
        this.pages = pages;
        this.changelog = changelog;
        this.entries = changelog.entries(null).stream()
                .collect(Collectors.toUnmodifiableMap(ChangelogEntry::version, Entry::of));
    }

    @Override
    public void mount(Router router) {
        pages.getAtOnce(router, "/changelog", Section.CHANGELOG, this::list);
        pages.getAtOnce(router, "/changelog/:version", Section.CHANGELOG, this::one);
    }

    private Reply list(Visit visit) {
        Category category = visit.query("type").map(ChangelogPages::category).orElse(null);
        List<ChangelogEntry> found = changelog.entries(category);
        int last = Math.max(1, Math.ceilDiv(found.size(), PAGE));
        int page = visit.query("page").map(told -> PageNumber.of(told, last)).orElse(1);
        List<Entry> shown = found.stream()
                .skip((page - 1L) * PAGE)
                .limit(PAGE)
                .map(entry -> entries.get(entry.version()))
                .toList();
        Pager pager = new Pager("/changelog", query(category), page, last);
        return Reply.page(
                "open/changelog",
                "Changelog",
                "What changed in Apertis, newest first.",
                new ChangelogView(category, ChangelogView.months(shown), pager));
    }

    private static Map<String, String> query(@Nullable Category category) {
        return category == null ? Map.of() : Map.of("type", category.wireName());
    }

    private Reply one(Visit visit) {
        Entry entry = entries.get(visit.inPath("version"));
        if (entry == null) {
            throw Refused.notFound("The changelog has no entry of this version.");
        }
        return Reply.page(
                "open/changelog-entry",
                entry.of().title() + " " + entry.of().version(),
                entry.of().description(),
                entry);
    }

    private static Category category(String told) {
        return Category.of(told).orElseThrow(() -> Refused.bad("'type' must be feature, system, models or fix."));
    }
}
