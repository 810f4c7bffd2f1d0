package ai.apertis.people;

import java.util.Set;

/** Whoever asks for something in an organization. */
public sealed interface Principal {
    /**
     * The organization it all is about.
     *
     * @return its id
     */
    long organizationId();

    /**
     * A person signed in, as a member of the organization.
     *
     * @param person who
     * @param organizationId where
     * @param actions what all their roles together permit
     */
    record Member(Person person, long organizationId, Set<Action> actions) implements Principal {
        /** Copies the set. */
        public Member {
            actions = Set.copyOf(actions);
        }
    }

    /**
     * A program with an admin key of the organization.
     *
     * @param id the key's id
     * @param name the key's name
     * @param organizationId whose key it is
     */
    record AdminKey(long id, String name, long organizationId) implements Principal {}

    /**
     * A person signed in who has shown the installation's admin token.
     *
     * @param person who
     * @param organizationId the organization looked at, which need not be theirs
     */
    record Operator(Person person, long organizationId) implements Principal {}
}
