package ai.apertis.people;

import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.Rows;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/**
 * The keys by which members ask in the playground: one for each member, made when they first ask. Its secret is thrown away
 * when it is made, so it works for a session and for nobody else; else it is a key like any other, and can be restricted,
 * switched off and revoked. After a revoked one comes a new one.
 */
public final class PlaygroundKeys {
    private static final String FIND = """
        SELECT k.id FROM api_key k JOIN organization o ON o.account_id = k.account_id
        WHERE o.id = $1 AND k.made_by = $2 AND k.playground AND k.status <> 'revoked'\
        """;

    private final Pool pool;
    private final Changes changes;
    private final Keys keys;

    PlaygroundKeys(Pool pool, Changes changes, Keys keys) {
        this.pool = pool;
        this.changes = changes;
        this.keys = keys;
    }

    /**
     * The key of a member, if they have one.
     *
     * @param by who
     * @return its id; empty until they first asked
     */
    public Future<Optional<Long>> find(Principal.Member by) {
        return find(pool, by);
    }

    /**
     * The key of a member, made when there is none.
     *
     * @param by who, with {@link Action#USE_PLAYGROUND}
     * @return the key as it is in the rows now; fails with {@link Refusal.Forbidden}
     */
    public Future<KeyRecord> of(Principal.Member by) {
        return Changes.permitted(by, Action.USE_PLAYGROUND)
                .compose(yes -> find(pool, by))
                .compose(found -> found.isPresent() ? Future.succeededFuture(found.get()) : make(by))
                .compose(keys::get)
                .map(key -> key.orElseThrow(() -> new Refusal.Absent("key")));
    }

    /** The organization is locked meanwhile: of two who come at once, the second finds what the first made. */
    private Future<Long> make(Principal.Member by) {
        return changes.run(
                by,
                Action.USE_PLAYGROUND,
                (tables, transaction, organization) -> find(transaction, by)
                        .compose(found -> found.isPresent()
                                ? Future.succeededFuture(found.get())
                                : tables.keys()
                                        .create(organization.accountId(), KeySettings.named("Playground"))
                                        .map(made -> made.record().id())
                                        .compose(id -> transaction
                                                .preparedQuery("UPDATE api_key SET made_by = $2, playground = true"
                                                        + " WHERE id = $1")
                                                .execute(
                                                        Tuple.of(id, by.person().id()))
                                                .compose(done ->
                                                        changes.log().write(transaction, by, "key.made", "Playground"))
                                                .map(id))));
    }

    private static Future<Optional<Long>> find(SqlClient client, Principal.Member by) {
        return client.preparedQuery(FIND)
                .execute(Tuple.of(by.organizationId(), by.person().id()))
                .map(rows -> Rows.first(rows, row -> row.getLong("id")));
    }
}
