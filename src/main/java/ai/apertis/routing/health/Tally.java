package ai.apertis.routing.health;

import ai.apertis.ledger.FirstTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * How the attempts at one provider ended since the process started. Counts only grow, so that whoever reports them tells
 * the difference to what was told before. Safe for any thread; counting takes one or two additions for an attempt.
 */
public final class Tally {
    private final LongAdder well = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final List<LongAdder> firstTokens =
            Stream.generate(LongAdder::new).limit(FirstTokens.SLOTS).toList();

    /**
     * What was counted.
     *
     * @param attempts how many attempts ended that say something about the provider
     * @param failures how many of them failed
     * @param firstTokens how many first tokens came, by slot of {@link FirstTokens}
     */
    public record Counts(long attempts, long failures, List<Long> firstTokens) {
        /** Nothing yet. */
        public static final Counts NOTHING = new Counts(
                0, 0, Stream.generate(() -> 0L).limit(FirstTokens.SLOTS).toList());

        /** Copies the list. */
        public Counts {
            firstTokens = List.copyOf(firstTokens);
        }

        /**
         * The sum of this and others.
         *
         * @param others what was counted elsewhere or later
         * @return both
         */
        public Counts plus(Counts others) {
            return combined(others, 1);
        }

        /**
         * What came since.
         *
         * @param before what was counted until then
         * @return the difference
         */
        public Counts since(Counts before) {
            return combined(before, -1);
        }

        private Counts combined(Counts others, int sign) {
            List<Long> slots = new ArrayList<>(FirstTokens.SLOTS);
            for (int slot = 0; slot < FirstTokens.SLOTS; slot++) {
                slots.add(firstTokens.get(slot) + sign * others.firstTokens.get(slot));
            }
            return new Counts(attempts + sign * others.attempts, failures + sign * others.failures, slots);
        }
    }

    /** An attempt went well, or failed by the client's own mistake. */
    void well() {
        well.increment();
    }

    /** An attempt failed. */
    void failed() {
        failed.increment();
    }

    /** A stream began. */
    void firstToken(long millis) {
        firstTokens.get(FirstTokens.slot(millis)).increment();
    }

    /**
     * What was counted until now.
     *
     * @return never less than before
     */
    public Counts counts() {
        // Failures first: one that comes meanwhile must not be among the failures and missing in the attempts.
        long failures = failed.sum();
        return new Counts(
                failures + well.sum(),
                failures,
                firstTokens.stream().map(LongAdder::sum).toList());
    }
}
