package ai.apertis.billing;

import java.util.concurrent.atomic.AtomicLong;

/** Makes request ids: the run's id in the upper half, a count in the lower, so no two processes ever make the same. */
final class RequestIds {
    private static final int COUNT_BITS = 32;

    private final AtomicLong last = new AtomicLong();

    /** Starts to count for a run. */
    void startRun(long run) {
        last.set(run << COUNT_BITS);
    }

    long next() {
        return last.incrementAndGet();
    }
}
