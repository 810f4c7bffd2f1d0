package ai.apertis.people;

import ai.apertis.ledger.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** The roles of an organization: owner, reader, and those it makes itself. */
public final class Roles {
    private final Pool pool;
    private final Changes changes;

    Roles(Pool pool, Changes changes) {
        this.pool = pool;
        this.changes = changes;
    }

    /**
     * All roles.
     *
     * @param by who, with {@link Action#VIEW_MEMBERS}
     * @return owner and reader first, then by age; fails with {@link Refusal.Forbidden}
     */
    public Future<List<Role>> list(Principal by) {
        return Changes.permitted(by, Action.VIEW_MEMBERS)
                .compose(yes -> pool.preparedQuery(
                                "SELECT * FROM organization_role WHERE organization_id = $1 ORDER BY id")
                        .execute(Tuple.of(by.organizationId())))
                .map(rows -> Rows.list(rows, Role::read));
    }

    /**
     * Makes a role.
     *
     * @param by who, with {@link Action#MANAGE_ROLES} and everything the role will permit
     * @param name for people, 1 to 100 characters, unlike those of the other roles
     * @param actions what it permits
     * @return the role; fails with {@link Refusal.Forbidden}, {@link Refusal.Invalid} or {@link Refusal.Taken}
     */
    public Future<Role> create(Principal by, String name, Set<Action> actions) {
        return changes.run(
                by,
                Action.MANAGE_ROLES,
                (tables, transaction, organization) -> transaction
                        .preparedQuery("""
                    INSERT INTO organization_role (organization_id, name, kind, actions) VALUES ($1, $2, 'custom', $3)
                    RETURNING *\
                    """)
                        .execute(Tuple.of(organization.id(), Entries.title(name), words(actions)))
                        .map(rows -> Role.read(rows.iterator().next()))
                        .compose(made -> Changes.givable(by, List.of(made))
                                .compose(yes -> changes.log().write(transaction, by, "role.made", made.name()))
                                .map(made)));
    }

    /**
     * Changes a role that the organization made. Takes effect with everybody's next request.
     *
     * @param by who, with {@link Action#MANAGE_ROLES} and everything the role permits before and after
     * @param id the role
     * @param name for people
     * @param actions what it shall permit
     * @return the role as changed; fails with {@link Refusal.Forbidden}, {@link Refusal.Invalid}, {@link Refusal.Taken},
     *     {@link Refusal.Absent}, or {@link Refusal.Impossible} for owner and reader
     */
    public Future<Role> change(Principal by, long id, String name, Set<Action> actions) {
        return changes.run(
                by,
                Action.MANAGE_ROLES,
                (tables, transaction, organization) -> own(transaction, by, id)
                        .compose(before -> transaction
                                .preparedQuery(
                                        "UPDATE organization_role SET name = $2, actions = $3 WHERE id = $1 RETURNING *")
                                .execute(Tuple.of(id, Entries.title(name), words(actions))))
                        .map(rows -> Role.read(rows.iterator().next()))
                        .compose(changed -> Changes.givable(by, List.of(changed))
                                .compose(yes -> changes.log().write(transaction, by, "role.changed", changed.name()))
                                .map(changed)));
    }

    /**
     * Deletes a role that the organization made; whoever had it has it no more.
     *
     * @param by who, with {@link Action#MANAGE_ROLES} and everything the role permits
     * @param id the role
     * @return when it is gone; fails with {@link Refusal.Forbidden}, {@link Refusal.Absent}, or
     *     {@link Refusal.Impossible} for owner and reader
     */
    public Future<Void> delete(Principal by, long id) {
        return changes.run(
                by,
                Action.MANAGE_ROLES,
                (tables, transaction, organization) -> own(transaction, by, id)
                        .compose(role -> transaction
                                .preparedQuery("DELETE FROM organization_role WHERE id = $1")
                                .execute(Tuple.of(id))
                                .compose(gone -> changes.log().write(transaction, by, "role.deleted", role.name()))));
    }

    private static Future<Role> own(SqlClient transaction, Principal by, long id) {
        return find(transaction, by.organizationId(), List.of(id)).compose(found -> {
            if (found.isEmpty()) {
                return Future.failedFuture(new Refusal.Absent("role"));
            }
            Role role = found.getFirst();
            return role.kind() == Role.Kind.CUSTOM
                    ? Changes.givable(by, found).map(role)
                    : Future.failedFuture(new Refusal.Impossible("The roles owner and reader stay as they are."));
        });
    }

    private static String[] words(Set<Action> actions) {
        if (actions.isEmpty() || !Action.ofOrganizations().containsAll(actions)) {
            throw new Refusal.Invalid("actions", "A role permits at least one thing of its organization.");
        }
        return actions.stream().map(Action::word).sorted().toArray(String[]::new);
    }

    /** The roles of these ids; fails with {@link Refusal.Invalid} when one is none of the organization's. */
    static Future<List<Role>> some(SqlClient client, long organizationId, Collection<Long> ids) {
        return find(client, organizationId, ids).map(found -> {
            if (found.size() != Set.copyOf(ids).size()) {
                throw new Refusal.Invalid("roles", "There is no such role.");
            }
            return found;
        });
    }

    private static Future<List<Role>> find(SqlClient client, long organizationId, Collection<Long> ids) {
        return client.preparedQuery(
                        "SELECT * FROM organization_role WHERE organization_id = $1 AND id = ANY ($2) ORDER BY id")
                .execute(Tuple.tuple().addLong(organizationId).addArrayOfLong(Members.array(ids)))
                .map(rows -> Rows.list(rows, Role::read));
    }

    /** The roles somebody has, directly or through groups. */
    static Future<List<Role>> of(SqlClient client, long organizationId, long personId) {
        return client.preparedQuery("""
            SELECT * FROM organization_role WHERE organization_id = $1 AND id IN (
                SELECT role_id FROM role_assignment WHERE organization_id = $1 AND person_id = $2
                UNION
                SELECT a.role_id FROM role_assignment a JOIN group_member g ON g.group_id = a.group_id
                WHERE g.organization_id = $1 AND g.person_id = $2)
            ORDER BY id\
            """)
                .execute(Tuple.of(organizationId, personId))
                .map(rows -> Rows.list(rows, Role::read));
    }
}
