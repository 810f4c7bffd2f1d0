package ai.apertis.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Whatever comes, readers answer or throw what they say they throw, in bounded time and memory. {@code -Dapertis.fuzz.inputs}
 * sets how many inputs; {@code -Dapertis.fuzz.seed} begins with the seed that a failure told.
 */
class FuzzTest {
    private static final int INPUTS = Integer.getInteger("apertis.fuzz.inputs", 18_000);
    private static final long SEED = Long.getLong("apertis.fuzz.seed", 1);

    private static final Duration LONGEST = Duration.ofSeconds(20);
    /** What one input may have allocated: a fixed part, and so much for each of its bytes. */
    private static final long MOST_BYTES = 16 << 20;

    private static final long MOST_BYTES_PER_BYTE = 2_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TestFactory
    Stream<DynamicTest> everyReaderTakesWhateverComes() {
        Corpus corpus = new Corpus();
        Map<String, Target> targets = Target.all(corpus);
        int each = Math.max(1, INPUTS / targets.size());
        return targets.entrySet().stream()
                .map(target -> DynamicTest.dynamicTest(
                        target.getKey(), () -> new Run(corpus, target.getValue(), each).watch()));
    }

    /** So many inputs for one target, on a thread of its own, so that one that never comes back is noticed. */
    private static final class Run {
        private final Corpus corpus;
        private final Target target;
        private final int inputs;
        private volatile long seed = SEED;
        private volatile byte[] input = new byte[0];
        private volatile @Nullable Throwable failure;

        Run(Corpus corpus, Target target, int inputs) {
            this.corpus = corpus;
            this.target = target;
            this.inputs = inputs;
        }

        void watch() throws InterruptedException {
            Thread thread = Thread.ofPlatform().daemon().start(this::run);
            long last = -1;
            while (!thread.join(LONGEST)) {
                if (seed == last) {
                    fail(told("does not come back") + "\n" + Arrays.toString(thread.getStackTrace()));
                }
                last = seed;
            }
            if (failure != null) {
                fail(told("fails"), failure);
            }
            assertThat(seed).isEqualTo(SEED + inputs);
        }

        private void run() {
            long end = SEED + inputs;
            try {
                for (long next = SEED; next < end; next++) {
                    seed = next;
                    take(new Mutator(next, corpus.words));
                }
                seed = end;
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        }

        private void take(Mutator mutator) {
            byte[] made = target.input(mutator);
            input = made;
            long before = THREADS.getCurrentThreadAllocatedBytes();
            target.take(made, mutator);
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes allocated")
                    .isLessThan(MOST_BYTES + MOST_BYTES_PER_BYTE * made.length);
        }

        private String told(String what) {
            return "seed %d %s (-Dapertis.fuzz.seed=%d -Dapertis.fuzz.inputs=1): %s"
                    .formatted(seed, what, seed, new String(input, StandardCharsets.UTF_8));
        }
    }
}
