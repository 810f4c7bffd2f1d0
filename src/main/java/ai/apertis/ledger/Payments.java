package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What payment providers say, brought into the balances: each payment once, whoever tells of it and in whatever order. */
public final class Payments {
    private final Statements statements;

    /**
     * Writes payments.
     *
     * @param database where
     */
    public Payments(Database database) {
        this(Statements.on(database.pool()));
    }

    private Payments(Statements statements) {
        this.statements = statements;
    }

    /**
     * Applies an event, in one transaction with the note that it was.
     *
     * @param id the provider's own id of the event
     * @param type what it is about
     * @param work what to do about it, with the payments that it is given
     * @return false when it was applied before; when the work fails nothing is noted, so that it can come again
     */
    public Future<Boolean> once(String id, String type, Function<Payments, Future<Void>> work) {
        return statements.together(client -> client.preparedQuery(
                        "INSERT INTO provider_event (id, type) VALUES ($1, $2) ON CONFLICT DO NOTHING")
                .execute(Tuple.of(id, type))
                .compose(noted -> noted.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : work.apply(new Payments(Statements.within(client))).map(true)));
    }

    /**
     * A top-up was paid: the amount is added to the balance, unless it was already.
     *
     * @param topup which
     * @param payment the provider's own name for the payment
     * @param amountNano what was received, nano-USD
     * @return false when there is no such top-up or it was noted before
     */
    public Future<Boolean> paid(UUID topup, String payment, long amountNano) {
        return statements
                .client()
                .preparedQuery("SELECT topup_paid($1, $2, $3) AS done")
                .execute(Tuple.of(topup, payment, amountNano))
                .map(rows -> rows.iterator().next().getBoolean("done"));
    }

    /**
     * A top-up failed for good, unless it was paid.
     *
     * @param topup which
     * @param payment the provider's own name for the payment, null when there is none
     * @param failure why
     * @param pause before the next automatic one; each further waits twice as long
     * @param mostFailures after how many in a row there is none
     * @return false when there is no such top-up or it had ended
     */
    public Future<Boolean> failed(
            UUID topup, @Nullable String payment, String failure, Duration pause, int mostFailures) {
        return statements
                .client()
                .preparedQuery("SELECT topup_failed($1, $2, $3, $4, $5) AS done")
                .execute(Tuple.of(topup, payment, failure, pause.toMillis(), mostFailures))
                .map(rows -> rows.iterator().next().getBoolean("done"));
    }

    /**
     * Brings a balance in line with what the provider says about a payment. Amounts only grow, so that old news changes
     * nothing.
     *
     * @param payment the provider's own name for the payment
     * @param account who is credited, null while unknown
     * @param paidNano what was received, nano-USD; 0 when this is not about it
     * @param refundedNano what was given back altogether, nano-USD
     * @return once durable; fails with {@link NoSuchRow} when there is no such account
     */
    public Future<Void> settle(String payment, @Nullable Long account, long paidNano, long refundedNano) {
        return exists(account)
                .compose(known -> statements
                        .client()
                        .preparedQuery("SELECT settle_payment($1, $2, $3, $4)")
                        .execute(Tuple.of(payment, account, paidNano, refundedNano))
                        .mapEmpty());
    }

    private Future<Void> exists(@Nullable Long account) {
        return account == null
                ? Future.succeededFuture()
                : statements
                        .client()
                        .preparedQuery("SELECT FROM account WHERE id = $1")
                        .execute(Tuple.of(account))
                        .compose(rows -> rows.size() == 1
                                ? Future.succeededFuture()
                                : Future.failedFuture(new NoSuchRow("account")));
    }
}
