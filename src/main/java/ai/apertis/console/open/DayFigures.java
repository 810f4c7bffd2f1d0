package ai.apertis.console.open;

import ai.apertis.ledger.UsageFilter;
import ai.apertis.ledger.UsageSums;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What this installation did in the last 24 hours, counted anew once a minute at most: the first page is for everybody and must
 * not cost a query each time. Safe for any thread.
 */
final class DayFigures {
    private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final UsageSums sums;
    private volatile @Nullable Counted last;

    DayFigures(UsageSums sums) {
        this.sums = sums;
    }

    /** What was asked in a day. */
    record Day(long requests, long tokens) {}

    private record Counted(Future<Day> day, long atNanos) {}

    /** Fails never: where the database is away, nothing is known and zeros are shown. */
    Future<Day> lately() {
        Counted known = last;
        if (known == null || System.nanoTime() - known.atNanos() > FRESH_NANOS) {
            known = new Counted(count().otherwise(new Day(0, 0)), System.nanoTime());
            last = known;
        }
        return known.day();
    }

    private Future<Day> count() {
        Instant now = Instant.now();
        return sums.byModel(new UsageFilter(null, null, null, now.minus(Duration.ofDays(1)), null))
                .map(models -> models.stream().reduce(UsageSums.ModelSum.NOTHING, UsageSums.ModelSum::plus))
                .map(all -> new Day(
                        all.requests(),
                        all.inputTokens() + all.cacheReadTokens() + all.cacheWriteTokens() + all.outputTokens()));
    }
}
