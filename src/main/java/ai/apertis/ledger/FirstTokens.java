package ai.apertis.ledger;

import java.util.Map;

/**
 * The slots of a histogram of times to the first token: one for each of 0 to 3 ms, then four to each doubling, so that a
 * time that is read from it is off by an eighth at most.
 */
public final class FirstTokens {
    /** How many slots there are; the last one has everything from 115 s on. */
    public static final int SLOTS = 64;

    private static final int QUARTERS = 4;

    private FirstTokens() {}

    /**
     * Where a time belongs.
     *
     * @param millis milliseconds, not negative
     * @return 0 to {@link #SLOTS} - 1
     */
    public static int slot(long millis) {
        if (millis < QUARTERS) {
            return (int) millis;
        }
        int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(millis);
        int quarter = (int) (millis >> (doubling - 2)) & (QUARTERS - 1);
        return Math.min(SLOTS - 1, (doubling - 1) * QUARTERS + quarter);
    }

    private static long from(int slot) {
        return slot < QUARTERS ? slot : (long) (QUARTERS + slot % QUARTERS) << (slot / QUARTERS - 1);
    }

    /**
     * The time within which half of the first tokens came.
     *
     * @param answers how many came, by slot; slots without any may be missing
     * @return milliseconds, the middle of its slot; -1 when there were none
     */
    public static long medianMillis(Map<Integer, Long> answers) {
        long all = answers.values().stream().mapToLong(Long::longValue).sum();
        long seen = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            seen += answers.getOrDefault(slot, 0L);
            if (seen > 0 && 2 * seen >= all) {
                return slot < QUARTERS ? slot : (from(slot) + from(slot + 1)) / 2;
            }
        }
        return -1;
    }
}
