package ai.apertis.console;

import ai.apertis.people.Action;
import ai.apertis.people.Organization;
import ai.apertis.people.Permissions;
import ai.apertis.people.Principal;
import ai.apertis.people.Session;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * A signed-in person, where they are at work and what they may do there.
 *
 * @param session by which they are known
 * @param organization the one they look at
 * @param member what they are there
 */
public record Visitor(Session session, Organization organization, Principal.Member member) {
    /**
     * The account that pays for what they look at.
     *
     * @return the organization's
     */
    public long accountId() {
        return organization.accountId();
    }

    /**
     * Whether they may do something.
     *
     * @param action in the organization that they look at; or, with the operator's rights, in the whole installation
     * @return as {@link Permissions} says
     */
    public boolean may(Action action) {
        return action == Action.OPERATE ? isOperator() : Permissions.may(member, action);
    }

    /**
     * Whether they have shown the admin token.
     *
     * @return for twelve hours after they did
     */
    public boolean isOperator() {
        return session.operator(Instant.now());
    }

    Viewer viewer() {
        Set<Action> actions = EnumSet.noneOf(Action.class);
        for (Action action : Action.values()) {
            if (may(action)) {
                actions.add(action);
            }
        }
        return new Viewer(session.person().name(), organization.name(), session.csrf(), actions);
    }
}
