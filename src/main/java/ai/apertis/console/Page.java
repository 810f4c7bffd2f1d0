package ai.apertis.console;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the frame around every page has to know; given to each template beside what the page shows.
 *
 * @param title the page's own, without the product's name
 * @param description one sentence for search engines and previews
 * @param section the part of the site
 * @param path where the page is, without its query
 * @param origin scheme, host and port by which the visitor reached this process, for addresses that are shown or shared
 * @param theme the colours
 * @param viewer who is signed in, null when nobody is
 * @param assets addresses of styles and scripts
 */
public record Page(
        String title,
        String description,
        Section section,
        String path,
        String origin,
        Theme theme,
        @Nullable Viewer viewer,
        Assets assets) {
    /**
     * The preview image to share.
     *
     * @return its kind, see the brand's files
     */
    public String preview() {
        return switch (section) {
            case MODELS, PRICING, DOCS, CHANGELOG, STATUS -> section.name().toLowerCase(Locale.ROOT);
            case HOME, CONSOLE, OTHER -> "home";
        };
    }

    /**
     * Whether the navigation marks a part as the current one.
     *
     * @param part a part of the site
     * @return for {@code aria-current}: null leaves the attribute out
     */
    public @Nullable String current(Section part) {
        return part == section ? "page" : null;
    }
}
