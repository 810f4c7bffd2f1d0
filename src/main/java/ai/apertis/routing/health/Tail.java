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

    /** Takes a sample. */
    void add(long sample) {
        long index = count.getAndIncrement();
        samples.set((int) (index % WINDOW), sample);
        long seen = index + 1;
        if (seen >= FEWEST && (seen == FEWEST || seen % EVERY == 0)) {
            p95 = work(Math.toIntExact(Math.min(seen, WINDOW)));
        }
    }

    /** The percentile, -1 before there are {@value #FEWEST} samples. */
    long p95() {
        return p95;
    }

    private long work(int size) {
        long[] sorted = new long[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = samples.get(i);
        }
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(0.95 * size) - 1];
    }
}
