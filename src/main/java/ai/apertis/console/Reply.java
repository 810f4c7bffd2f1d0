package ai.apertis.console;

import java.util.List;

/** What a page's handler answers with. */
public sealed interface Reply {
    /**
     * A page.
     *
     * @param status the HTTP status
     * @param template its file in {@code src/main/jte}, without the ending
     * @param title the page's own, without the product's name
     * @param description one sentence
     * @param view what the template shows, its parameter {@code view}
     */
    record Shown(int status, String template, String title, String description, Object view) implements Reply {}

    /**
     * Another page to go to, after a form was taken (303).
     *
     * @param path on this site
     * @param cookies {@code Set-Cookie} headers
     */
    record Elsewhere(String path, List<String> cookies) implements Reply {
        /** Refuses anything that could lead to another site. */
        public Elsewhere {
            if (!Visit.isLocal(path)) {
                throw new IllegalArgumentException("not a path of this site");
            }
            cookies = List.copyOf(cookies);
        }
    }

    /**
     * A page.
     *
     * @param template its file in {@code src/main/jte}, without the ending
     * @param title the page's own, without the product's name
     * @param description one sentence
     * @param view what the template shows
     * @return answered with 200
     */
    static Reply page(String template, String title, String description, Object view) {
        return new Shown(200, template, title, description, view);
    }

    /**
     * Another page to go to.
     *
     * @param path on this site
     * @return answered with 303
     * @throws IllegalArgumentException when the path leads elsewhere
     */
    static Reply to(String path) {
        return new Elsewhere(path, List.of());
    }
}
