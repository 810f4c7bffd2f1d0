package ai.apertis.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who may do what: every action against every kind of principal. An action that is not in the table fails. */
class PermissionsTest {
    private static final Person PERSON = new Person(7, "ann@example.com", "ann", Instant.EPOCH);

    /** The letters of those who may: owner (w), reader, admin key (k), operator. A member without roles may nothing. */
    private static final Map<Action, String> TABLE = Map.ofEntries(
            Map.entry(Action.VIEW_OVERVIEW, "wrko"),
            Map.entry(Action.VIEW_USAGE, "wrko"),
            Map.entry(Action.VIEW_KEYS, "wrko"),
            Map.entry(Action.VIEW_MEMBERS, "wrko"),
            Map.entry(Action.VIEW_BILLING, "wrko"),
            Map.entry(Action.VIEW_AUDIT_LOG, "wrko"),
            Map.entry(Action.MANAGE_OWN_KEYS, "w"),
            Map.entry(Action.MANAGE_ALL_KEYS, "wko"),
            Map.entry(Action.USE_PLAYGROUND, "w"),
            Map.entry(Action.MANAGE_MEMBERS, "wk"),
            Map.entry(Action.MANAGE_ROLES, "wk"),
            Map.entry(Action.MANAGE_PROJECTS, "wk"),
            Map.entry(Action.MANAGE_BILLING, "wo"),
            Map.entry(Action.MANAGE_SETTINGS, "wk"),
            Map.entry(Action.MANAGE_ADMIN_KEYS, "w"),
            Map.entry(Action.OPERATE, "o"));

    @TestFactory
    Stream<DynamicTest> everyActionHasItsRow() {
        return Stream.of(Action.values())
                .map(action -> DynamicTest.dynamicTest(action.word(), () -> {
                    assertThat(TABLE).as("the row of " + action).containsKey(action);
                    String who = TABLE.getOrDefault(action, "");
                    assertThat(Permissions.may(member(Action.ofOrganizations()), action))
                            .as("owner")
                            .isEqualTo(who.contains("w"));
                    assertThat(Permissions.may(member(Action.views()), action))
                            .as("reader")
                            .isEqualTo(who.contains("r"));
                    assertThat(Permissions.may(new Principal.AdminKey(1, "ci", 1), action))
                            .as("admin key")
                            .isEqualTo(who.contains("k"));
                    assertThat(Permissions.may(new Principal.Operator(PERSON, 1), action))
                            .as("operator")
                            .isEqualTo(who.contains("o"));
                    assertThat(Permissions.may(member(Set.of()), action))
                            .as("no roles")
                            .isFalse();
                    assertThat(Permissions.may(member(Set.of(action)), action))
                            .as("a role of this alone")
                            .isEqualTo(action != Action.OPERATE);
                }));
    }

    @Test
    void nobodyGivesWhatTheyDoNotHave() {
        Principal some = member(EnumSet.of(Action.MANAGE_ROLES, Action.VIEW_USAGE));
        assertThat(Permissions.mayGive(some, Set.of(Action.VIEW_USAGE))).isTrue();
        assertThat(Permissions.mayGive(some, Set.of(Action.VIEW_USAGE, Action.VIEW_KEYS)))
                .isFalse();
        assertThat(Permissions.mayGive(new Principal.AdminKey(1, "ci", 1), Action.ofOrganizations()))
                .isFalse();
    }

    @Test
    void onesOwnKeysAreThoseOneMade() {
        Principal own = member(Set.of(Action.MANAGE_OWN_KEYS));
        assertThat(Permissions.mayChangeKey(own, 7L)).isTrue();
        assertThat(Permissions.mayChangeKey(own, 8L)).isFalse();
        assertThat(Permissions.mayChangeKey(own, null)).isFalse();
        assertThat(Permissions.mayChangeKey(member(Set.of(Action.VIEW_KEYS)), 7L))
                .isFalse();
        assertThat(Permissions.mayChangeKey(new Principal.AdminKey(1, "ci", 1), null))
                .isTrue();
    }

    private static Principal member(Set<Action> actions) {
        return new Principal.Member(PERSON, 1, actions);
    }
}
