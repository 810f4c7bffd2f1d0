package ai.apertis.ledger;

import ai.apertis.http.AddressRange;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys in the ledger: found by hash, made, changed, revoked. */
public final class Keys {
    private static final Logger LOG = LoggerFactory.getLogger(Keys.class);

    private static final String SELECT = """
        SELECT k.*, a.status = 'suspended' AS account_suspended, s.plan, s.cycle_interval, s.status AS sub_status,
            s.usable, s.quota_milli, s.cycle_start, s.cycle_end, s.ends_at, s.next_plan, s.next_at,
            s.payg_fallback_enabled, s.payg_limit_nano
        FROM api_key k JOIN account a ON a.id = k.account_id
        LEFT JOIN subscription_state s ON s.id = k.subscription_id
        """;

    private static final Duration REMEMBERED = Duration.ofSeconds(1);

    /** From when on a key in use is looked up anew, beside the request that found it, so that none has to wait for that. */
    private static final Duration RENEWED = Duration.ofMillis(500);

    private static final Duration REMEMBERED_WHILE_AWAY = Duration.ofMinutes(10);

    /** How long a look-up may take, and one of a key that was seen lately. */
    private static final long PATIENCE_MILLIS = 1_000;

    private static final long PATIENCE_WITH_KNOWN_MILLIS = 300;

    private final Statements statements;
    private final KeyHash hash;
    private final boolean imported;

    /** What was found by hash, for a second. Only what exists: a key just made works at once on every node. */
    private final Cache<Buffer, Found> found = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(100_000)
            .executor(Runnable::run)
            .build();

    /** How often something was forgotten: what was read before such a moment may be older than the change. */
    private final AtomicInteger changes = new AtomicInteger();

    /** What was found lately, for when the ledger is away. Nothing that costs money is decided by it. */
    private final Cache<Buffer, KeyRecord> lately = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED_WHILE_AWAY)
            .maximumSize(100_000)
            .executor(Runnable::run)
            .build();

    /**
     * Reads and writes keys.
     *
     * @param database where they are
     * @param hash how they are hashed
     * @param imported whether there are keys that were made elsewhere and lack our checksum
     */
    public Keys(Database database, KeyHash hash, boolean imported) {
        this(Statements.on(database.pool()), hash, imported);
    }

    private Keys(Statements statements, KeyHash hash, boolean imported) {
        this.statements = statements;
        this.hash = hash;
        this.imported = imported;
    }

    /** How they are hashed. */
    KeyHash hash() {
        return hash;
    }

    /** These keys as a transaction sees them. */
    Keys in(Statements others) {
        return new Keys(others, hash, imported);
    }

    /**
     * Finds a key as a client sent it. May be a second old, unless changed on this node, and while the ledger is away ten
     * minutes; every hold checks again.
     *
     * @param key the whole key
     * @return the key, revoked and expired ones too; empty when there is none or it does not even look like one. Fails
     *     after a second when the ledger is away and the key was not seen lately
     */
    public Future<Optional<KeyRecord>> find(String key) {
        if (!(imported ? KeyHash.wellFormed(key) : KeyHash.checks(key))) {
            return Future.succeededFuture(Optional.empty());
        }
        Buffer[] hashes = hash.all(key).stream().map(Buffer::buffer).toArray(Buffer[]::new);
        Found fresh = found.getIfPresent(hashes[0]);
        if (fresh == null) {
            return lookUp(hashes);
        }
        if (fresh.wantsRenewal()) {
            lookUp(hashes).onFailure(e -> LOG.debug("a key was not looked up anew: {}", e.getMessage()));
        }
        return Future.succeededFuture(Optional.of(fresh.record));
    }

    private Future<Optional<KeyRecord>> lookUp(Buffer[] hashes) {
        KeyRecord known = lately.getIfPresent(hashes[0]);
        int before = changes.get();
        return statements
                .client()
                .preparedQuery(SELECT + "WHERE k.hash = ANY ($1)")
                .execute(Tuple.of(hashes))
                .timeout(known == null ? PATIENCE_MILLIS : PATIENCE_WITH_KNOWN_MILLIS, TimeUnit.MILLISECONDS)
                .map(rows -> Rows.first(rows, Keys::read))
                .onSuccess(record ->
                        record.ifPresentOrElse(read -> lately.put(hashes[0], read), () -> lately.invalidate(hashes[0])))
                .recover(e -> known != null && Away.is(e)
                        ? Future.succeededFuture(Optional.of(known))
                        : Future.failedFuture(e))
                .onSuccess(record -> {
                    record.ifPresentOrElse(
                            read -> found.put(hashes[0], new Found(read)), () -> found.invalidate(hashes[0]));
                    if (changes.get() != before) {
                        found.invalidate(hashes[0]);
                    }
                });
    }

    /** What was found, and whether it is being looked up anew. */
    private static final class Found {
        private final KeyRecord record;
        private final long since = System.nanoTime();
        private final AtomicBoolean renewing = new AtomicBoolean();

        private Found(KeyRecord record) {
            this.record = record;
        }

        /** Says so once. */
        private boolean wantsRenewal() {
            return System.nanoTime() - since > RENEWED.toNanos() && renewing.compareAndSet(false, true);
        }
    }

    /** Forgets what was found, because keys, accounts or subscriptions were changed on this node. */
    public void forget() {
        changes.incrementAndGet();
        found.invalidateAll();
        lately.invalidateAll();
    }

    /**
     * Finds a key by its id.
     *
     * @param id the id
     * @return the key, revoked ones too; empty when there is none
     */
    public Future<Optional<KeyRecord>> get(long id) {
        return get(statements.client(), id);
    }

    private static Future<Optional<KeyRecord>> get(SqlClient client, long id) {
        return client.preparedQuery(SELECT + "WHERE k.id = $1")
                .execute(Tuple.of(id))
                .map(rows -> Rows.first(rows, Keys::read));
    }

    /**
     * All keys of an account that were not revoked, oldest first.
     *
     * @param accountId the account
     * @return the keys
     */
    public Future<List<KeyRecord>> list(long accountId) {
        return statements
                .client()
                .preparedQuery(SELECT + "WHERE k.account_id = $1 AND k.status <> 'revoked' ORDER BY k.id")
                .execute(Tuple.of(accountId))
                .map(rows -> Rows.list(rows, Keys::read));
    }

    /**
     * Makes a standard key.
     *
     * @param accountId who pays
     * @param settings what it may do
     * @return the key, whole for the only time; fails with {@link NoSuchRow} when there is no such account
     */
    public Future<MadeKey> create(long accountId, KeySettings settings) {
        return insert(statements.client(), accountId, null, KeyHash.generate(KeyHash.STANDARD), false, settings);
    }

    /**
     * Writes a key's row.
     *
     * @param client a connection, perhaps in a transaction
     * @param subscriptionId the subscription it belongs to, null for a standard key
     * @param key the whole key
     * @param imported whether it was made elsewhere
     */
    Future<MadeKey> insert(
            SqlClient client,
            long accountId,
            @Nullable Long subscriptionId,
            String key,
            boolean imported,
            KeySettings s) {
        Tuple values = Tuple.tuple()
                .addLong(accountId)
                .addValue(subscriptionId)
                .addBuffer(Buffer.buffer(hash.current(key)))
                .addInteger(hash.currentId())
                .addString(KeyHash.prefix(key))
                .addString(key.substring(key.length() - 4))
                .addBoolean(imported);
        return client.preparedQuery("""
            INSERT INTO api_key (account_id, subscription_id, hash, pepper_id, prefix, last4, imported, name,
                status, quota_nano, monthly_limit_nano, monthly_reset_day, models, allowed_ips, expires_at,
                fallback_models, fallback_timeout_ms, fallback_enabled, compression, data_policy, cache, include_cost,
                provider, hedge, continue_on_cut)
            SELECT a.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                $20, $21, $22, $23, $24, $25 FROM account a WHERE a.id = $1
            RETURNING id\
            """)
                .execute(addSettings(values, s))
                .compose(rows -> rows.size() == 0
                        ? Future.failedFuture(new NoSuchRow("account"))
                        : get(client, rows.iterator().next().getLong("id")))
                .map(record -> new MadeKey(record.orElseThrow(), key));
    }

    /**
     * Changes what a person may set on a key.
     *
     * @param id the key
     * @param change from what is set now to what shall be
     * @return the key as changed; fails with {@link NoSuchRow} when there is none or it was revoked
     */
    public Future<KeyRecord> change(long id, UnaryOperator<KeySettings> change) {
        return statements.together(connection -> connection
                .preparedQuery("SELECT FROM api_key WHERE id = $1 AND status <> 'revoked' FOR NO KEY UPDATE")
                .execute(Tuple.of(id))
                .compose(locked -> locked.size() == 0
                        ? Future.<Optional<KeyRecord>>failedFuture(new NoSuchRow("key"))
                        : get(connection, id))
                .compose(found -> connection
                        .preparedQuery("""
                            UPDATE api_key SET name = $2, status = $3, quota_nano = $4, monthly_limit_nano = $5,
                                monthly_reset_day = $6, models = $7, allowed_ips = $8, expires_at = $9,
                                fallback_models = $10, fallback_timeout_ms = $11, fallback_enabled = $12,
                                compression = $13, data_policy = $14, cache = $15, include_cost = $16,
                                provider = $17, hedge = $18, continue_on_cut = $19
                            WHERE id = $1\
                            """)
                        .execute(addSettings(
                                Tuple.of(id), change.apply(found.orElseThrow().settings()))))
                .compose(done -> get(connection, id))
                .map(Optional::orElseThrow));
    }

    /**
     * Revokes a key for good. Takes effect with the next hold on every node.
     *
     * @param id the key
     * @return whether it was there and not revoked before
     */
    public Future<Boolean> revoke(long id) {
        return statements.client().preparedQuery("""
            UPDATE api_key SET status = 'revoked', revoked_at = now()
            WHERE id = $1 AND status <> 'revoked'\
            """).execute(Tuple.of(id)).map(done -> done.rowCount() > 0);
    }

    private static Tuple addSettings(Tuple values, KeySettings s) {
        return values.addString(s.name())
                .addString(s.enabled() ? "active" : "disabled")
                .addValue(s.quotaNano())
                .addValue(s.monthlyLimitNano())
                .addValue((short) s.monthlyResetDay())
                .addValue(Rows.array(s.models()))
                .addValue(Rows.array(s.allowedIps()))
                .addValue(Rows.timestamp(s.expiresAt()))
                .addValue(Rows.array(s.fallbackModels()))
                .addValue(
                        s.fallbackTimeoutMillis() == null
                                ? null
                                : s.fallbackTimeoutMillis().intValue())
                .addValue(s.fallbackEnabled())
                .addValue(s.compression())
                .addValue(s.dataPolicy())
                .addValue(s.cache())
                .addBoolean(s.includeCost())
                .addValue(s.provider())
                .addValue(s.hedge())
                .addValue(s.continueOnCut());
    }

    private static KeyRecord read(Row row) {
        return new KeyRecord(
                row.getLong("id"),
                row.getLong("account_id"),
                row.getBoolean("account_suspended"),
                new KeySettings(
                        row.getString("name"),
                        !row.getString("status").equals("disabled"),
                        row.getLong("quota_nano"),
                        row.getLong("monthly_limit_nano"),
                        row.getInteger("monthly_reset_day"),
                        Rows.strings(row, "models"),
                        Rows.strings(row, "allowed_ips"),
                        Rows.instantOrNull(row, "expires_at"),
                        Rows.strings(row, "fallback_models"),
                        row.getLong("fallback_timeout_ms"),
                        row.getBoolean("fallback_enabled"),
                        row.get(JsonObject.class, "compression"),
                        row.getString("data_policy"),
                        row.get(JsonObject.class, "cache"),
                        row.getBoolean("include_cost"),
                        row.get(JsonObject.class, "provider"),
                        row.getBoolean("hedge"),
                        row.getBoolean("continue_on_cut")),
                Rows.strings(row, "allowed_ips").stream()
                        .map(AddressRange::parse)
                        .toList(),
                row.getString("status").equals("revoked"),
                row.getString("prefix"),
                row.getString("last4"),
                row.getBoolean("imported"),
                Rows.instant(row, "created_at"),
                row.getLong("subscription_id") == null
                        ? null
                        : Subscriptions.read(row, row.getLong("subscription_id"), "sub_status"));
    }
}
