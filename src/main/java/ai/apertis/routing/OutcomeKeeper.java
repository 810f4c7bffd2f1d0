package ai.apertis.routing;

import ai.apertis.ledger.FirstTokens;
import ai.apertis.ledger.ProviderDays;
import ai.apertis.ledger.ProviderDays.First;
import ai.apertis.ledger.ProviderDays.Report;
import ai.apertis.ledger.ProviderDays.Span;
import ai.apertis.routing.health.Health;
import ai.apertis.routing.health.Tally.Counts;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds how attempts at providers ended to the rows of all nodes: once a minute, on the minute, and at the end. A report that got
 * no answer is sent again as it was, and the rows take it once; a process that is killed loses what it counted since the last.
 */
public final class OutcomeKeeper extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(OutcomeKeeper.class);
    private static final long FORGET_MILLIS = Duration.ofHours(6).toMillis();
    private static final long PATIENCE_SECONDS = 5;

    private final Health health;
    private final ProviderDays rows;
    private final InstantSource clock;
    private final long everyMillis;
    private final UUID run = UUID.randomUUID();
    private final Map<String, Counts> taken = new HashMap<>();
    private final Map<Place, Counts> waiting = new HashMap<>();
    private Instant from = Instant.EPOCH;
    private long seq;
    private @Nullable Report unanswered;
    private @Nullable Future<Void> telling;

    private record Place(String provider, Instant since) {}

    /**
     * A keeper.
     *
     * @param health counts
     * @param rows where it is added
     * @param clock tells the day and the ten minutes
     * @param everyMillis how often, in milliseconds
     */
    public OutcomeKeeper(Health health, ProviderDays rows, InstantSource clock, long everyMillis) {
        this.health = health;
        this.rows = rows;
        this.clock = clock;
        this.everyMillis = everyMillis;
    }

    @Override
    public Future<?> start() {
        from = clock.instant();
        next();
        vertx.setPeriodic(
                FORGET_MILLIS,
                timer -> rows.forget()
                        .onFailure(e -> LOG.warn("old counts of providers were not deleted: {}", e.getMessage())));
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        return tell().compose(first -> tell())
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .recover(e -> Future.succeededFuture());
    }

    /** On the full minute, so that what is counted until then belongs to the span before. */
    private void next() {
        vertx.setTimer(everyMillis - clock.millis() % everyMillis, timer -> {
            tell();
            next();
        });
    }

    /** Takes what was counted since the last time. All of it belongs to the span in which that was. */
    private void take() {
        Instant since = ProviderDays.spanOf(from);
        health.tallies().forEach((provider, tally) -> {
            Counts now = tally.counts();
            Counts more = now.since(taken.getOrDefault(provider, Counts.NOTHING));
            if (!more.equals(Counts.NOTHING)) {
                taken.put(provider, now);
                waiting.merge(new Place(provider, since), more, Counts::plus);
            }
        });
        from = clock.instant();
    }

    /** One report at a time. Fails never. */
    private Future<Void> tell() {
        take();
        Future<Void> underWay = telling;
        if (underWay != null) {
            return underWay;
        }
        if (unanswered == null && !waiting.isEmpty()) {
            unanswered = report();
            waiting.clear();
        }
        Report report = unanswered;
        if (report == null) {
            return Future.succeededFuture();
        }
        Future<Void> told = rows.add(report).transform((done, failure) -> {
            telling = null;
            if (failure == null) {
                unanswered = null;
            } else {
                LOG.warn("counts of providers were not added, they are tried again: {}", failure.getMessage());
            }
            return Future.succeededFuture();
        });
        telling = told.isComplete() ? null : told;
        return told;
    }

    private Report report() {
        List<Span> spans = new ArrayList<>();
        List<First> firsts = new ArrayList<>();
        waiting.forEach((place, counts) -> {
            spans.add(new Span(place.provider(), place.since(), counts.attempts(), counts.failures()));
            for (int slot = 0; slot < FirstTokens.SLOTS; slot++) {
                long answers = counts.firstTokens().get(slot);
                if (answers > 0) {
                    firsts.add(new First(place.provider(), place.since(), slot, answers));
                }
            }
        });
        return new Report(run, ++seq, spans, firsts);
    }
}
