package ai.apertis.people;

import ai.apertis.ledger.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;

/** Projects, which an organization's keys and their usage are sorted by. */
public final class Projects {
    private final Pool pool;
    private final Changes changes;

    Projects(Pool pool, Changes changes) {
        this.pool = pool;
        this.changes = changes;
    }

    /**
     * A project.
     *
     * @param id its id
     * @param name for people
     * @param archived whether no key can be put into it any more; those in it go on working
     * @param createdAt when it was made
     */
    public record Project(long id, String name, boolean archived, Instant createdAt) {}

    /**
     * All projects.
     *
     * @param by who asks, with {@link Action#VIEW_KEYS}
     * @return by name, archived ones last; fails with {@link Refusal.Forbidden}
     */
    public Future<List<Project>> list(Principal by) {
        return Changes.permitted(by, Action.VIEW_KEYS)
                .compose(yes -> pool.preparedQuery(
                                "SELECT * FROM project WHERE organization_id = $1 ORDER BY archived, lower(name), id")
                        .execute(Tuple.of(by.organizationId())))
                .map(rows -> Rows.list(rows, Projects::read));
    }

    /**
     * Makes a project.
     *
     * @param by who, with {@link Action#MANAGE_PROJECTS}
     * @param name for people, 1 to 100 characters, unlike those of the other projects
     * @return the project; fails with {@link Refusal.Forbidden}, {@link Refusal.Invalid} or {@link Refusal.Taken}
     */
    public Future<Project> create(Principal by, String name) {
        return changes.run(
                by,
                Action.MANAGE_PROJECTS,
                (tables, transaction, organization) -> transaction
                        .preparedQuery("INSERT INTO project (organization_id, name) VALUES ($1, $2) RETURNING *")
                        .execute(Tuple.of(organization.id(), Entries.title(name)))
                        .map(rows -> read(rows.iterator().next()))
                        .compose(made -> changes.log()
                                .write(transaction, by, "project.made", made.name())
                                .map(made)));
    }

    /**
     * Changes a project.
     *
     * @param by who, with {@link Action#MANAGE_PROJECTS}
     * @param id the project
     * @param name for people
     * @param archived whether no key can be put into it any more
     * @return the project as changed; fails with {@link Refusal.Forbidden}, {@link Refusal.Invalid},
     *     {@link Refusal.Taken} or {@link Refusal.Absent}
     */
    public Future<Project> change(Principal by, long id, String name, boolean archived) {
        return changes.run(
                by,
                Action.MANAGE_PROJECTS,
                (tables, transaction, organization) -> transaction
                        .preparedQuery("""
                    UPDATE project SET name = $3, archived = $4 WHERE id = $1 AND organization_id = $2 RETURNING *\
                    """)
                        .execute(Tuple.of(id, organization.id(), Entries.title(name), archived))
                        .map(rows -> Rows.first(rows, Projects::read).orElseThrow(() -> new Refusal.Absent("project")))
                        .compose(changed -> changes.log()
                                .write(transaction, by, "project.changed", changed.name())
                                .map(changed)));
    }

    private static Project read(Row row) {
        return new Project(
                row.getLong("id"), row.getString("name"), row.getBoolean("archived"), Rows.instant(row, "created_at"));
    }
}
