package ai.apertis.changelog;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What kind of change an entry tells of. */
public enum Category {
    /** Something new can be done. */
    FEATURE("Feature Added"),
    /** The product itself changed. */
    SYSTEM("System Update"),
    /** The catalogue grew. */
    MODELS("Models Added"),
    /** Something that was wrong is right. */
    FIX("Fix");

    private final String title;

    Category(String title) {
        this.title = title;
    }

    /**
     * The headline of its entries.
     *
     * @return for instance {@code Models Added}
     */
    public String title() {
        return title;
    }

    /**
     * Its name in front matter, JSON and queries.
     *
     * @return lower-case
     */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The category of a name.
     *
     * @param told its name or its headline, in any case
     * @return empty when there is none of that name
     */
    public static Optional<Category> of(String told) {
        return Arrays.stream(values())
                .filter(one -> one.wireName().equalsIgnoreCase(told) || one.title.equalsIgnoreCase(told))
                .findFirst();
    }
}
