package ai.apertis.console.desk;

import ai.apertis.catalog.Model;
import ai.apertis.catalog.Plan;
import ai.apertis.console.Numbers;
import ai.apertis.console.Shown;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.PaidPlans;
import ai.apertis.ledger.SubscriptionRecord;
import ai.apertis.money.NanoUsd;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the page of the subscription shows.
 *
 * @param left what is left of the balance
 * @param now the subscription, null when there is none
 * @param ring its quota, null when there is none
 * @param offers the plans
 * @param mayChange whether the visitor may change anything
 * @param good what was done, empty for nothing
 * @param wrong what was not, empty for nothing
 * @param key a key just made, empty for none
 */
public record SubscriptionView(
        String left,
        @Nullable Now now,
        OverviewView.@Nullable Ring ring,
        List<Offer> offers,
        boolean mayChange,
        String good,
        String wrong,
        String key) {
    /** Copies the list. */
    public SubscriptionView {
        offers = List.copyOf(offers);
    }

    /** Does not show the key. */
    @Override
    public String toString() {
        return "SubscriptionView[" + good + wrong + "]";
    }

    /**
     * A subscription that has not ended.
     *
     * @param status in a word
     * @param badge the look of the word
     * @param from when this cycle began
     * @param to when the next begins
     * @param next what happens then
     * @param paid whether it is paid from the balance
     * @param mayCancel whether it can be cancelled
     * @param mayResume whether a cancellation can be taken back
     * @param fallback whether the balance helps out
     * @param limit the most it pays in a cycle, in dollars; empty for no limit
     * @param helped what it paid in this cycle
     */
    public record Now(
            String status,
            String badge,
            String from,
            String to,
            String next,
            boolean paid,
            boolean mayCancel,
            boolean mayResume,
            boolean fallback,
            String limit,
            String helped) {
        static @Nullable Now of(Balance.@Nullable Cycle cycle, PaidPlans.@Nullable Paid paid) {
            if (cycle == null || cycle.subscription().ended()) {
                return null;
            }
            SubscriptionRecord s = cycle.subscription();
            boolean active = s.status() == SubscriptionRecord.Status.ACTIVE;
            boolean cancelled = s.status() == SubscriptionRecord.Status.CANCELLED;
            Long limit = s.paygLimitNano();
            return new Now(
                    s.status().name().toLowerCase(Locale.ROOT),
                    active ? "good" : "warn",
                    Shown.minute(s.cycleStart()),
                    Shown.minute(s.cycleEnd()),
                    next(s, paid),
                    paid != null,
                    active,
                    cancelled,
                    s.paygFallbackEnabled(),
                    limit == null ? "" : NanoUsd.toUsd(limit).toPlainString(),
                    Numbers.usd(cycle.paygSpentNano()));
        }

        private static String next(SubscriptionRecord s, PaidPlans.@Nullable Paid paid) {
            if (s.endsAt() != null) {
                return "It ends on " + Shown.minute(s.endsAt()) + " UTC; until then it works.";
            }
            if (s.status() == SubscriptionRecord.Status.SUSPENDED) {
                return "The operator has suspended it; its key is refused meanwhile.";
            }
            String plan = s.nextPlan() == null ? "" : "The plan becomes " + s.nextPlan() + ". ";
            if (paid == null) {
                return plan + "The quota begins anew.";
            }
            Long next = paid.nextPriceNano();
            return plan + "The quota begins anew, and the next month is paid from the balance: "
                    + Numbers.usd(next == null ? paid.priceNano() : next) + ".";
        }
    }

    /**
     * A plan.
     *
     * @param name its name
     * @param price dollars a month
     * @param quota units a month
     * @param tier the highest tier that it includes
     * @param models how many models that are
     * @param rate what rate limits are multiplied by
     * @param current whether it is the plan now
     * @param act what the button says, empty for none
     * @param ask what is asked before
     */
    public record Offer(
            String name,
            String price,
            String quota,
            String tier,
            int models,
            String rate,
            boolean current,
            String act,
            String ask) {
        /**
         * A plan.
         *
         * @param now the subscription, null for none or an ended one
         * @param paid how it is paid, null when not from the balance
         */
        static Offer of(
                Plan plan, List<Model> models, @Nullable SubscriptionRecord now, PaidPlans.@Nullable Paid paid) {
            String price = Numbers.usd(plan.priceNano());
            boolean current = now != null && now.plan().equals(plan.name());
            boolean waiting = now != null && plan.name().equals(now.nextPlan());
            String act = "";
            String ask = "";
            if (now == null) {
                act = "Take " + plan.name();
                ask = "Take the plan " + plan.name() + "? " + price
                        + " is paid from the balance now, and each month until you cancel.";
            } else if (paid != null && now.status() == SubscriptionRecord.Status.ACTIVE && !waiting) {
                if (!current) {
                    act = "Change to " + plan.name();
                    ask = plan.quota() * 1_000 >= now.quotaMilli()
                            ? "Change to " + plan.name()
                                    + " now? The difference for the rest of this month is paid from" + " the balance."
                            : "Change to " + plan.name() + " when this month is over?";
                } else if (now.nextPlan() != null) {
                    act = "Stay with " + plan.name();
                }
            }
            return new Offer(
                    plan.name(),
                    price.replaceFirst("\\.00$", ""),
                    Numbers.grouped(plan.quota()),
                    plan.tier().name().toLowerCase(Locale.ROOT),
                    (int) models.stream().filter(plan::includes).count(),
                    BigDecimal.valueOf(plan.rateThousandths(), 3)
                            .stripTrailingZeros()
                            .toPlainString(),
                    current,
                    act,
                    ask);
        }
    }
}
