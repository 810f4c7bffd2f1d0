package ai.apertis.billing;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What the billing verticle counts, for the metrics. Read from any thread. */
public final class BillingCounters {
    private final LongAdder batches = new LongAdder();
    private final LongAdder operations = new LongAdder();
    private final LongAdder unavailable = new LongAdder();
    private final LongAdder chargedNano = new LongAdder();
    private final LongAdder shortfalls = new LongAdder();
    private final LongAdder shortfallNano = new LongAdder();
    private final LongAdder reaped = new LongAdder();
    private final LongAdder fences = new LongAdder();
    private final AtomicLong open = new AtomicLong();
    private final AtomicLong waitingHolds = new AtomicLong();
    private final AtomicLong waitingSettlements = new AtomicLong();

    /** Starts at zero. */
    public BillingCounters() {}

    /**
     * What was counted so far.
     *
     * @param batches calls of the ledger
     * @param operations what they carried
     * @param unavailable holds given up because the ledger did not answer
     * @param chargedNano nano-USD charged
     * @param shortfalls settlements above their hold
     * @param shortfallNano nano-USD that nobody paid
     * @param reaped holds of dead processes that were ended here
     * @param fences how often this process was declared dead
     * @param open durable holds of this process that are not settled
     * @param waitingHolds holds that wait for the ledger or for money
     * @param waitingSettlements settlements that the ledger has not confirmed, as of a moment ago
     */
    public record Counts(
            long batches,
            long operations,
            long unavailable,
            long chargedNano,
            long shortfalls,
            long shortfallNano,
            long reaped,
            long fences,
            long open,
            long waitingHolds,
            long waitingSettlements) {}

    /**
     * Reads all.
     *
     * @return the figures now
     */
    public Counts counts() {
        return new Counts(
                batches.sum(),
                operations.sum(),
                unavailable.sum(),
                chargedNano.sum(),
                shortfalls.sum(),
                shortfallNano.sum(),
                reaped.sum(),
                fences.sum(),
                open.get(),
                waitingHolds.get(),
                waitingSettlements.get());
    }

    void batch(int size) {
        batches.increment();
        operations.add(size);
    }

    void unavailable() {
        unavailable.increment();
    }

    void settled(long nano, long shortfall) {
        chargedNano.add(nano);
        if (shortfall > 0) {
            shortfalls.increment();
            shortfallNano.add(shortfall);
        }
    }

    void reaped(long holds) {
        reaped.add(holds);
    }

    void fenced() {
        fences.increment();
    }

    void open(int holds) {
        open.set(holds);
    }

    void waiting(int holds, int settlements) {
        waitingHolds.set(holds);
        waitingSettlements.set(settlements);
    }
}
