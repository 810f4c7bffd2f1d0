package ai.apertis.people;

import ai.apertis.ledger.Database;
import ai.apertis.ledger.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who did what in an organization. The application's role may add to it and neither change nor delete. */
public final class AuditLog {
    private final Pool pool;

    /**
     * Reads and writes the log.
     *
     * @param database where it is
     */
    public AuditLog(Database database) {
        this.pool = database.pool();
    }

    /**
     * One thing that was done.
     *
     * @param id ascending with time
     * @param at when
     * @param actorKind {@code member}, {@code admin_key} or {@code operator}
     * @param actorId the id of the person or admin key
     * @param actorName as they were called then
     * @param event what, for instance {@code member.removed}
     * @param target to whom or what, in words
     */
    public record Entry(
            long id, Instant at, String actorKind, long actorId, String actorName, String event, String target) {}

    /**
     * Writes an entry. In the transaction of what was done, so that nothing is done without.
     *
     * @param transaction the connection whose transaction it is
     * @param by who did it
     * @param event what, a noun and a verb: {@code key.made}
     * @param target to whom or what, in words; never a secret
     * @return when it is written
     */
    public Future<Void> write(SqlClient transaction, Principal by, String event, String target) {
        Tuple actor = switch (by) {
            case Principal.Member m ->
                Tuple.of("member", m.person().id(), m.person().name());
            case Principal.AdminKey k -> Tuple.of("admin_key", k.id(), k.name());
            case Principal.Operator o ->
                Tuple.of("operator", o.person().id(), o.person().name());
        };
        return transaction
                .preparedQuery("""
                    INSERT INTO audit_log (actor_kind, actor_id, actor_name, organization_id, event, target)
                    VALUES ($1, $2, $3, $4, $5, $6)\
                    """)
                .execute(actor.addLong(by.organizationId()).addString(event).addString(target))
                .mapEmpty();
    }

    /**
     * Writes what somebody did about themselves, into the log of their personal organization.
     *
     * @param transaction the connection whose transaction it is
     * @param person who did it
     * @param event what, a noun and a verb
     * @param target in words; never a secret
     * @return when it is written
     */
    Future<Void> writeOwn(SqlClient transaction, Person person, String event, String target) {
        return transaction
                .preparedQuery("SELECT id FROM organization WHERE personal_of = $1")
                .execute(Tuple.of(person.id()))
                .compose(rows -> write(
                        transaction,
                        new Principal.Member(person, rows.iterator().next().getLong("id"), Set.of()),
                        event,
                        target));
    }

    /**
     * A page of an organization's log, newest first.
     *
     * @param by who asks
     * @param before the id of the last entry of the page before, null for the first page
     * @param size the most entries
     * @return the entries; fails with {@link Refusal.Forbidden}
     */
    public Future<List<Entry>> page(Principal by, @Nullable Long before, int size) {
        return Changes.permitted(by, Action.VIEW_AUDIT_LOG)
                .compose(yes -> pool.preparedQuery("""
                    SELECT * FROM audit_log WHERE organization_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3\
                    """)
                        .execute(Tuple.of(by.organizationId(), before == null ? Long.MAX_VALUE : before, size)))
                .map(rows -> Rows.list(rows, AuditLog::read));
    }

    private static Entry read(Row row) {
        return new Entry(
                row.getLong("id"),
                Rows.instant(row, "at"),
                row.getString("actor_kind"),
                row.getLong("actor_id"),
                row.getString("actor_name"),
                row.getString("event"),
                row.getString("target"));
    }
}
