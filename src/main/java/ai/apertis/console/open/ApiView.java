package ai.apertis.console.open;

import ai.apertis.console.reference.ApiGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reference of the API, or a group of it.
 *
 * @param pages all pages of the documentation
 * @param path which of them is shown
 * @param api all groups
 * @param group the one that is shown, null for the list of all
 */
public record ApiView(
        List<DocsView.Group> pages,
        String path,
        List<ApiGroup> api,
        @Nullable ApiGroup group) {
    /** Copies the lists. */
    public ApiView {
        pages = List.copyOf(pages);
        api = List.copyOf(api);
    }

    /**
     * What the list of pages beside it needs.
     *
     * @return the same pages, nothing searched for
     */
    public DocsView side() {
        return new DocsView(pages, path, "", List.of(), "", List.of());
    }
}
