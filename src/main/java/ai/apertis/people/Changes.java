package ai.apertis.people;

import ai.apertis.ledger.Rows;
import ai.apertis.ledger.Tables;
import ai.apertis.ledger.Writes;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/**
 * Runs every change of an organization: asks whether it is permitted, locks the organization, and lets nothing be
 * committed that leaves it without an owner.
 */
final class Changes {
    private static final String UNIQUE_VIOLATION = "23505";

    private final Writes writes;
    private final AuditLog log;

    Changes(Writes writes, AuditLog log) {
        this.writes = writes;
        this.log = log;
    }

    /** What is to be done in the transaction. */
    @FunctionalInterface
    interface Work<T> {
        Future<T> in(Tables tables, SqlClient transaction, Organization organization);
    }

    AuditLog log() {
        return log;
    }

    <T> Future<T> run(Principal by, Action action, Work<T> work) {
        return permitted(by, action).compose(yes -> run(by.organizationId(), work));
    }

    /** For what needs no permission but that of the caller's own judgement. */
    <T> Future<T> run(long organizationId, Work<T> work) {
        return writes.run((tables, transaction) -> lock(transaction, organizationId)
                        .compose(organization -> work.in(tables, transaction, organization))
                        .compose(done -> ownerLeft(transaction, organizationId).map(done)))
                .recover(e -> Future.failedFuture(
                        e instanceof PgException known && UNIQUE_VIOLATION.equals(known.getSqlState())
                                ? new Refusal.Taken("name")
                                : e));
    }

    /** Fails with {@link Refusal.Forbidden}. */
    static Future<Void> permitted(Principal by, Action action) {
        return Permissions.may(by, action)
                ? Future.succeededFuture()
                : Future.failedFuture(new Refusal.Forbidden(action));
    }

    /** Fails with {@link Refusal.Forbidden} where somebody would give what they do not have. */
    static Future<Void> givable(Principal by, Iterable<Role> roles) {
        for (Role role : roles) {
            if (!Permissions.mayGive(by, role.actions())) {
                return Future.failedFuture(new Refusal.Forbidden(Action.MANAGE_ROLES));
            }
        }
        return Future.succeededFuture();
    }

    private static Future<Organization> lock(SqlClient transaction, long id) {
        return transaction
                .preparedQuery("SELECT * FROM organization WHERE id = $1 FOR NO KEY UPDATE")
                .execute(Tuple.of(id))
                .map(rows ->
                        Rows.first(rows, Organization::read).orElseThrow(() -> new Refusal.Absent("organization")));
    }

    private static Future<Void> ownerLeft(SqlClient transaction, long id) {
        return transaction
                .preparedQuery("""
                    SELECT FROM role_assignment a JOIN organization_role r ON r.id = a.role_id
                    LEFT JOIN group_member g ON g.group_id = a.group_id
                    WHERE a.organization_id = $1 AND r.kind = 'owner' AND coalesce(a.person_id, g.person_id) IS NOT NULL
                    LIMIT 1\
                    """)
                .execute(Tuple.of(id))
                .compose(rows -> rows.size() > 0
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Refusal.Impossible("An organization keeps at least one owner.")));
    }
}
