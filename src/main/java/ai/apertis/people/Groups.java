package ai.apertis.people;

import ai.apertis.ledger.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Groups of members: whoever is in one has its roles beside their own. */
public final class Groups {
    private final Pool pool;
    private final Changes changes;

    Groups(Pool pool, Changes changes) {
        this.pool = pool;
        this.changes = changes;
    }

    /**
     * A group.
     *
     * @param id its id
     * @param name for people
     * @param personIds who is in it
     * @param roleIds what it gives
     */
    public record Group(long id, String name, List<Long> personIds, List<Long> roleIds) {
        /** Copies the lists. */
        public Group {
            personIds = List.copyOf(personIds);
            roleIds = List.copyOf(roleIds);
        }
    }

    /**
     * All groups.
     *
     * @param by who asks, with {@link Action#VIEW_MEMBERS}
     * @return by name; fails with {@link Refusal.Forbidden}
     */
    public Future<List<Group>> list(Principal by) {
        return Changes.permitted(by, Action.VIEW_MEMBERS).compose(yes -> read(pool, by.organizationId(), null));
    }

    /**
     * Makes a group without members and roles.
     *
     * @param by who, with {@link Action#MANAGE_ROLES}
     * @param name for people, 1 to 100 characters, unlike those of the other groups
     * @return the group; fails with {@link Refusal.Forbidden}, {@link Refusal.Invalid} or {@link Refusal.Taken}
     */
    public Future<Group> create(Principal by, String name) {
        return changes.run(
                by,
                Action.MANAGE_ROLES,
                (tables, transaction, organization) -> transaction
                        .preparedQuery(
                                "INSERT INTO member_group (organization_id, name) VALUES ($1, $2) RETURNING id, name")
                        .execute(Tuple.of(organization.id(), Entries.title(name)))
                        .map(rows -> rows.iterator().next())
                        .map(row -> new Group(row.getLong("id"), row.getString("name"), List.of(), List.of()))
                        .compose(made -> changes.log()
                                .write(transaction, by, "group.made", made.name())
                                .map(made)));
    }

    /**
     * Sets a group's name, members and roles.
     *
     * @param by who, with {@link Action#MANAGE_ROLES} and everything that its roles permit before and after
     * @param id the group
     * @param name for people
     * @param personIds all its members from now on, each a member of the organization
     * @param roleIds all its roles from now on
     * @return the group as changed; fails with {@link Refusal.Forbidden}, {@link Refusal.Invalid}, {@link Refusal.Taken},
     *     {@link Refusal.Absent}, or {@link Refusal.Impossible} when no owner would be left
     */
    public Future<Group> change(
            Principal by, long id, String name, Collection<Long> personIds, Collection<Long> roleIds) {
        return changes.run(by, Action.MANAGE_ROLES, (tables, transaction, organization) -> {
            Tuple title = Tuple.of(id, Entries.title(name));
            return own(transaction, by, id)
                    .compose(before -> Roles.some(transaction, organization.id(), roleIds))
                    .compose(roles -> Changes.givable(by, roles))
                    .compose(yes -> transaction
                            .preparedQuery("UPDATE member_group SET name = $2 WHERE id = $1")
                            .execute(title))
                    .compose(named -> replace(transaction, organization.id(), id, personIds, roleIds))
                    .compose(done -> read(transaction, organization.id(), id))
                    .map(List::getFirst)
                    .compose(changed -> changes.log()
                            .write(transaction, by, "group.changed", changed.name())
                            .map(changed));
        });
    }

    private static Future<Void> replace(
            SqlClient transaction, long organizationId, long id, Collection<Long> personIds, Collection<Long> roleIds) {
        return transaction
                .preparedQuery("DELETE FROM group_member WHERE group_id = $1")
                .execute(Tuple.of(id))
                .compose(gone -> transaction
                        .preparedQuery("DELETE FROM role_assignment WHERE group_id = $1")
                        .execute(Tuple.of(id)))
                .compose(gone ->
                        transaction.preparedQuery("""
                            INSERT INTO group_member (organization_id, group_id, person_id)
                            SELECT $1, $2, person_id FROM membership WHERE organization_id = $1 AND person_id = ANY ($3)\
                            """).execute(Tuple.of(organizationId, id, Members.array(personIds))))
                .compose(joined -> joined.rowCount() == Set.copyOf(personIds).size()
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Refusal.Invalid("members", "Somebody there is no member here.")))
                .compose(joined ->
                        transaction.preparedQuery("""
                            INSERT INTO role_assignment (organization_id, role_id, group_id)
                            SELECT $1, role, $2 FROM unnest($3::bigint[]) role ON CONFLICT DO NOTHING\
                            """).execute(Tuple.of(organizationId, id, Members.array(roleIds))))
                .mapEmpty();
    }

    /**
     * Deletes a group; its members stay members.
     *
     * @param by who, with {@link Action#MANAGE_ROLES} and everything that its roles permit
     * @param id the group
     * @return when it is gone; fails with {@link Refusal.Forbidden}, {@link Refusal.Absent}, or
     *     {@link Refusal.Impossible} when no owner would be left
     */
    public Future<Void> delete(Principal by, long id) {
        return changes.run(
                by,
                Action.MANAGE_ROLES,
                (tables, transaction, organization) -> own(transaction, by, id)
                        .compose(group -> transaction
                                .preparedQuery("DELETE FROM member_group WHERE id = $1")
                                .execute(Tuple.of(id))
                                .compose(gone -> changes.log().write(transaction, by, "group.deleted", group.name()))));
    }

    private static Future<Group> own(SqlClient transaction, Principal by, long id) {
        return read(transaction, by.organizationId(), id)
                .compose(found -> found.isEmpty()
                        ? Future.failedFuture(new Refusal.Absent("group"))
                        : Roles.some(
                                        transaction,
                                        by.organizationId(),
                                        found.getFirst().roleIds())
                                .compose(roles -> Changes.givable(by, roles))
                                .map(found.getFirst()));
    }

    private static Future<List<Group>> read(SqlClient client, long organizationId, @Nullable Long id) {
        return client.preparedQuery("""
            SELECT g.id, g.name,
                ARRAY(SELECT person_id FROM group_member m WHERE m.group_id = g.id ORDER BY 1) AS people,
                ARRAY(SELECT role_id FROM role_assignment a WHERE a.group_id = g.id ORDER BY 1) AS roles
            FROM member_group g WHERE g.organization_id = $1 AND ($2::bigint IS NULL OR g.id = $2)
            ORDER BY lower(g.name), g.id\
            """)
                .execute(Tuple.of(organizationId, id))
                .map(rows -> Rows.list(
                        rows,
                        row -> new Group(
                                row.getLong("id"),
                                row.getString("name"),
                                List.of(row.getArrayOfLongs("people")),
                                List.of(row.getArrayOfLongs("roles")))));
    }
}
