package ai.apertis.console.account;

import java.util.List;

/**
 * What the page of an organization shows; lists are empty of what the visitor may not see.
 *
 * @param name the organization's
 * @param personal whether it is for one person
 * @param places the organizations to switch to
 * @param members who belongs to it
 * @param invitations who was invited
 * @param groups members that get roles together
 * @param roles what members may be
 * @param projects what keys are sorted by
 * @param adminKeys what programs administer it with
 * @param roleBoxes the roles to invite with, none checked
 * @param actionBoxes what a new role may permit, none checked
 * @param said what was done or what was wrong
 */
public record OrganizationView(
        String name,
        boolean personal,
        List<Box> places,
        List<Member> members,
        List<Invited> invitations,
        List<Group> groups,
        List<RoleLine> roles,
        List<ProjectLine> projects,
        List<AdminKey> adminKeys,
        List<Box> roleBoxes,
        List<Box> actionBoxes,
        Said said) {
    /** Copies the lists. */
    public OrganizationView {
        places = List.copyOf(places);
        members = List.copyOf(members);
        invitations = List.copyOf(invitations);
        groups = List.copyOf(groups);
        roles = List.copyOf(roles);
        projects = List.copyOf(projects);
        adminKeys = List.copyOf(adminKeys);
        roleBoxes = List.copyOf(roleBoxes);
        actionBoxes = List.copyOf(actionBoxes);
    }

    /**
     * Something to check or to choose.
     *
     * @param value what the form carries
     * @param label for people
     * @param on whether it is checked or chosen
     */
    public record Box(String value, String label, boolean on) {}

    /**
     * A member.
     *
     * @param id their id
     * @param name their user name
     * @param email their address
     * @param since when they joined
     * @param has their roles and groups in words
     * @param self whether it is the visitor
     * @param roles all roles, theirs checked
     */
    public record Member(long id, String name, String email, String since, String has, boolean self, List<Box> roles) {
        /** Copies the list. */
        public Member {
            roles = List.copyOf(roles);
        }
    }

    /**
     * Somebody invited.
     *
     * @param id the invitation's id
     * @param email to whom
     * @param by by whom
     * @param until until when it is valid
     * @param roles what they will get, in words
     */
    public record Invited(long id, String email, String by, String until, String roles) {}

    /**
     * A group.
     *
     * @param id its id
     * @param name for people
     * @param members all members, its own checked
     * @param roles all roles, its own checked
     */
    public record Group(long id, String name, List<Box> members, List<Box> roles) {
        /** Copies the lists. */
        public Group {
            members = List.copyOf(members);
            roles = List.copyOf(roles);
        }
    }

    /**
     * A role.
     *
     * @param id its id
     * @param name for people
     * @param own whether the organization made it
     * @param permits what it permits, in words
     * @param actions all actions, its own checked
     */
    public record RoleLine(long id, String name, boolean own, String permits, List<Box> actions) {
        /** Copies the list. */
        public RoleLine {
            actions = List.copyOf(actions);
        }
    }

    /**
     * A project.
     *
     * @param id its id
     * @param name for people
     * @param archived whether it takes no more keys
     */
    public record ProjectLine(long id, String name, boolean archived) {}

    /**
     * An admin key.
     *
     * @param id its id
     * @param name for people
     * @param last4 its end
     * @param since when it was made
     */
    public record AdminKey(long id, String name, String last4, String since) {}
}
