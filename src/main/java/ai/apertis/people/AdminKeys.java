package ai.apertis.people;

import ai.apertis.ledger.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The admin keys of an organization: what programs administer it with. They serve no requests to models. */
public final class AdminKeys {
    /** Unlike the prefixes of keys for models, so that neither is taken for the other. */
    private static final String PREFIX = "org-admin-";

    private final Pool pool;
    private final Changes changes;

    AdminKeys(Pool pool, Changes changes) {
        this.pool = pool;
        this.changes = changes;
    }

    /**
     * An admin key.
     *
     * @param id its id
     * @param name for people
     * @param last4 its last four characters
     * @param madeBy the id of the person who made it
     * @param createdAt when
     */
    public record Listed(long id, String name, String last4, long madeBy, Instant createdAt) {}

    /**
     * An admin key just made.
     *
     * @param listed as stored
     * @param key the whole key: shown now and never again
     */
    public record Made(Listed listed, String key) {
        /** Does not show the key. */
        @Override
        public String toString() {
            return "Made[" + listed + "]";
        }
    }

    /**
     * Makes an admin key.
     *
     * @param by who, with {@link Action#MANAGE_ADMIN_KEYS}
     * @param name for people, 1 to 100 characters
     * @return the key; fails with {@link Refusal.Forbidden} or {@link Refusal.Invalid}
     */
    public Future<Made> create(Principal.Member by, String name) {
        String key = PREFIX + Tokens.make();
        return changes.run(
                by,
                Action.MANAGE_ADMIN_KEYS,
                (tables, transaction, organization) -> transaction
                        .preparedQuery("""
                    INSERT INTO organization_key (organization_id, name, hash, last4, made_by)
                    VALUES ($1, $2, $3, $4, $5) RETURNING *\
                    """)
                        .execute(Tuple.of(
                                organization.id(),
                                Entries.title(name),
                                Tokens.hash(key),
                                key.substring(key.length() - 4),
                                by.person().id()))
                        .map(rows -> new Made(read(rows.iterator().next()), key))
                        .compose(made -> changes.log()
                                .write(
                                        transaction,
                                        by,
                                        "admin_key.made",
                                        made.listed().name())
                                .map(made)));
    }

    /**
     * The admin keys that were not revoked.
     *
     * @param by who asks, with {@link Action#MANAGE_ADMIN_KEYS}
     * @return oldest first; fails with {@link Refusal.Forbidden}
     */
    public Future<List<Listed>> list(Principal by) {
        return Changes.permitted(by, Action.MANAGE_ADMIN_KEYS)
                .compose(yes -> pool.preparedQuery("""
                    SELECT * FROM organization_key WHERE organization_id = $1 AND revoked_at IS NULL ORDER BY id\
                    """).execute(Tuple.of(by.organizationId())))
                .map(rows -> Rows.list(rows, AdminKeys::read));
    }

    /**
     * Revokes an admin key for good.
     *
     * @param by who, with {@link Action#MANAGE_ADMIN_KEYS}
     * @param id the key
     * @return when it is done; fails with {@link Refusal.Forbidden} or {@link Refusal.Absent}
     */
    public Future<Void> revoke(Principal by, long id) {
        return changes.run(
                by,
                Action.MANAGE_ADMIN_KEYS,
                (tables, transaction, organization) -> transaction
                        .preparedQuery("""
                    UPDATE organization_key SET revoked_at = ledger_now()
                    WHERE id = $1 AND organization_id = $2 AND revoked_at IS NULL RETURNING *\
                    """)
                        .execute(Tuple.of(id, organization.id()))
                        .map(rows ->
                                Rows.first(rows, AdminKeys::read).orElseThrow(() -> new Refusal.Absent("admin key")))
                        .compose(revoked -> changes.log().write(transaction, by, "admin_key.revoked", revoked.name())));
    }

    /**
     * Finds out who a program is.
     *
     * @param key the whole key as sent
     * @return empty when there is none or it was revoked
     */
    public Future<Optional<Principal.AdminKey>> find(String key) {
        if (!key.startsWith(PREFIX) || !Tokens.plausible(key)) {
            return Future.succeededFuture(Optional.empty());
        }
        return pool.preparedQuery("SELECT * FROM organization_key WHERE hash = $1 AND revoked_at IS NULL")
                .execute(Tuple.of(Tokens.hash(key)))
                .map(rows -> Rows.first(
                        rows,
                        row -> new Principal.AdminKey(
                                row.getLong("id"), row.getString("name"), row.getLong("organization_id"))));
    }

    private static Listed read(Row row) {
        return new Listed(
                row.getLong("id"),
                row.getString("name"),
                row.getString("last4"),
                row.getLong("made_by"),
                Rows.instant(row, "created_at"));
    }
}
