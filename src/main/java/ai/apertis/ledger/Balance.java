package ai.apertis.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What may be spent and what was, read in one snapshot. Amounts are nano-USD unless named otherwise.
 *
 * @param account the account's money
 * @param accountMonth the account's month, null without a monthly limit
 * @param key the key's own quota or, without one, what it has spent; null when an account was asked for
 * @param keyMonth the key's month, null without a monthly limit
 * @param subscription the account's latest subscription, null when it never had one
 */
public record Balance(
        Limit account,
        @Nullable Month accountMonth,
        @Nullable Limit key,
        @Nullable Month keyMonth,
        @Nullable Cycle subscription) {

    /**
     * What a key spends from, as far as people are shown it.
     *
     * @return the key's own quota if it has one, else its account's money
     */
    public Limit purse() {
        return key != null && key.total() != null ? key : account;
    }

    /**
     * Something that runs out, or does not.
     *
     * @param total what there was to spend, null when unlimited
     * @param used what was spent
     * @param held what open requests hold of the rest
     */
    public record Limit(@Nullable Long total, long used, long held) {

        /**
         * What is left, open requests not counted.
         *
         * @return never negative; null when unlimited
         */
        public @Nullable Long remaining() {
            return total == null ? null : Math.max(0, total - used);
        }
    }

    /**
     * A limit of a month.
     *
     * @param limit the limit, nano-USD
     * @param used what was spent in the month so far
     * @param resetDay the day the month starts, 1 to 28
     */
    public record Month(long limit, long used, int resetDay) {}

    /**
     * A subscription and its cycle.
     *
     * @param subscription the subscription
     * @param usedMilli quota used in the cycle, in thousandths
     * @param heldMilli quota that open requests hold, in thousandths
     * @param paygSpentNano what the balance paid in the cycle because the quota did not suffice
     */
    public record Cycle(SubscriptionRecord subscription, long usedMilli, long heldMilli, long paygSpentNano) {}
}
