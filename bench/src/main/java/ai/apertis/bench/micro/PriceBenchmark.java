package ai.apertis.bench.micro;

import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to price a request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PriceBenchmark {
    private final Usage usage = new Usage(1_200, 18_000, 800, 640, 300, 0, 0, 0, 0, false);
    private final Prices plain = Prices.ofTokens(1_750_000, 14_000_000);
    private final Prices tiered = new Prices(
            1_250_000,
            125_000,
            1_250_000,
            10_000_000,
            1_250_000,
            10_000_000,
            0,
            0,
            0,
            List.of(new Prices.Tier(200_000, Prices.ofTokens(2_500_000, 15_000_000))));

    /** Every class times its price. */
    @Benchmark
    public long cost() {
        return plain.cost(usage);
    }

    /** The same where long prompts have prices of their own. */
    @Benchmark
    public long costTiered() {
        return tiered.cost(usage);
    }
}
