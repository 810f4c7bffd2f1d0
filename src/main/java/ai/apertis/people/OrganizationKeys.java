package ai.apertis.people;

import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.MadeKey;
import ai.apertis.ledger.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys of an organization's account, read and changed on behalf of somebody. */
public final class OrganizationKeys {
    private static final String ORIGIN = """
        SELECT k.id, k.made_by, p.name AS made_by_name, k.project_id, k.playground FROM api_key k
        LEFT JOIN person p ON p.id = k.made_by JOIN organization o ON o.account_id = k.account_id
        WHERE o.id = $1 AND k.status <> 'revoked' AND ($2::bigint IS NULL OR k.id = $2) ORDER BY k.id\
        """;

    private final Pool pool;
    private final Changes changes;
    private final Keys keys;

    OrganizationKeys(Pool pool, Changes changes, Keys keys) {
        this.pool = pool;
        this.changes = changes;
        this.keys = keys;
    }

    /**
     * Where a key comes from.
     *
     * @param keyId the key
     * @param madeBy the id of the person who made it, null when nobody signed in did
     * @param madeByName their user name
     * @param projectId the project it is in, null for none
     * @param playground whether it is what they ask in the playground with, which has no secret
     */
    public record Origin(
            long keyId,
            @Nullable Long madeBy,
            @Nullable String madeByName,
            @Nullable Long projectId,
            boolean playground) {}

    /**
     * A key and where it comes from.
     *
     * @param record the key
     * @param origin where it comes from
     */
    public record Listed(KeyRecord record, Origin origin) {}

    /**
     * The keys that were not revoked: all of them for who may see them, else those that somebody made themselves.
     *
     * @param by who asks, with {@link Action#VIEW_KEYS} or {@link Action#MANAGE_OWN_KEYS}
     * @return oldest first; fails with {@link Refusal.Forbidden}
     */
    public Future<List<Listed>> list(Principal by) {
        boolean all = Permissions.may(by, Action.VIEW_KEYS);
        return Changes.permitted(by, all ? Action.VIEW_KEYS : Action.MANAGE_OWN_KEYS)
                .compose(yes -> pool.preparedQuery("SELECT account_id FROM organization WHERE id = $1")
                        .execute(Tuple.of(by.organizationId())))
                .map(rows -> Rows.first(rows, row -> row.getLong("account_id"))
                        .orElseThrow(() -> new Refusal.Absent("organization")))
                .compose(keys::list)
                .compose(records -> origins(pool, by.organizationId(), null).map(origins -> {
                    Map<Long, Origin> byKey =
                            origins.stream().collect(Collectors.toMap(Origin::keyId, Function.identity()));
                    return records.stream()
                            .map(record -> new Listed(
                                    record,
                                    byKey.getOrDefault(record.id(), new Origin(record.id(), null, null, null, false))))
                            .filter(key -> all
                                    || Permissions.mayChangeKey(by, key.origin().madeBy()))
                            .toList();
                }));
    }

    /**
     * Makes a standard key.
     *
     * @param by who, with {@link Action#MANAGE_OWN_KEYS} or {@link Action#MANAGE_ALL_KEYS}
     * @param settings what it may do, checked by the caller
     * @param projectId the project it shall be in, null for none
     * @return the key, whole for the only time; fails with {@link Refusal.Forbidden}, or {@link Refusal.Invalid} for a
     *     project that is archived or not there
     */
    public Future<MadeKey> create(Principal by, KeySettings settings, @Nullable Long projectId) {
        Action needed = Permissions.may(by, Action.MANAGE_OWN_KEYS) ? Action.MANAGE_OWN_KEYS : Action.MANAGE_ALL_KEYS;
        Long madeBy = by instanceof Principal.Member member ? member.person().id() : null;
        return changes.run(
                by,
                needed,
                (tables, transaction, organization) -> open(transaction, organization, projectId)
                        .compose(project -> tables.keys().create(organization.accountId(), settings))
                        .compose(made -> transaction
                                .preparedQuery("UPDATE api_key SET made_by = $2, project_id = $3 WHERE id = $1")
                                .execute(Tuple.of(made.record().id(), madeBy, projectId))
                                .compose(done -> changes.log().write(transaction, by, "key.made", named(made.record())))
                                .map(made)));
    }

    /**
     * Changes a key. Takes effect at once on this node, within a second on others; every hold checks again.
     *
     * @param by who, with {@link Action#MANAGE_ALL_KEYS}, or with {@link Action#MANAGE_OWN_KEYS} for a key of theirs
     * @param id the key
     * @param change from what is set now to what shall be
     * @return the key as changed; fails with {@link Refusal.Forbidden} or {@link Refusal.Absent}
     */
    public Future<KeyRecord> change(Principal by, long id, UnaryOperator<KeySettings> change) {
        return changes.run(
                by.organizationId(),
                (tables, transaction, organization) -> changeable(transaction, by, id)
                        .compose(origin -> tables.keys().change(id, change))
                        .compose(changed -> changes.log()
                                .write(transaction, by, "key.changed", named(changed))
                                .map(changed)));
    }

    /**
     * Puts a key into a project or takes it out.
     *
     * @param by as for {@link #change}
     * @param id the key
     * @param projectId the project, null for none
     * @return when it is done; fails as {@link #change}, or with {@link Refusal.Invalid} for a project that is archived
     *     or not there
     */
    public Future<Void> move(Principal by, long id, @Nullable Long projectId) {
        return changes.run(
                by.organizationId(),
                (tables, transaction, organization) -> changeable(transaction, by, id)
                        .compose(origin -> open(transaction, organization, projectId))
                        .compose(open -> transaction
                                .preparedQuery("UPDATE api_key SET project_id = $2 WHERE id = $1")
                                .execute(Tuple.of(id, projectId)))
                        .compose(moved -> changes.log().write(transaction, by, "key.moved", "key " + id)));
    }

    /**
     * Revokes a key for good.
     *
     * @param by as for {@link #change}
     * @param id the key
     * @return when it is done; fails as {@link #change}
     */
    public Future<Void> revoke(Principal by, long id) {
        return changes.run(
                by.organizationId(),
                (tables, transaction, organization) -> changeable(transaction, by, id)
                        .compose(origin -> tables.keys().revoke(id))
                        .compose(revoked -> changes.log().write(transaction, by, "key.revoked", "key " + id)));
    }

    private static Future<Origin> changeable(SqlClient transaction, Principal by, long id) {
        return origins(transaction, by.organizationId(), id).compose(found -> {
            if (found.isEmpty()) {
                return Future.failedFuture(new Refusal.Absent("key"));
            }
            Origin origin = found.getFirst();
            return Permissions.mayChangeKey(by, origin.madeBy())
                    ? Future.succeededFuture(origin)
                    : Future.failedFuture(new Refusal.Forbidden(Action.MANAGE_ALL_KEYS));
        });
    }

    private static Future<Void> open(SqlClient transaction, Organization organization, @Nullable Long projectId) {
        if (projectId == null) {
            return Future.succeededFuture();
        }
        return transaction
                .preparedQuery("SELECT FROM project WHERE id = $1 AND organization_id = $2 AND NOT archived")
                .execute(Tuple.of(projectId, organization.id()))
                .compose(rows -> rows.size() > 0
                        ? Future.succeededFuture()
                        : Future.failedFuture(new Refusal.Invalid("project", "There is no such project.")));
    }

    private static Future<List<Origin>> origins(SqlClient client, long organizationId, @Nullable Long keyId) {
        return client.preparedQuery(ORIGIN)
                .execute(Tuple.of(organizationId, keyId))
                .map(rows -> Rows.list(
                        rows,
                        row -> new Origin(
                                row.getLong("id"),
                                row.getLong("made_by"),
                                row.getString("made_by_name"),
                                row.getLong("project_id"),
                                row.getBoolean("playground"))));
    }

    private static String named(KeyRecord key) {
        return key.settings().name() + " (" + key.prefix() + "…" + key.last4() + ")";
    }
}
