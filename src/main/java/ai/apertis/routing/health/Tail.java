package ai.apertis.routing.health;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** The 95th percentile of the last {@value #WINDOW} samples, worked out anew every {@value #EVERY}. Safe for any thread. */
final class Tail {
    private static final int WINDOW = 128;
    private static final int EVERY = 8;
    private static final int FEWEST = 20;

    private final AtomicLongArray samples = new AtomicLongArray(WINDOW);
    private final AtomicLong count = new AtomicLong();
    private volatile long p95 = -1;
    private volatile long patience = -1;

    /** Takes a sample. */
    void add(long sample) {
        long index = count.getAndIncrement();
        samples.set((int) (index % WINDOW), sample);
        long seen = index + 1;
        if (seen >= FEWEST && (seen == FEWEST || seen % EVERY == 0)) {
            work(Math.toIntExact(Math.min(seen, WINDOW)));
        }
    }

    /** The percentile, -1 before there are {@value #FEWEST} samples. */
    long p95() {
        return p95;
    }

    /**
     * How long a sample is worth waiting for: just more than the percentile, since where all take about as long half of them
     * take as long as that in whole milliseconds, but no more than twice the median. Where one in twenty is far behind the
     * others the percentile is now before them and now among them, and no bound.
     */
    long patience() {
        return patience;
    }

    private void work(int size) {
        long[] sorted = new long[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = samples.get(i);
        }
        Arrays.sort(sorted);
        long high = sorted[(int) Math.ceil(0.95 * size) - 1];
        p95 = high;
        patience = Math.min(high, 2 * sorted[(size - 1) / 2]) + 1;
    }
}
