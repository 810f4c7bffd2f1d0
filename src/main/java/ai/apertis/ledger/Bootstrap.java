package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an installation needs before its first request: peppers, an admin token, and on an empty database an account with
 * money and a key. Processes that start together on one database do it once: they queue on a lock.
 */
public final class Bootstrap {
    private static final String ADMIN_TOKEN = "admin_token.sha256";

    private final Database database;

    /**
     * Prepares an installation.
     *
     * @param database its ledger
     */
    public Bootstrap(Database database) {
        this.database = database;
    }

    /**
     * What the operator gave.
     *
     * @param adminToken the admin token, null to make one
     * @param key the first account's key, null to make one
     * @param creditNano the first account's balance, nano-USD
     * @param peppers peppers by id, of 2 or more, to hash keys with; when there are none, the database makes itself one
     */
    public record Wishes(
            @Nullable String adminToken, @Nullable String key, long creditNano, Map<Integer, byte[]> peppers) {
        /** Copies the map. */
        public Wishes {
            peppers = Map.copyOf(peppers);
        }

        /** Shows no secret. */
        @Override
        public String toString() {
            return "Wishes[creditNano=" + creditNano + "]";
        }
    }

    /**
     * What is there now.
     *
     * @param hash hashes keys
     * @param imported whether some keys lack our checksum
     * @param adminToken checks the admin token
     * @param madeAdminToken the admin token just made, to be printed once; null when none was made
     * @param madeKey the first key just made, to be printed once unless it was given; null when none was made
     */
    public record Ready(
            KeyHash hash,
            boolean imported,
            AdminToken adminToken,
            @Nullable String madeAdminToken,
            @Nullable MadeKey madeKey) {
        /** Shows no secret. */
        @Override
        public String toString() {
            return "Ready[madeKey=" + madeKey + "]";
        }
    }

    /**
     * Makes what is missing.
     *
     * @param wishes what the operator gave
     * @return what is there now; fails with {@link StartupException} when the given key is not of a key's form, or a
     *     pepper is missing or another one than before
     */
    public Future<Ready> run(Wishes wishes) {
        String given = wishes.key();
        if (given != null && !KeyHash.wellFormed(given)) {
            return Future.failedFuture(new StartupException(
                    "the bootstrap key is not a key: sk- and at least 32 letters and digits are expected"));
        }
        return database.pool()
                .withTransaction(connection -> connection
                        .query("SELECT pg_advisory_xact_lock(hashtext('apertis.bootstrap'))")
                        .execute()
                        .compose(locked -> new Peppers(connection).ready(wishes.peppers()))
                        .compose(hash -> adminToken(connection, wishes.adminToken())
                                .compose(token -> firstKey(connection, hash, wishes)
                                        .compose(key -> anyImported(connection)
                                                .map(imported -> new Ready(
                                                        hash,
                                                        imported,
                                                        token.token(),
                                                        token.made(),
                                                        key.orElse(null)))))));
    }

    private record Token(AdminToken token, @Nullable String made) {}

    private static Future<Token> adminToken(SqlConnection connection, @Nullable String given) {
        if (given != null) {
            return Future.succeededFuture(new Token(AdminToken.of(given), null));
        }
        return connection
                .preparedQuery("SELECT value FROM setting WHERE name = $1")
                .execute(Tuple.of(ADMIN_TOKEN))
                .compose(rows -> {
                    if (rows.size() > 0) {
                        String hex = rows.iterator().next().getString("value");
                        return Future.succeededFuture(new Token(AdminToken.stored(hex), null));
                    }
                    String text = AdminToken.generate();
                    AdminToken token = AdminToken.of(text);
                    return connection
                            .preparedQuery("INSERT INTO setting (name, value) VALUES ($1, $2)")
                            .execute(Tuple.of(ADMIN_TOKEN, token.hex()))
                            .map(new Token(token, text));
                });
    }

    private Future<Optional<MadeKey>> firstKey(SqlConnection connection, KeyHash hash, Wishes wishes) {
        return connection.query("SELECT FROM account LIMIT 1").execute().compose(rows -> {
            if (rows.size() > 0) {
                return Future.succeededFuture(Optional.empty());
            }
            String given = wishes.key();
            String key = given == null ? KeyHash.generate(KeyHash.STANDARD) : given;
            return Accounts.create(connection, "First account", null)
                    .compose(account -> credit(connection, account.id(), wishes.creditNano())
                            .compose(done -> new Keys(database, hash, true)
                                    .insert(
                                            connection,
                                            account.id(),
                                            null,
                                            key,
                                            !KeyHash.checks(key),
                                            KeySettings.named("First key"))))
                    .map(Optional::of);
        });
    }

    private static Future<Void> credit(SqlConnection connection, long accountId, long amountNano) {
        return amountNano == 0
                ? Future.succeededFuture()
                : Accounts.credit(connection, accountId, amountNano, "bootstrap")
                        .mapEmpty();
    }

    private static Future<Boolean> anyImported(SqlConnection connection) {
        return connection
                .query("SELECT EXISTS (SELECT FROM api_key WHERE imported) AS found")
                .execute()
                .map(rows -> rows.iterator().next().getBoolean("found"));
    }
}
