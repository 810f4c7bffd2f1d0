package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The subscriptions in the ledger. An account has at most one that works, and that one has one key. */
public final class Subscriptions {
    private static final String SELECT = "SELECT s.*, s.status AS sub_status FROM subscription_state s ";

    /** The whole quota of the plan that is in force, of which a cycle in whose midst it began has a part. */
    private static final String WHOLE_QUOTA =
            "CASE WHEN s.next_at <= ledger_now() THEN s.next_quota_milli ELSE s.quota_milli END";

    /** What is left of the cycle counts by the new plan, what has gone by as it was. */
    private static final String RAISE = """
        UPDATE subscription s SET plan = $2, quota_milli = $3, next_plan = NULL, next_quota_milli = NULL,
            next_at = NULL, prorated_start = old.cycle_start,
            prorated_quota_milli = old.quota_milli + floor(($3::bigint - (%s))
                * extract(epoch FROM old.cycle_end - ledger_now())
                / extract(epoch FROM old.cycle_end - old.cycle_start))::bigint
        FROM subscription_state old WHERE s.id = $1 AND old.id = s.id AND $3::bigint >= %s\
        """.formatted(WHOLE_QUOTA, WHOLE_QUOTA);

    private static final String LOWER = """
        UPDATE subscription s SET plan = old.plan, quota_milli = %s,
            next_plan = $2, next_quota_milli = $3, next_at = old.cycle_end
        FROM subscription_state old WHERE s.id = $1 AND old.id = s.id\
        """.formatted(WHOLE_QUOTA);

    /** The plan is the one in force: nothing but a change that waits is taken back. */
    private static final String STAY = "next_plan = NULL, next_quota_milli = NULL, next_at = NULL";

    private final Statements statements;
    private final Keys keys;

    /**
     * Reads and writes subscriptions.
     *
     * @param database where they are
     * @param keys makes their keys
     */
    public Subscriptions(Database database, Keys keys) {
        this(Statements.on(database.pool()), keys);
    }

    Subscriptions(Statements statements, Keys keys) {
        this.statements = statements;
        this.keys = keys;
    }

    /**
     * A plan as the ledger needs to know it.
     *
     * @param name for instance {@code pro}
     * @param quotaMilli quota of a cycle, in thousandths
     */
    public record PlanTerms(String name, long quotaMilli) {}

    /**
     * How the balance helps out.
     *
     * @param enabled whether it pays when the quota does not suffice
     * @param limitNano the most it pays in a cycle, nano-USD; 0 for nothing, null for no limit
     */
    public record Fallback(boolean enabled, @Nullable Long limitNano) {}

    /**
     * A subscription just made.
     *
     * @param subscription the subscription
     * @param key its key, whole for the only time
     */
    public record Made(SubscriptionRecord subscription, MadeKey key) {}

    /** What may be done to a subscription. */
    public enum Action {
        /** Its keys are refused until it is resumed. */
        SUSPEND,
        /** Works again; a cancellation that has not taken effect is taken back. */
        RESUME,
        /** Ends now; its keys are revoked. */
        CANCEL_NOW,
        /** Ends with the interval that is paid for. */
        CANCEL_AT_END
    }

    /**
     * Starts a subscription now and makes its key.
     *
     * @param accountId whose
     * @param plan which plan
     * @param interval for how long it is bought each time
     * @param fallback how the balance helps out
     * @return the subscription and its key; fails with {@link NoSuchRow} when there is no such account, with
     *     {@link Conflict} when it has a subscription that has not ended
     */
    public Future<Made> create(
            long accountId, PlanTerms plan, SubscriptionRecord.Interval interval, Fallback fallback) {
        return statements.together(connection -> lockAccount(connection, accountId)
                .compose(locked -> latest(connection, accountId))
                .compose(before -> before.isPresent() && !before.get().ended()
                        ? Future.failedFuture(new Conflict("The account has a subscription that has not ended."))
                        : connection
                                .preparedQuery("""
                                    INSERT INTO subscription (account_id, plan, quota_milli, cycle_interval, anchor,
                                        payg_fallback_enabled, payg_limit_nano)
                                    VALUES ($1, $2, $3, $4, date_trunc('second', ledger_now()), $5, $6)
                                    RETURNING id\
                                    """)
                                .execute(Tuple.of(
                                        accountId,
                                        plan.name(),
                                        plan.quotaMilli(),
                                        interval.name().toLowerCase(Locale.ROOT),
                                        fallback.enabled(),
                                        fallback.limitNano())))
                .compose(rows -> keys.insert(
                        connection,
                        accountId,
                        rows.iterator().next().getLong("id"),
                        KeyHash.generate(KeyHash.SUBSCRIPTION),
                        false,
                        KeySettings.named("Subscription " + plan.name())))
                .compose(key -> latest(connection, accountId).map(made -> new Made(made.orElseThrow(), key))));
    }

    /**
     * The latest subscription of an account, ended or not.
     *
     * @param accountId the account
     * @return the subscription, empty when it never had one
     */
    public Future<Optional<SubscriptionRecord>> get(long accountId) {
        return latest(statements.client(), accountId);
    }

    /**
     * Changes the plan. To one with more quota at once, this cycle's quota being of either plan for its part of the
     * time; to one with less from the next cycle on. To the one in force takes a waiting change back.
     *
     * @param accountId the account
     * @param plan the new plan
     * @return the subscription as changed; fails with {@link NoSuchRow} when none works
     */
    public Future<SubscriptionRecord> changePlan(long accountId, PlanTerms plan) {
        return changing(accountId, (connection, now) -> {
            if (plan.name().equals(now.plan())) {
                return now.nextPlan() == null ? Future.succeededFuture() : update(connection, now, STAY);
            }
            Tuple change = Tuple.of(now.id(), plan.name(), plan.quotaMilli());
            return connection
                    .preparedQuery(RAISE)
                    .execute(change)
                    .compose(raised -> raised.rowCount() == 1
                            ? Future.succeededFuture(raised)
                            : connection.preparedQuery(LOWER).execute(change))
                    .mapEmpty();
        });
    }

    /**
     * Changes how the balance helps out.
     *
     * @param accountId the account
     * @param fallback the new rule
     * @return the subscription as changed; fails with {@link NoSuchRow} when none works
     */
    public Future<SubscriptionRecord> changeFallback(long accountId, Fallback fallback) {
        return changing(
                accountId,
                (connection, now) -> connection
                        .preparedQuery("""
                            UPDATE subscription SET payg_fallback_enabled = $2, payg_limit_nano = $3 WHERE id = $1\
                            """)
                        .execute(Tuple.of(now.id(), fallback.enabled(), fallback.limitNano()))
                        .mapEmpty());
    }

    /**
     * Suspends, resumes or cancels.
     *
     * @param accountId the account
     * @param action which
     * @return the subscription as changed; fails with {@link NoSuchRow} when there is none that has not ended
     */
    public Future<SubscriptionRecord> apply(long accountId, Action action) {
        return changing(accountId, (connection, now) -> switch (action) {
            case SUSPEND -> update(connection, now, "status = 'suspended', cancelled_at = NULL, ends_at = NULL");
            case RESUME -> update(connection, now, "status = 'active', cancelled_at = NULL, ends_at = NULL");
            case CANCEL_NOW ->
                update(connection, now, "status = 'cancelled', cancelled_at = ledger_now(), ends_at = ledger_now()")
                        .compose(done -> connection.preparedQuery("""
                            UPDATE api_key SET status = 'revoked', revoked_at = now()
                            WHERE subscription_id = $1 AND status <> 'revoked'\
                            """).execute(Tuple.of(now.id())))
                        .mapEmpty();
            case CANCEL_AT_END ->
                update(connection, now, """
                    status = 'cancelled', cancelled_at = ledger_now(),
                    ends_at = add_months(anchor, (months_since(anchor, ledger_now()) / %1$d + 1) * %1$d)\
                    """.formatted(now.interval().months()));
        });
    }

    private static Future<Void> update(SqlClient connection, SubscriptionRecord now, String assignments) {
        return connection
                .preparedQuery("UPDATE subscription SET " + assignments + " WHERE id = $1")
                .execute(Tuple.of(now.id()))
                .mapEmpty();
    }

    /** A change to the subscription that has not ended. */
    private interface Change {
        Future<Void> make(SqlClient connection, SubscriptionRecord now);
    }

    private Future<SubscriptionRecord> changing(long accountId, Change change) {
        return statements.together(connection -> lockAccount(connection, accountId)
                .compose(locked -> latest(connection, accountId))
                .compose(found -> found.isEmpty() || found.get().ended()
                        ? Future.<Void>failedFuture(new NoSuchRow("subscription"))
                        : change.make(connection, found.get()))
                .compose(done -> latest(connection, accountId))
                .map(Optional::orElseThrow));
    }

    private static Future<Void> lockAccount(SqlClient connection, long accountId) {
        return connection
                .preparedQuery("SELECT FROM account WHERE id = $1 FOR NO KEY UPDATE")
                .execute(Tuple.of(accountId))
                .compose(rows ->
                        rows.size() == 0 ? Future.failedFuture(new NoSuchRow("account")) : Future.succeededFuture());
    }

    static Future<Optional<SubscriptionRecord>> latest(SqlClient client, long accountId) {
        return client.preparedQuery(SELECT + "WHERE s.account_id = $1 ORDER BY s.id DESC LIMIT 1")
                .execute(Tuple.of(accountId))
                .map(rows -> Rows.first(rows, row -> read(row, row.getLong("id"), "sub_status")));
    }

    static SubscriptionRecord read(Row row, long id, String statusColumn) {
        return new SubscriptionRecord(
                id,
                row.getLong("account_id"),
                row.getString("plan"),
                SubscriptionRecord.Interval.valueOf(
                        row.getString("cycle_interval").toUpperCase(Locale.ROOT)),
                SubscriptionRecord.Status.valueOf(row.getString(statusColumn).toUpperCase(Locale.ROOT)),
                row.getBoolean("usable"),
                row.getLong("quota_milli"),
                Rows.instant(row, "cycle_start"),
                Rows.instant(row, "cycle_end"),
                Rows.instantOrNull(row, "ends_at"),
                row.getString("next_plan"),
                Rows.instantOrNull(row, "next_at"),
                row.getBoolean("payg_fallback_enabled"),
                row.getLong("payg_limit_nano"));
    }
}
