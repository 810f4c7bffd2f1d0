package ai.apertis.people;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The one place that decides what anybody may do. */
public final class Permissions {
    /** A program administers the organization; it neither spends its money nor makes further admin keys. */
    private static final Set<Action> ADMIN_KEY = Set.of(
            Action.VIEW_OVERVIEW,
            Action.VIEW_USAGE,
            Action.VIEW_KEYS,
            Action.VIEW_MEMBERS,
            Action.VIEW_BILLING,
            Action.VIEW_AUDIT_LOG,
            Action.MANAGE_ALL_KEYS,
            Action.MANAGE_MEMBERS,
            Action.MANAGE_ROLES,
            Action.MANAGE_PROJECTS,
            Action.MANAGE_SETTINGS);

    /** What the admin token lets do to any account, and seeing what it is about. */
    private static final Set<Action> OPERATOR = Set.of(
            Action.VIEW_OVERVIEW,
            Action.VIEW_USAGE,
            Action.VIEW_KEYS,
            Action.VIEW_MEMBERS,
            Action.VIEW_BILLING,
            Action.VIEW_AUDIT_LOG,
            Action.MANAGE_ALL_KEYS,
            Action.MANAGE_BILLING,
            Action.OPERATE);

    private Permissions() {}

    /**
     * Whether somebody may do something in the organization they are asking about.
     *
     * @param by who
     * @param action what
     * @return whether
     */
    public static boolean may(Principal by, Action action) {
        return switch (by) {
            case Principal.Member member ->
                action != Action.OPERATE && member.actions().contains(action);
            case Principal.AdminKey key -> ADMIN_KEY.contains(action);
            case Principal.Operator operator -> OPERATOR.contains(action);
        };
    }

    /**
     * Whether somebody may give a role away: nobody gives what they may not do themselves.
     *
     * @param by who
     * @param actions what the role permits
     * @return whether
     */
    public static boolean mayGive(Principal by, Set<Action> actions) {
        return actions.stream().allMatch(action -> may(by, action));
    }

    /**
     * Whether somebody may change or revoke a key of the organization.
     *
     * @param by who
     * @param madeBy the id of the person who made the key, null when nobody signed in did
     * @return whether
     */
    public static boolean mayChangeKey(Principal by, @Nullable Long madeBy) {
        return may(by, Action.MANAGE_ALL_KEYS)
                || (by instanceof Principal.Member member
                        && may(by, Action.MANAGE_OWN_KEYS)
                        && madeBy != null
                        && madeBy == member.person().id());
    }
}
