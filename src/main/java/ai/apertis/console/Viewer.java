package ai.apertis.console;

import ai.apertis.people.Action;
import java.util.Set;

/**
 * A signed-in person, as far as the frame of a page shows.
 *
 * @param name what the person is called
 * @param organization the organization that is looked at
 * @param csrf goes into every form, and back as {@code csrf} or {@code X-CSRF-Token}
 * @param actions what they may do
 */
public record Viewer(String name, String organization, String csrf, Set<Action> actions) {
    /** Copies the set. */
    public Viewer {
        actions = Set.copyOf(actions);
    }

    /**
     * Whether something is shown to them.
     *
     * @param action what it is for
     * @return whether they may do it
     */
    public boolean may(Action action) {
        return actions.contains(action);
    }
}
