package ai.apertis.people;

import io.vertx.sqlclient.Row;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a member may do, given to them directly or through a group. Who has several may do what any of them permits.
 *
 * @param id its id
 * @param name for people
 * @param kind whether every organization has it
 * @param actions what it permits
 */
public record Role(long id, String name, Kind kind, Set<Action> actions) {
    /** Where a role comes from. */
    public enum Kind {
        /** Permits everything in the organization, also what a later version adds. */
        OWNER,
        /** Permits seeing everything. */
        READER,
        /** Permits what the organization chose. */
        CUSTOM
    }

    /** Copies the set. */
    public Role {
        actions = Set.copyOf(actions);
    }

    static Role read(Row row) {
        Kind kind = Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT));
        Set<Action> actions = switch (kind) {
            case OWNER -> Action.ofOrganizations();
            case READER -> Action.views();
            case CUSTOM ->
                Arrays.stream(row.getArrayOfStrings("actions"))
                        .map(Action::of)
                        .flatMap(Optional::stream)
                        .filter(Action.ofOrganizations()::contains)
                        .collect(Collectors.toUnmodifiableSet());
        };
        return new Role(row.getLong("id"), row.getString("name"), kind, actions);
    }
}
