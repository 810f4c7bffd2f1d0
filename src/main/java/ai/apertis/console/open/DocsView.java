package ai.apertis.console.open;

import java.util.List;

/**
 * A page of the documentation with what is around it.
 *
 * @param groups all pages
 * @param path which of them is shown, empty for none
 * @param html its text
 * @param headings what is on it
 * @param query what was searched for
 * @param hits where that is
 */
public record DocsView(
        List<Group> groups, String path, String html, List<Doc.Heading> headings, String query, List<Hit> hits) {
    /** Copies the lists. */
    public DocsView {
        groups = List.copyOf(groups);
        headings = List.copyOf(headings);
        hits = List.copyOf(hits);
    }

    /**
     * Pages that belong together.
     *
     * @param name of the group
     * @param links its pages
     */
    public record Group(String name, List<Link> links) {
        /** Copies the list. */
        public Group {
            links = List.copyOf(links);
        }
    }

    /**
     * A page to go to.
     *
     * @param path below {@code /docs/}
     * @param title its name
     */
    public record Link(String path, String title) {}

    /**
     * A place where something that was searched for stands.
     *
     * @param link its address
     * @param title the page, and the heading where there is one
     * @param before some words before it
     * @param found what was found, as it stands there
     * @param after some words after it
     */
    public record Hit(String link, String title, String before, String found, String after) {}
}
