package ai.apertis.search;

/**
 * A page that a search found.
 *
 * @param title its title, one line
 * @param url where it is, http or https; never opened here
 * @param snippet what it says, as far as the engine tells
 */
public record WebSource(String title, String url, String snippet) {}
