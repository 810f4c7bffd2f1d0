package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the keys of an account are called and did, for lists of them. */
public final class KeyUses {
    private static final String USES = """
        SELECT k.id, k.playground, coalesce(b.used, 0) AS used, u.at AS last_at
        FROM api_key k LEFT JOIN bucket b ON b.owner_id = k.id AND b.kind = 'key_quota'
        LEFT JOIN LATERAL (SELECT c.at FROM charge c WHERE c.key_id = k.id ORDER BY c.at DESC LIMIT 1) u ON true
        WHERE k.account_id = $1 AND k.status <> 'revoked'\
        """;

    private final Pool pool;

    /**
     * Reads what keys did.
     *
     * @param database where it is
     */
    public KeyUses(Database database) {
        this.pool = database.pool();
    }

    /**
     * What a key did.
     *
     * @param keyId the key
     * @param usedNano what it has spent in all, nano-USD
     * @param lastAt when its last request was settled, null for never
     * @param playground whether it is somebody's for the playground
     */
    public record Use(long keyId, long usedNano, @Nullable Instant lastAt, boolean playground) {}

    /**
     * What a key is called.
     *
     * @param keyId the key
     * @param name for people
     * @param revoked whether it is no more
     */
    public record Name(long keyId, String name, boolean revoked) {}

    /**
     * What the keys of an account did that were not revoked.
     *
     * @param accountId the account
     * @return by key
     */
    public Future<Map<Long, Use>> of(long accountId) {
        return pool.preparedQuery(USES)
                .execute(Tuple.of(accountId))
                .map(rows -> Rows.list(rows, KeyUses::use).stream()
                        .collect(Collectors.toMap(Use::keyId, Function.identity())));
    }

    /**
     * What the keys of an account are called, revoked ones too.
     *
     * @param accountId the account
     * @return those that work first, each by name
     */
    public Future<List<Name>> names(long accountId) {
        return pool.preparedQuery("""
            SELECT id, name, status = 'revoked' AS revoked FROM api_key WHERE account_id = $1
            ORDER BY status = 'revoked', lower(name), id\
            """)
                .execute(Tuple.of(accountId))
                .map(rows -> Rows.list(
                        rows, row -> new Name(row.getLong("id"), row.getString("name"), row.getBoolean("revoked"))));
    }

    /**
     * The same, to look names up.
     *
     * @param names as {@link #names} told them
     * @return the keys' names by their ids
     */
    public static Map<Long, String> byId(List<Name> names) {
        return names.stream().collect(Collectors.toMap(Name::keyId, Name::name));
    }

    private static Use use(Row row) {
        return new Use(
                row.getLong("id"),
                row.getLong("used"),
                Rows.instantOrNull(row, "last_at"),
                row.getBoolean("playground"));
    }
}
