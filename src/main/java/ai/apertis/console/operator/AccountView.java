package ai.apertis.console.operator;

import ai.apertis.console.Shown;
import ai.apertis.console.account.Said;
import ai.apertis.console.desk.CreditsView;
import ai.apertis.console.desk.KeysView;
import ai.apertis.ledger.Balance;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the page of one account shows.
 *
 * @param account the account
 * @param organization whose it is, empty when it belongs to none
 * @param month what was spent in its month, of its limit; empty without a limit
 * @param cycle its subscription, null when it never had one
 * @param keys its keys
 * @param movements the last money that came and went
 * @param form what the fields say
 * @param once names the credit of this form
 * @param said what a form led to
 */
public record AccountView(
        AccountsView.Line account,
        String organization,
        String month,
        @Nullable Cycle cycle,
        List<KeysView.Line> keys,
        List<CreditsView.Movement> movements,
        AccountForm form,
        String once,
        Said said) {
    /** Copies the lists. */
    public AccountView {
        keys = List.copyOf(keys);
        movements = List.copyOf(movements);
    }

    /**
     * A subscription and its cycle.
     *
     * @param plan the plan
     * @param status in a word
     * @param used quota used, of all
     * @param ends when the cycle ends
     * @param next the plan from then on, empty for the same
     */
    public record Cycle(String plan, String status, String used, String ends, String next) {
        static @Nullable Cycle of(Balance.@Nullable Cycle cycle) {
            if (cycle == null) {
                return null;
            }
            var subscription = cycle.subscription();
            String next = subscription.nextPlan();
            return new Cycle(
                    subscription.plan(),
                    subscription.status().name().toLowerCase(Locale.ROOT),
                    Shown.quota(cycle.usedMilli()) + " of " + Shown.quota(subscription.quotaMilli()),
                    Shown.minute(subscription.cycleEnd()),
                    next == null ? "" : next);
        }
    }
}
