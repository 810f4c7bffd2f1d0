package ai.apertis.changelog;

import java.time.LocalDate;
import java.util.List;

/**
 * One entry of the changelog.
 *
 * @param version its permanent name, for instance {@code 2026.11.4}: year, month and a running number
 * @param date when it was published
 * @param category what kind of change it is
 * @param description one sentence for lists
 * @param items what changed, one line each
 * @param body the whole story in Markdown, may be empty
 * @param pinned whether it stands above newer ones
 */
public record ChangelogEntry(
        String version,
        LocalDate date,
        Category category,
        String description,
        List<String> items,
        String body,
        boolean pinned) {
    /** Copies the items. */
    public ChangelogEntry {
        items = List.copyOf(items);
    }

    /**
     * Its headline.
     *
     * @return for instance {@code System Update}
     */
    public String title() {
        return category.title();
    }
}
