package ai.apertis.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as it is at the moment of reading: a change of plan that was waiting is in force, one past its end has
 * expired. A cycle is a month counted from the subscription's start; quarters and years are made of months, and quota is
 * anew in each.
 *
 * @param id its id
 * @param accountId whose it is
 * @param plan the plan now
 * @param interval for how long it is bought each time
 * @param status what it may do
 * @param usable whether its keys work now
 * @param quotaMilli the quota of this cycle, in thousandths
 * @param cycleStart when this cycle began
 * @param cycleEnd when the next begins
 * @param endsAt when a cancelled one ends, null when not cancelled
 * @param nextPlan the plan from {@code nextAt} on, null when no change waits
 * @param nextAt when that change comes, null when none waits
 * @param paygFallbackEnabled whether the balance pays when the quota does not suffice
 * @param paygLimitNano the most the balance pays in a cycle, nano-USD; 0 for nothing, null for no limit
 */
public record SubscriptionRecord(
        long id,
        long accountId,
        String plan,
        Interval interval,
        Status status,
        boolean usable,
        long quotaMilli,
        Instant cycleStart,
        Instant cycleEnd,
        @Nullable Instant endsAt,
        @Nullable String nextPlan,
        @Nullable Instant nextAt,
        boolean paygFallbackEnabled,
        @Nullable Long paygLimitNano) {

    /**
     * Whether it is over for good: expired, or cancelled at once.
     *
     * @return false while it works or could be resumed
     */
    public boolean ended() {
        return !usable && status != Status.SUSPENDED;
    }

    /** For how long a subscription is bought each time. */
    public enum Interval {
        /** One month. */
        MONTH(1),
        /** Three months. */
        QUARTER(3),
        /** Twelve months. */
        YEAR(12);

        private final int months;

        Interval(int months) {
            this.months = months;
        }

        /**
         * Its length.
         *
         * @return months
         */
        public int months() {
            return months;
        }
    }

    /** What a subscription may do. */
    public enum Status {
        /** Works. */
        ACTIVE,
        /** Paused until resumed. */
        SUSPENDED,
        /** Cancelled; works until it ends. */
        CANCELLED,
        /** Cancelled, and its end has come. */
        EXPIRED
    }
}
