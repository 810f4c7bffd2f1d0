package ai.apertis.console.open;

import java.util.List;

/**
 * A page of the documentation.
 *
 * @param path where it is below {@code /docs/}, without an ending
 * @param title its first heading
 * @param html its text
 * @param headings those below the title
 * @param sections its text without marks, from heading to heading, to search in
 */
public record Doc(String path, String title, String html, List<Heading> headings, List<Part> sections) {
    /** Copies the lists. */
    public Doc {
        headings = List.copyOf(headings);
        sections = List.copyOf(sections);
    }

    /**
     * A heading.
     *
     * @param id its anchor
     * @param html its words, escaped
     * @param level 2 or 3
     */
    public record Heading(String id, String html, int level) {}

    /**
     * What stands below a heading.
     *
     * @param id the heading's anchor, empty before the first
     * @param heading its words
     * @param text all words
     */
    public record Part(String id, String heading, String text) {}
}
