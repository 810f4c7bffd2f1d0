package ai.apertis.ledger;

import ai.apertis.ledger.Subscriptions.PlanTerms;
import ai.apertis.money.NanoUsd;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions that are paid from their account's balance, a month at a time, at the price at which they were taken. What is
 * paid is a credit below zero, so that the balance goes on being the sum of its credits.
 */
public final class PaidPlans {
    private final SqlClient client;

    /**
     * Reads and pays subscriptions.
     *
     * @param client the database, or the connection of a transaction for what changes anything
     */
    public PaidPlans(SqlClient client) {
        this.client = client;
    }

    /**
     * How a subscription is paid.
     *
     * @param priceNano of a month, nano-USD
     * @param until how far it is paid
     * @param nextPriceNano of a month after the change of plan that waits, null when none waits
     */
    public record Paid(
            long priceNano, Instant until, @Nullable Long nextPriceNano) {}

    /**
     * How a subscription is paid.
     *
     * @param subscription its id
     * @return empty when it is not paid from the balance
     */
    public Future<Optional<Paid>> of(long subscription) {
        return client.preparedQuery("SELECT price_nano, paid_until, next_price_nano FROM subscription"
                        + " WHERE id = $1 AND price_nano IS NOT NULL")
                .execute(Tuple.of(subscription))
                .map(rows -> Rows.first(
                        rows,
                        row -> new Paid(
                                row.getLong("price_nano"),
                                Rows.instant(row, "paid_until"),
                                row.getLong("next_price_nano"))));
    }

    /**
     * Takes a plan: starts a subscription and pays its first month.
     *
     * @param tables of the transaction
     * @param account who takes it
     * @param plan which plan
     * @param priceNano of a month, nano-USD
     * @return the subscription with its key; fails with {@link Conflict} when the balance does not cover it or there is a
     *     subscription already
     */
    public Future<Subscriptions.Made> take(Tables tables, long account, PlanTerms plan, long priceNano) {
        return tables.subscriptions()
                .create(account, plan, SubscriptionRecord.Interval.MONTH, new Subscriptions.Fallback(false, null))
                .compose(made -> pay(tables, made.subscription(), priceNano, "until")
                        .compose(paid -> client.preparedQuery(
                                        "UPDATE subscription SET price_nano = $2, paid_until = $3 WHERE id = $1")
                                .execute(Tuple.of(
                                        made.subscription().id(),
                                        priceNano,
                                        Rows.timestamp(made.subscription().cycleEnd()))))
                        .map(made));
    }

    /**
     * Changes the plan of a subscription that is paid from the balance. More quota holds at once, and what is left of the month
     * is paid by the difference, in whole cents; less holds and costs from the next month on.
     *
     * @param tables of the transaction
     * @param now the subscription
     * @param plan the new plan
     * @param priceNano its price of a month, nano-USD
     * @return the subscription as changed; fails with {@link Conflict} when the balance does not cover it or it is not paid
     *     from the balance
     */
    public Future<SubscriptionRecord> change(Tables tables, SubscriptionRecord now, PlanTerms plan, long priceNano) {
        return of(now.id()).compose(paid -> {
            if (paid.isEmpty()) {
                return Future.failedFuture(
                        new Conflict("This subscription was set up by the operator, who can change its plan."));
            }
            long before = paid.get().priceNano();
            return tables.subscriptions().changePlan(now.accountId(), plan).compose(changed -> {
                boolean waits = changed.nextPlan() != null;
                if (waits || changed.plan().equals(now.plan())) {
                    return priced(now.id(), before, waits ? priceNano : null).map(changed);
                }
                return share(now.id(), Math.max(0, priceNano - before))
                        .compose(due -> pay(tables, changed, due, "more until"))
                        .compose(done -> priced(now.id(), priceNano, null))
                        .map(changed);
            });
        });
    }

    private Future<Void> priced(long subscription, long priceNano, @Nullable Long nextPriceNano) {
        return client.preparedQuery("UPDATE subscription SET price_nano = $2, next_price_nano = $3 WHERE id = $1")
                .execute(Tuple.of(subscription, priceNano, nextPriceNano))
                .mapEmpty();
    }

    /** What is left of this month's price, in whole cents. */
    private Future<Long> share(long subscription, long monthNano) {
        return client.preparedQuery("""
            SELECT (ceil($2::numeric / 10000000 * extract(epoch FROM cycle_end - ledger_now())
                / extract(epoch FROM cycle_end - cycle_start)) * 10000000)::bigint AS due
            FROM subscription_state WHERE id = $1\
            """)
                .execute(Tuple.of(subscription, monthNano))
                .map(rows -> rows.iterator().next().getLong("due"));
    }

    private static Future<Void> pay(Tables tables, SubscriptionRecord of, long nano, String how) {
        if (nano == 0) {
            return Future.succeededFuture();
        }
        LocalDate until = of.cycleEnd().atOffset(ZoneOffset.UTC).toLocalDate();
        return tables.accounts()
                .credit(of.accountId(), -nano, "subscription " + of.id() + ": " + of.plan() + " " + how + " " + until)
                .recover(e -> Future.failedFuture(
                        e instanceof Conflict
                                ? new Conflict("The balance does not cover $"
                                        + NanoUsd.toUsd(nano).toPlainString() + ". Add credit first.")
                                : e))
                .compose(credit -> credit.applied()
                        ? Future.<Void>succeededFuture()
                        : Future.failedFuture(new Conflict("This was paid already today.")));
    }

    /**
     * Pays the next month of every subscription whose paid time is over. Where the balance does not cover it, the subscription
     * has expired.
     *
     * @return how many were looked at
     */
    public Future<Long> renew() {
        return client.query("SELECT renew_subscriptions() AS done")
                .execute()
                .map(rows -> rows.iterator().next().getLong("done"));
    }
}
