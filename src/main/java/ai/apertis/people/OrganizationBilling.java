package ai.apertis.people;

import ai.apertis.ledger.AutoTopup;
import ai.apertis.ledger.PaidPlans;
import ai.apertis.ledger.SubscriptionRecord;
import ai.apertis.ledger.Subscriptions;
import ai.apertis.ledger.Subscriptions.PlanTerms;
import ai.apertis.ledger.Tables;
import ai.apertis.ledger.Topup;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What members with {@link Action#MANAGE_BILLING} do about their organization's money. Each is noted in the audit log. */
public final class OrganizationBilling {
    private final Changes changes;

    OrganizationBilling(Changes changes) {
        this.changes = changes;
    }

    /**
     * Takes a plan, paid from the balance.
     *
     * @param by who
     * @param plan which plan
     * @param priceNano of a month, nano-USD
     * @return the subscription with its key, whole for the only time; fails with {@link Refusal.Forbidden} or
     *     {@link ai.apertis.ledger.Conflict}
     */
    public Future<Subscriptions.Made> take(Principal by, PlanTerms plan, long priceNano) {
        return noted(
                by,
                "subscription.taken",
                made -> plan.name(),
                (tables, transaction, organization) ->
                        new PaidPlans(transaction).take(tables, organization.accountId(), plan, priceNano));
    }

    /**
     * Changes the plan.
     *
     * @param by who
     * @param plan the new plan
     * @param priceNano of a month, nano-USD
     * @return the subscription as changed; fails as {@link #take}, and with {@link Refusal.Absent} when there is none
     */
    public Future<SubscriptionRecord> changePlan(Principal by, PlanTerms plan, long priceNano) {
        return noted(
                by, "subscription.changed", changed -> "to " + plan.name(), (tables, transaction, organization) -> {
                    PaidPlans plans = new PaidPlans(transaction);
                    return plans.renew()
                            .compose(renewed -> current(tables, organization))
                            .compose(
                                    now -> now.status() == SubscriptionRecord.Status.ACTIVE
                                            ? plans.change(tables, now, plan, priceNano)
                                            : Future.failedFuture(
                                                    new Refusal.Impossible(
                                                            "The plan of a subscription that is cancelled or suspended cannot be changed.")));
                });
    }

    /**
     * Changes how the balance helps out when the quota does not suffice.
     *
     * @param by who
     * @param fallback the new rule
     * @return the subscription as changed; fails as {@link #changePlan}
     */
    public Future<SubscriptionRecord> changeFallback(Principal by, Subscriptions.Fallback fallback) {
        return noted(
                by,
                "subscription.fallback",
                changed -> fallback.enabled() ? "on" : "off",
                (tables, transaction, organization) -> current(tables, organization)
                        .compose(now -> tables.subscriptions().changeFallback(organization.accountId(), fallback)));
    }

    /**
     * Cancels: it works to the end of what is paid.
     *
     * @param by who
     * @return the subscription as changed; fails as {@link #changePlan}
     */
    public Future<SubscriptionRecord> cancel(Principal by) {
        return apply(
                by, SubscriptionRecord.Status.ACTIVE, Subscriptions.Action.CANCEL_AT_END, "subscription.cancelled");
    }

    /**
     * Takes a cancellation back that has not taken effect. What the operator suspended stays so.
     *
     * @param by who
     * @return the subscription as changed; fails as {@link #changePlan}
     */
    public Future<SubscriptionRecord> resume(Principal by) {
        return apply(by, SubscriptionRecord.Status.CANCELLED, Subscriptions.Action.RESUME, "subscription.resumed");
    }

    private Future<SubscriptionRecord> apply(
            Principal by, SubscriptionRecord.Status from, Subscriptions.Action action, String event) {
        return noted(
                by,
                event,
                SubscriptionRecord::plan,
                (tables, transaction, organization) -> current(tables, organization)
                        .compose(now -> now.status() == from
                                ? tables.subscriptions().apply(organization.accountId(), action)
                                : Future.failedFuture(new Refusal.Impossible("The subscription is "
                                        + now.status().name().toLowerCase(Locale.ROOT) + "."))));
    }

    private static Future<SubscriptionRecord> current(Tables tables, Organization organization) {
        return tables.subscriptions()
                .get(organization.accountId())
                .map(found -> found.filter(now -> !now.ended()).orElseThrow(() -> new Refusal.Absent("subscription")));
    }

    /**
     * Changes how the balance is topped up. Who pays was told by the payment provider before.
     *
     * @param by who
     * @param change from what is set now to what shall be
     * @return what is set now; fails with {@link Refusal.Forbidden}, or {@link Refusal.Absent} while nobody pays
     */
    public Future<AutoTopup> changeTopup(Principal by, UnaryOperator<AutoTopup> change) {
        return noted(
                by,
                "topup.changed",
                set -> set.enabled() ? "on" : "off",
                (tables, transaction, organization) -> tables.topups()
                        .settings(organization.accountId())
                        .compose(found -> tables.topups()
                                .set(change.apply(found.orElseThrow(() -> new Refusal.Absent("payment method"))))));
    }

    /**
     * Remembers who pays from now on, as the payment provider told.
     *
     * @param by who
     * @param payer for when nothing was set before
     * @return what is set now; fails with {@link Refusal.Forbidden}
     */
    public Future<AutoTopup> payer(Principal by, AutoTopup payer) {
        return noted(
                by,
                "topup.payer",
                set -> "a card was kept",
                (tables, transaction, organization) -> tables.topups()
                        .settings(organization.accountId())
                        .compose(found -> tables.topups()
                                .set(found.map(old -> old.paidBy(payer.customer(), payer.paymentMethod()))
                                        .orElse(payer))));
    }

    /**
     * Begins a top-up by hand, with the payer that is set.
     *
     * @param by who
     * @param amountNano nano-USD, whole cents; null for the amount that is set
     * @return the top-up, pending; fails with {@link Refusal.Forbidden} or {@link ai.apertis.ledger.Conflict}
     */
    public Future<Topup> topUp(Principal by, @Nullable Long amountNano) {
        return noted(
                by,
                "topup.begun",
                begun -> begun.id().toString(),
                (tables, transaction, organization) -> tables.topups().start(organization.accountId(), amountNano));
    }

    private <T> Future<T> noted(Principal by, String event, Function<T, String> words, Changes.Work<T> work) {
        return changes.run(
                by,
                Action.MANAGE_BILLING,
                (tables, transaction, organization) -> work.in(tables, transaction, organization)
                        .compose(done -> changes.log()
                                .write(transaction, by, event, words.apply(done))
                                .map(done)));
    }
}
