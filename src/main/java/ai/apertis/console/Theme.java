package ai.apertis.console;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** In which colours a person sees the pages. */
public enum Theme {
    /** As the person's system says. */
    SYSTEM,
    /** Dark on light. */
    LIGHT,
    /** Light on dark. */
    DARK;

    /** The cookie that remembers it. */
    static final String COOKIE = "theme";

    /**
     * The theme of a name.
     *
     * @param name as in the cookie or the form, from anybody
     * @return the system's for a name that is none
     */
    static Theme of(@Nullable String name) {
        for (Theme theme : values()) {
            if (theme.wireName().equals(name)) {
                return theme;
            }
        }
        return SYSTEM;
    }

    /**
     * Its name.
     *
     * @return lower-case, as in the cookie and in the page's {@code data-theme}
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
