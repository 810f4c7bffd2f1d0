package ai.apertis.people;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Everything that a page or a call may have to be permitted for. */
public enum Action {
    /** See the balance, the quota and their course. */
    VIEW_OVERVIEW(true),
    /** See every request of the organization and what it cost. */
    VIEW_USAGE(true),
    /** See the organization's keys and projects, never a whole key. */
    VIEW_KEYS(true),
    /** See members, groups, roles and invitations. */
    VIEW_MEMBERS(true),
    /** See credits, statements and the subscription. */
    VIEW_BILLING(true),
    /** See who did what. */
    VIEW_AUDIT_LOG(true),
    /** Make keys, and change and revoke those made by oneself. */
    MANAGE_OWN_KEYS(false),
    /** Change and revoke every key. */
    MANAGE_ALL_KEYS(false),
    /** Spend the organization's money in the playground. */
    USE_PLAYGROUND(false),
    /** Invite and remove members. */
    MANAGE_MEMBERS(false),
    /** Make roles and groups, and give roles to members and groups. */
    MANAGE_ROLES(false),
    /** Make, rename and archive projects. */
    MANAGE_PROJECTS(false),
    /** Top up, change the subscription, set what is paid automatically. */
    MANAGE_BILLING(false),
    /** Rename the organization, set its alerts. */
    MANAGE_SETTINGS(false),
    /** Make and revoke admin keys. */
    MANAGE_ADMIN_KEYS(false),
    /** Run this installation: all accounts, providers, catalogue, ledger audit. No role of an organization has it. */
    OPERATE(false);

    private final boolean view;

    Action(boolean view) {
        this.view = view;
    }

    /**
     * Whether it only shows something.
     *
     * @return true for what a reader may do
     */
    public boolean view() {
        return view;
    }

    /**
     * Its name in rows, forms and JSON.
     *
     * @return lower case with underscores
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The action of a name.
     *
     * @param word as {@link #word} tells it
     * @return empty for what is none
     */
    public static Optional<Action> of(String word) {
        return Arrays.stream(values())
                .filter(action -> action.word().equals(word))
                .findFirst();
    }

    /**
     * What an organization can give to its members.
     *
     * @return all but {@link #OPERATE}
     */
    public static Set<Action> ofOrganizations() {
        return Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(OPERATE)));
    }

    static Set<Action> views() {
        EnumSet<Action> views = EnumSet.allOf(Action.class);
        views.removeIf(action -> !action.view);
        return Collections.unmodifiableSet(views);
    }
}
