package ai.apertis.dialect;

/**
 * What a request says of a web search.
 *
 * @param count how many results, from 1 to 10
 * @param length how much of each: {@code short}, {@code medium} or {@code full}
 */
public record WebWishes(int count, String length) {
    /** What is searched when nothing is said. */
    public static final WebWishes USUAL = new WebWishes(5, "medium");
}
