package ai.apertis.billing;

/**
 * How the billing verticle works.
 *
 * @param node a name of this process, for people
 * @param toleranceNano what a money bucket may be overdrawn by, nano-USD
 * @param waitingHolds the most holds that may wait for the ledger; beyond it they are told to come back
 * @param gateMillis milliseconds after which a hold that the ledger does not answer is given up
 * @param reservedWaitMillis milliseconds that a hold waits for money that other requests hold
 * @param beatMillis milliseconds between two beats, and between two checkpoints
 * @param staleBeats own beats that go through while a peer's beat stands still, after which it is declared dead
 * @param batchTimeoutMillis milliseconds after which a batch without an answer is sent again on another connection
 * @param drainMillis milliseconds that a stop waits for what is queued; what is open then is charged from its checkpoint
 * @param freeWhenAway whether requests that take nothing go on while the ledger is away
 */
public record BillingOptions(
        String node,
        long toleranceNano,
        int waitingHolds,
        long gateMillis,
        long reservedWaitMillis,
        long beatMillis,
        int staleBeats,
        long batchTimeoutMillis,
        long drainMillis,
        boolean freeWhenAway) {

    /** Options of a ledger without which nothing goes on. */
    public BillingOptions(
            String node,
            long toleranceNano,
            int waitingHolds,
            long gateMillis,
            long reservedWaitMillis,
            long beatMillis,
            int staleBeats,
            long batchTimeoutMillis,
            long drainMillis) {
        this(
                node,
                toleranceNano,
                waitingHolds,
                gateMillis,
                reservedWaitMillis,
                beatMillis,
                staleBeats,
                batchTimeoutMillis,
                drainMillis,
                false);
    }

    /**
     * The figures of docs/money.md.
     *
     * @param node a name of this process, for people
     * @param toleranceNano what a money bucket may be overdrawn by, nano-USD
     * @param beatMillis milliseconds between two beats, and between two checkpoints
     * @param staleBeats own beats that go through while a peer's beat stands still, after which it is declared dead
     * @return options
     */
    public static BillingOptions standard(String node, long toleranceNano, long beatMillis, int staleBeats) {
        return new BillingOptions(node, toleranceNano, 10_000, 1_000, 1_000, beatMillis, staleBeats, 5_000, 10_000);
    }

    /**
     * The same, with free requests going on or not while the ledger is away.
     *
     * @param goOn whether they do
     * @return a copy
     */
    public BillingOptions freeWhenAway(boolean goOn) {
        return new BillingOptions(
                node,
                toleranceNano,
                waitingHolds,
                gateMillis,
                reservedWaitMillis,
                beatMillis,
                staleBeats,
                batchTimeoutMillis,
                drainMillis,
                goOn);
    }
}
