package ai.apertis.console.open;

import ai.apertis.changelog.Category;
import ai.apertis.changelog.ChangelogEntry;
import ai.apertis.console.Markdown;
import ai.apertis.console.Pager;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a page of the changelog shows.
 *
 * @param category the only type of change, null for all
 * @param months the entries of this page
 * @param pager which page it is
 */
public record ChangelogView(@Nullable Category category, List<Month> months, Pager pager) {
    private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("LLLL yyyy", Locale.ENGLISH);

    /** Copies the months. */
    public ChangelogView {
        months = List.copyOf(months);
    }

    /**
     * Entries that follow one another and are of one month.
     *
     * @param name for instance {@code November 2026}; {@code Pinned} for what stands above
     * @param entries of that month
     */
    public record Month(String name, List<Entry> entries) {}

    /**
     * One entry.
     *
     * @param of the entry
     * @param items its items as HTML
     * @param body its body as HTML
     */
    public record Entry(ChangelogEntry of, List<String> items, String body) {
        static Entry of(ChangelogEntry entry) {
            return new Entry(
                    entry,
                    entry.items().stream().map(Markdown::line).toList(),
                    Markdown.html(entry.body(), UnaryOperator.identity()));
        }
    }

    static List<Month> months(List<Entry> entries) {
        List<Month> months = new ArrayList<>();
        for (Entry entry : entries) {
            String name = entry.of().pinned()
                    ? "Pinned"
                    : YearMonth.from(entry.of().date()).format(MONTH);
            if (months.isEmpty() || !months.getLast().name().equals(name)) {
                months.add(new Month(name, new ArrayList<>()));
            }
            months.getLast().entries().add(entry);
        }
        return months;
    }

    /**
     * What a type of change is called in the filter.
     *
     * @param type the type
     * @return for people
     */
    public String label(Category type) {
        return switch (type) {
            case FEATURE -> "Features";
            case SYSTEM -> "System";
            case MODELS -> "Models";
            case FIX -> "Fixes";
        };
    }
}
