package ai.apertis.console;

/**
 * A signed-in person, as far as the frame of a page shows.
 *
 * @param name what the person is called
 * @param organization the organization that is looked at
 * @param csrf goes into every form, and back as {@code csrf} or {@code X-CSRF-Token}
 * @param operator whether the session has the rights of the operator now
 */
public record Viewer(String name, String organization, String csrf, boolean operator) {}
