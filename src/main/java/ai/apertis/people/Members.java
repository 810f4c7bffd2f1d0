package ai.apertis.people;

import ai.apertis.ledger.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The members of an organization. */
public final class Members {
    private final Pool pool;
    private final Changes changes;

    Members(Pool pool, Changes changes) {
        this.pool = pool;
        this.changes = changes;
    }

    /**
     * One member.
     *
     * @param person who
     * @param joinedAt since when
     * @param roleIds the roles given to them directly
     * @param groupIds the groups they are in
     */
    public record Membership(Person person, Instant joinedAt, List<Long> roleIds, List<Long> groupIds) {
        /** Copies the lists. */
        public Membership {
            roleIds = List.copyOf(roleIds);
            groupIds = List.copyOf(groupIds);
        }
    }

    /**
     * All members.
     *
     * @param by who asks, with {@link Action#VIEW_MEMBERS}
     * @return by user name; fails with {@link Refusal.Forbidden}
     */
    public Future<List<Membership>> list(Principal by) {
        return Changes.permitted(by, Action.VIEW_MEMBERS)
                .compose(yes ->
                        pool.preparedQuery("SELECT " + Person.COLUMNS + """
                    , m.joined_at,
                        ARRAY(SELECT role_id FROM role_assignment a WHERE a.organization_id = $1
                            AND a.person_id = p.id ORDER BY 1) AS roles,
                        ARRAY(SELECT group_id FROM group_member g WHERE g.organization_id = $1
                            AND g.person_id = p.id ORDER BY 1) AS groups
                    FROM membership m JOIN person p ON p.id = m.person_id
                    WHERE m.organization_id = $1 ORDER BY p.name\
                    """).execute(Tuple.of(by.organizationId())))
                .map(rows -> Rows.list(
                        rows,
                        row -> new Membership(
                                Person.read(row),
                                Rows.instant(row, "joined_at"),
                                List.of(row.getArrayOfLongs("roles")),
                                List.of(row.getArrayOfLongs("groups")))));
    }

    /**
     * Sets the roles that are given to a member directly.
     *
     * @param by who, with {@link Action#MANAGE_ROLES} and everything that is given or taken
     * @param personId the member
     * @param roleIds all their direct roles from now on, perhaps none
     * @return when it is done; fails with {@link Refusal.Forbidden}, {@link Refusal.Invalid}, {@link Refusal.Absent}, or
     *     {@link Refusal.Impossible} when no owner would be left
     */
    public Future<Void> setRoles(Principal by, long personId, Collection<Long> roleIds) {
        return changes.run(
                by,
                Action.MANAGE_ROLES,
                (tables, transaction, organization) -> person(transaction, organization, personId)
                        .compose(person -> transaction
                                .preparedQuery(
                                        "SELECT role_id FROM role_assignment WHERE organization_id = $1 AND person_id = $2")
                                .execute(Tuple.of(organization.id(), personId))
                                .map(rows -> Rows.list(rows, row -> row.getLong("role_id")))
                                .compose(before ->
                                        Roles.some(transaction, organization.id(), different(before, roleIds)))
                                .compose(roles -> Changes.givable(by, roles))
                                .compose(yes -> transaction
                                        .preparedQuery("""
                                    DELETE FROM role_assignment
                                    WHERE organization_id = $1 AND person_id = $2 AND role_id <> ALL ($3)\
                                    """)
                                        .execute(Tuple.of(organization.id(), personId, array(roleIds))))
                                .compose(gone -> give(transaction, organization.id(), personId, roleIds))
                                .compose(given ->
                                        changes.log().write(transaction, by, "member.roles_set", person.name()))));
    }

    /**
     * Removes a member. The keys they made in this organization are disabled, their admin keys revoked, in the same moment.
     *
     * @param by who, with {@link Action#MANAGE_MEMBERS} and everything the member may do
     * @param personId the member
     * @return when it is done; fails with {@link Refusal.Forbidden}, {@link Refusal.Absent}, or
     *     {@link Refusal.Impossible} when no owner would be left
     */
    public Future<Void> remove(Principal by, long personId) {
        return changes.run(
                by,
                Action.MANAGE_MEMBERS,
                (tables, transaction, organization) -> Roles.of(transaction, organization.id(), personId)
                        .compose(roles -> Changes.givable(by, roles))
                        .compose(yes -> part(transaction, by, organization, personId, "member.removed")));
    }

    /**
     * Leaves an organization, with the same consequences as {@link #remove}.
     *
     * @param by who leaves
     * @return when it is done; fails with {@link Refusal.Impossible} for the last owner and for one's personal organization
     */
    public Future<Void> leave(Principal.Member by) {
        return changes.run(
                by.organizationId(),
                (tables, transaction, organization) ->
                        part(transaction, by, organization, by.person().id(), "member.left"));
    }

    private Future<Void> part(
            SqlClient transaction, Principal by, Organization organization, long personId, String event) {
        Tuple both = Tuple.of(organization.id(), personId);
        if (organization.personal()) {
            return Future.failedFuture(new Refusal.Impossible("A personal organization keeps its person."));
        }
        return person(transaction, organization, personId)
                .compose(person -> transaction
                        .preparedQuery("DELETE FROM membership WHERE organization_id = $1 AND person_id = $2")
                        .execute(both)
                        .compose(gone ->
                                transaction.preparedQuery("""
                            UPDATE api_key SET status = 'disabled'
                            WHERE account_id = $1 AND made_by = $2 AND status = 'active'\
                            """).execute(Tuple.of(organization.accountId(), personId)))
                        .compose(disabled -> transaction.preparedQuery("""
                            UPDATE organization_key SET revoked_at = ledger_now()
                            WHERE organization_id = $1 AND made_by = $2 AND revoked_at IS NULL\
                            """).execute(both))
                        .compose(revoked -> transaction.preparedQuery("""
                            UPDATE session s SET organization_id = o.id FROM organization o
                            WHERE o.personal_of = $2 AND s.person_id = $2 AND s.organization_id = $1\
                            """).execute(both))
                        .compose(moved -> changes.log().write(transaction, by, event, person.name())));
    }

    private static Future<Person> person(SqlClient transaction, Organization organization, long personId) {
        return transaction
                .preparedQuery("SELECT " + Person.COLUMNS + """
                     FROM membership m JOIN person p ON p.id = m.person_id
                    WHERE m.organization_id = $1 AND m.person_id = $2\
                    """)
                .execute(Tuple.of(organization.id(), personId))
                .map(rows -> Rows.first(rows, Person::read).orElseThrow(() -> new Refusal.Absent("member")));
    }

    /** Gives roles that are the organization's; others are left out. */
    static Future<Void> give(SqlClient transaction, long organizationId, long personId, Collection<Long> roleIds) {
        return transaction
                .preparedQuery("""
                    INSERT INTO role_assignment (organization_id, role_id, person_id)
                    SELECT $1, id, $2 FROM organization_role WHERE organization_id = $1 AND id = ANY ($3)
                    ON CONFLICT DO NOTHING\
                    """)
                .execute(Tuple.of(organizationId, personId, array(roleIds)))
                .mapEmpty();
    }

    /** What is in one of two collections only. */
    static Set<Long> different(Collection<Long> before, Collection<Long> after) {
        Set<Long> different = new HashSet<>(after);
        different.removeAll(before);
        before.stream().filter(id -> !after.contains(id)).forEach(different::add);
        return different;
    }

    static Long[] array(Collection<Long> ids) {
        return ids.toArray(Long[]::new);
    }
}
