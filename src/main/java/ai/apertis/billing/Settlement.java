package ai.apertis.billing;

/**
 * A durable settlement.
 *
 * @param chargedNano what was taken, nano-USD
 * @param quotaMilli the subscription quota that was taken, in thousandths
 * @param remainingNano what the tightest of the paying buckets has left, nano-USD; -1 when nothing limits it
 * @param shortfallNano what the usage cost above the hold and nobody paid, nano-USD
 */
public record Settlement(long chargedNano, long quotaMilli, long remainingNano, long shortfallNano) {}
