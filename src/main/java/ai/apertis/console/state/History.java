package ai.apertis.console.state;

import ai.apertis.ledger.ProviderDays;
import ai.apertis.ledger.ProviderDays.Day;
import ai.apertis.ledger.ProviderDays.Span;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What was counted of providers.
 *
 * @param known false when it could not be read
 * @param days of the last ninety days
 * @param spans of the last two weeks in which a provider did badly, and all recent ones
 * @param firstTokenMillis the median time to the first token of the last week, by provider
 * @param recent where the recent spans begin
 */
record History(boolean known, List<Day> days, List<Span> spans, Map<String, Long> firstTokenMillis, Instant recent) {
    /** How many days are shown. */
    static final int DAYS = 90;

    private static final int WEEK = 7;

    History {
        days = List.copyOf(days);
        spans = List.copyOf(spans);
        firstTokenMillis = Map.copyOf(firstTokenMillis);
    }

    /** What is known while the database is away. */
    static History unknown(Instant now) {
        return new History(false, List.of(), List.of(), Map.of(), now);
    }

    /** Spans in a row in which a provider did badly. */
    record Incident(String provider, Instant from, Instant to, long attempts, long failures) {}

    /** The recent spans of a provider. */
    List<Span> recentOf(String provider) {
        return spans.stream()
                .filter(span ->
                        span.provider().equals(provider) && !span.since().isBefore(recent))
                .toList();
    }

    /** In the order of providers and time. */
    List<Incident> incidents() {
        List<Incident> incidents = new ArrayList<>();
        for (Span span : spans) {
            if (span.attempts() < State.FEWEST || span.failures() * 100 <= span.attempts() * State.PERCENT) {
                continue;
            }
            Incident last = incidents.isEmpty() ? null : incidents.getLast();
            Instant to = span.since().plus(ProviderDays.SPAN);
            if (last != null
                    && last.provider().equals(span.provider())
                    && last.to().equals(span.since())) {
                incidents.removeLast();
                incidents.add(new Incident(
                        last.provider(),
                        last.from(),
                        to,
                        last.attempts() + span.attempts(),
                        last.failures() + span.failures()));
            } else {
                incidents.add(new Incident(span.provider(), span.since(), to, span.attempts(), span.failures()));
            }
        }
        return incidents;
    }

    /** Reads it, four times a minute at most: the page is for everybody. Safe for any thread. */
    static final class Reader {
        private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(15);

        private final ProviderDays rows;
        private volatile @Nullable Read last;

        Reader(ProviderDays rows) {
            this.rows = rows;
        }

        private record Read(Future<History> history, long atNanos) {}

        /** Fails never. */
        Future<History> read() {
            Read known = last;
            if (known == null || System.nanoTime() - known.atNanos() > FRESH_NANOS) {
                known = new Read(rows(Instant.now()), System.nanoTime());
                last = known;
            }
            return known.history();
        }

        private Future<History> rows(Instant now) {
            LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
            Instant recent = ProviderDays.spanOf(now).minus(ProviderDays.SPAN);
            Future<List<Day>> days = rows.days(today.minusDays(DAYS - 1L));
            Future<List<Span>> spans = rows.failing(
                    now.minus(Duration.ofDays(ProviderDays.SPAN_DAYS)), recent, State.FEWEST, State.PERCENT);
            Future<Map<String, Long>> firsts = rows.firstTokenMillis(today.minusDays(WEEK - 1L));
            return Future.all(days, spans, firsts)
                    .map(read -> new History(true, days.result(), spans.result(), firsts.result(), recent))
                    .otherwise(unknown(now));
        }
    }
}
