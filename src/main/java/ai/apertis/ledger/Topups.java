package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Top-ups and how accounts want them. A top-up that a node claimed and never ended is claimed again by another. */
public final class Topups {
    private static final String UNIQUE_VIOLATION = "23505";

    private final Statements statements;

    /**
     * Reads and writes top-ups.
     *
     * @param database where they are
     */
    public Topups(Database database) {
        this(Statements.on(database.pool()));
    }

    Topups(Statements statements) {
        this.statements = statements;
    }

    /**
     * How an account is topped up.
     *
     * @param account the account
     * @return empty when nothing was set
     */
    public Future<Optional<AutoTopup>> settings(long account) {
        return statements
                .client()
                .preparedQuery("SELECT * FROM auto_topup WHERE account_id = $1")
                .execute(Tuple.of(account))
                .map(rows -> Rows.first(rows, Topups::settings));
    }

    /**
     * Sets how an account is topped up, which also begins anew after too many failures.
     *
     * @param wanted what to set; its failures are not looked at
     * @return what is set now
     */
    public Future<AutoTopup> set(AutoTopup wanted) {
        return statements.together(client -> client.preparedQuery("""
                INSERT INTO auto_topup (account_id, enabled, threshold_nano, amount_nano, monthly_cap_nano, customer,
                    payment_method)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (account_id) DO UPDATE SET enabled = excluded.enabled,
                    threshold_nano = excluded.threshold_nano, amount_nano = excluded.amount_nano,
                    monthly_cap_nano = excluded.monthly_cap_nano, customer = excluded.customer,
                    payment_method = excluded.payment_method, failures = 0, stopped_at = NULL
                RETURNING *\
                """)
                .execute(Tuple.of(
                        wanted.accountId(),
                        wanted.enabled(),
                        wanted.thresholdNano(),
                        wanted.amountNano(),
                        wanted.monthlyCapNano(),
                        wanted.customer(),
                        wanted.paymentMethod()))
                .map(rows -> settings(rows.iterator().next()))
                .compose(set -> client.preparedQuery("SELECT arm_topup($1)")
                        .execute(Tuple.of(wanted.accountId()))
                        .map(set)));
    }

    /**
     * Begins a top-up by hand, with the payer that was set.
     *
     * @param account the account
     * @param amountNano nano-USD, whole cents; null for the amount that was set
     * @return the top-up, pending; fails with {@link Conflict} when no payer was set or another one is under way
     */
    public Future<Topup> start(long account, @Nullable Long amountNano) {
        return statements
                .client()
                .preparedQuery("""
                    INSERT INTO topup (account_id, origin, amount_nano, customer, payment_method)
                    SELECT s.account_id, 'manual', coalesce($2, s.amount_nano), s.customer, s.payment_method
                    FROM auto_topup s WHERE s.account_id = $1 RETURNING *\
                    """)
                .execute(Tuple.of(account, amountNano))
                .recover(e -> Future.failedFuture(
                        e instanceof PgException known && UNIQUE_VIOLATION.equals(known.getSqlState())
                                ? new Conflict("Another top-up of this account is under way.")
                                : e))
                .map(rows -> Rows.first(rows, Topups::topup)
                        .orElseThrow(() -> new Conflict("The account has no payment method: set auto-topup first.")));
    }

    /**
     * An account's top-ups, newest first.
     *
     * @param account the account
     * @param before the top-up to go on after, null to begin with the newest
     * @param most how many
     * @return the top-ups
     */
    public Future<List<Topup>> list(long account, @Nullable UUID before, int most) {
        return statements
                .client()
                .preparedQuery("""
                    SELECT t.* FROM topup t
                    WHERE t.account_id = $1 AND ($2::uuid IS NULL
                        OR (t.created_at, t.id) < (SELECT b.created_at, b.id FROM topup b WHERE b.id = $2))
                    ORDER BY t.created_at DESC, t.id DESC LIMIT $3\
                    """)
                .execute(Tuple.of(account, before, most))
                .map(rows -> Rows.list(rows, Topups::topup));
    }

    /**
     * Opens a top-up for each account that has come below its threshold.
     *
     * @return how many
     */
    public Future<Long> open() {
        return statements
                .client()
                .query("SELECT open_topups() AS opened")
                .execute()
                .map(rows -> rows.iterator().next().getLong("opened"));
    }

    /**
     * Claims top-ups that are due.
     *
     * @param most how many
     * @param lease for how long no other node asks the provider about them
     * @return the claimed ones, none of them claimed by anybody else
     */
    public Future<List<Topup>> claim(int most, Duration lease) {
        return statements
                .client()
                .preparedQuery("""
                    UPDATE topup t SET attempts = t.attempts + 1, due_at = now() + $2::bigint * interval '1 ms'
                    WHERE t.id IN (SELECT w.id FROM topup w WHERE w.state = 'pending' AND w.due_at <= now()
                        ORDER BY w.due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
                    RETURNING t.*\
                    """)
                .execute(Tuple.of(most, lease.toMillis()))
                .map(rows -> Rows.list(rows, Topups::topup));
    }

    /**
     * Notes that the provider's answer is not known, or not the last one.
     *
     * @param topup as claimed
     * @param payment the provider's own name for the payment, null while unknown
     * @param why for people
     * @param pause how long to wait before asking again
     * @return once durable
     */
    public Future<Void> later(Topup topup, @Nullable String payment, String why, Duration pause) {
        return statements
                .client()
                .preparedQuery("""
                    UPDATE topup SET payment = coalesce($3, payment), failure = $4,
                        due_at = now() + $5::bigint * interval '1 ms'
                    WHERE id = $1 AND attempts = $2 AND state = 'pending'\
                    """)
                .execute(Tuple.of(topup.id(), topup.attempt(), payment, why, pause.toMillis()))
                .mapEmpty();
    }

    private static AutoTopup settings(Row row) {
        return new AutoTopup(
                row.getLong("account_id"),
                row.getBoolean("enabled"),
                row.getLong("threshold_nano"),
                row.getLong("amount_nano"),
                row.getLong("monthly_cap_nano"),
                row.getString("customer"),
                row.getString("payment_method"),
                row.getInteger("failures"),
                Rows.instantOrNull(row, "stopped_at"));
    }

    private static Topup topup(Row row) {
        return new Topup(
                row.getUUID("id"),
                row.getLong("account_id"),
                row.getString("origin"),
                row.getLong("amount_nano"),
                row.getString("customer"),
                row.getString("payment_method"),
                row.getString("state"),
                row.getInteger("attempts"),
                row.getString("payment"),
                row.getString("failure"),
                Rows.instant(row, "created_at"),
                Rows.instantOrNull(row, "ended_at"));
    }
}
