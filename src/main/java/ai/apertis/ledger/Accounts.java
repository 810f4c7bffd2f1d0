package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The accounts in the ledger and the money added to them. */
public final class Accounts {
    private static final String CHECK_VIOLATION = "23514";
    private static final String OUT_OF_RANGE = "22003";

    private final Statements statements;

    /**
     * Reads and writes accounts.
     *
     * @param database where they are
     */
    public Accounts(Database database) {
        this(Statements.on(database.pool()));
    }

    Accounts(Statements statements) {
        this.statements = statements;
    }

    /**
     * What became of a credit.
     *
     * @param balanceNano what the account has left now, nano-USD, open requests not counted
     * @param applied false when the reference had been applied before
     * @param earlierNano the amount it was applied with before, null when it was not
     */
    public record Credit(
            long balanceNano, boolean applied, @Nullable Long earlierNano) {}

    /**
     * Makes an account without money.
     *
     * @param name for people
     * @param email where to reach them, null when unknown
     * @return the account
     */
    public Future<AccountRecord> create(String name, @Nullable String email) {
        return create(statements.client(), name, email);
    }

    static Future<AccountRecord> create(SqlClient client, String name, @Nullable String email) {
        return client.preparedQuery("INSERT INTO account (name, email) VALUES ($1, $2) RETURNING *")
                .execute(Tuple.of(name, email))
                .map(rows -> read(rows.iterator().next()));
    }

    /**
     * Finds an account.
     *
     * @param id its id
     * @return the account, empty when there is none
     */
    public Future<Optional<AccountRecord>> get(long id) {
        return statements
                .client()
                .preparedQuery("SELECT * FROM account WHERE id = $1")
                .execute(Tuple.of(id))
                .map(rows -> Rows.first(rows, Accounts::read));
    }

    /**
     * Looks accounts up.
     *
     * @param text a part of their name or address, or their id; empty for all
     * @param before the id of the last one seen, null to begin with the newest
     * @param most how many
     * @return newest first
     */
    public Future<List<AccountRecord>> search(String text, @Nullable Long before, int most) {
        return statements
                .client()
                .preparedQuery("""
                    SELECT * FROM account WHERE id < $2
                        AND ($1 = '' OR id::text = $1 OR position(lower($1) in lower(name)) > 0
                            OR position(lower($1) in lower(coalesce(email, ''))) > 0)
                    ORDER BY id DESC LIMIT $3\
                    """)
                .execute(Tuple.of(text, before == null ? Long.MAX_VALUE : before, most))
                .map(rows -> Rows.list(rows, Accounts::read));
    }

    /**
     * Changes an account. Takes effect with the next hold on every node.
     *
     * @param id the account
     * @param change from what is set now to what shall be
     * @return the account as changed; fails with {@link NoSuchRow} when there is none
     */
    public Future<AccountRecord> change(long id, UnaryOperator<AccountRecord.Settings> change) {
        return statements.together(connection -> connection
                .preparedQuery("SELECT * FROM account WHERE id = $1 FOR NO KEY UPDATE")
                .execute(Tuple.of(id))
                .compose(found -> {
                    if (found.size() == 0) {
                        return Future.failedFuture(new NoSuchRow("account"));
                    }
                    AccountRecord.Settings s =
                            change.apply(read(found.iterator().next()).settings());
                    return connection
                            .preparedQuery("""
                                UPDATE account SET status = $2, unlimited = $3, monthly_limit_nano = $4,
                                    monthly_reset_day = $5
                                WHERE id = $1 RETURNING *\
                                """)
                            .execute(Tuple.of(
                                    id,
                                    s.suspended() ? "suspended" : "active",
                                    s.unlimited(),
                                    s.monthlyLimitNano(),
                                    (short) s.monthlyResetDay()))
                            .map(rows -> read(rows.iterator().next()));
                }));
    }

    /**
     * Adds money to a balance, once for each reference.
     *
     * @param id the account
     * @param amountNano nano-USD; negative to correct downwards
     * @param reference the payment's own name, unique within the account
     * @return what became of it; fails with {@link NoSuchRow} when there is no such account, with {@link Conflict} when
     *     a correction would take what is spent or held
     */
    public Future<Credit> credit(long id, long amountNano, String reference) {
        return get(id).compose(found -> found.isEmpty()
                ? Future.failedFuture(new NoSuchRow("account"))
                : credit(statements.client(), id, amountNano, reference));
    }

    static Future<Credit> credit(SqlClient client, long id, long amountNano, String reference) {
        return client.preparedQuery("SELECT * FROM credit_account($1, $2, $3)")
                .execute(Tuple.of(id, amountNano, reference))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new Credit(row.getLong("balance"), row.getBoolean("applied"), row.getLong("earlier_amount"));
                })
                .recover(e -> Future.failedFuture(refusal(e)));
    }

    private static Throwable refusal(Throwable e) {
        String state = e instanceof PgException known ? known.getSqlState() : "";
        if (CHECK_VIOLATION.equals(state)) {
            return new Conflict("The amount is zero or would take money that is spent or held.");
        }
        return OUT_OF_RANGE.equals(state) ? new Conflict("The balance would become too large.") : e;
    }

    private static AccountRecord read(Row row) {
        return new AccountRecord(
                row.getLong("id"),
                row.getString("name"),
                row.getString("email"),
                new AccountRecord.Settings(
                        row.getString("status").equals("suspended"),
                        row.getBoolean("unlimited"),
                        row.getLong("monthly_limit_nano"),
                        row.getInteger("monthly_reset_day")),
                Rows.instant(row, "created_at"));
    }
}
