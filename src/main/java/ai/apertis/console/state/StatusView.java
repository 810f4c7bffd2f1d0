package ai.apertis.console.state;

import ai.apertis.console.Numbers;
import ai.apertis.console.Shown;
import ai.apertis.ledger.ProviderDays.Day;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the page of the state shows.
 *
 * @param look of the sentence that sums it up
 * @param headline that sentence
 * @param known whether there is a history
 * @param providers each provider
 * @param incidents the newest first
 */
public record StatusView(
        String look, String headline, boolean known, List<ProviderLine> providers, List<IncidentLine> incidents) {
    /** Copies the lists. */
    public StatusView {
        providers = List.copyOf(providers);
        incidents = List.copyOf(incidents);
    }

    /**
     * A provider.
     *
     * @param name its name
     * @param state how it does, in a word or three
     * @param look of these words
     * @param availability the share of attempts that did not fail, empty without any
     * @param attempts how many there were, for people
     * @param firstToken the median time to the first token, empty without a stream
     * @param summary the days in a sentence
     * @param days oldest first
     */
    public record ProviderLine(
            String name,
            String state,
            String look,
            String availability,
            String attempts,
            String firstToken,
            String summary,
            List<DayLine> days) {
        /** Copies the list. */
        public ProviderLine {
            days = List.copyOf(days);
        }

        static ProviderLine of(String name, State state, Map<LocalDate, Day> counted, Long millis, LocalDate today) {
            long attempts = counted.values().stream().mapToLong(Day::attempts).sum();
            long failures = counted.values().stream().mapToLong(Day::failures).sum();
            List<DayLine> days = IntStream.rangeClosed(1 - History.DAYS, 0)
                    .mapToObj(today::plusDays)
                    .map(day -> DayLine.of(day, counted.get(day)))
                    .toList();
            String share = attempts == 0 ? "" : share(attempts, failures);
            return new ProviderLine(
                    name,
                    state.word(),
                    state.look(),
                    share,
                    Numbers.grouped(attempts),
                    millis < 0 ? "" : Shown.duration(millis),
                    summary(share, days),
                    days);
        }

        private static String summary(String share, List<DayLine> days) {
            if (share.isEmpty()) {
                return "No attempt in " + History.DAYS + " days.";
            }
            return History.DAYS + " days: " + share + " of attempts did not fail; "
                    + count(days, "up") + " of them at 99 % or above, "
                    + count(days, "part") + " from 95 %, "
                    + count(days, "down") + " below, "
                    + count(days, "") + " without data.";
        }

        private static long count(List<DayLine> days, String look) {
            return days.stream().filter(day -> day.look().equals(look)).count();
        }
    }

    /**
     * A day of a provider.
     *
     * @param day for instance {@code 2026-11-28}
     * @param look of its part of the bar, empty without data
     * @param availability the share of attempts that did not fail, or that there is no data
     * @param attempts how many there were
     * @param failures how many of them failed
     */
    public record DayLine(String day, String look, String availability, String attempts, String failures) {
        static DayLine of(LocalDate day, @Nullable Day counted) {
            if (counted == null || counted.attempts() == 0) {
                return new DayLine(day.toString(), "", "no data", "", "");
            }
            long percents = counted.failures() * 100;
            String look = percents <= counted.attempts() ? "up" : percents <= 5 * counted.attempts() ? "part" : "down";
            return new DayLine(
                    day.toString(),
                    look,
                    share(counted.attempts(), counted.failures()),
                    Numbers.grouped(counted.attempts()),
                    Numbers.grouped(counted.failures()));
        }

        /**
         * What is told of it where the pointer rests.
         *
         * @return in words
         */
        public String title() {
            return day + ": " + availability
                    + (attempts.isEmpty() ? "" : ", " + failures + " of " + attempts + " failed");
        }
    }

    /**
     * A stretch in which a provider did badly.
     *
     * @param provider its name
     * @param from when it began
     * @param to when it ended, empty while it goes on
     * @param availability the share of attempts that did not fail
     * @param attempts how many there were
     */
    public record IncidentLine(String provider, String from, String to, String availability, String attempts) {
        static IncidentLine of(History.Incident incident, Instant now) {
            return new IncidentLine(
                    incident.provider(),
                    Shown.minute(incident.from()),
                    incident.to().isAfter(now) ? "" : Shown.minute(incident.to()),
                    share(incident.attempts(), incident.failures()),
                    Numbers.grouped(incident.attempts()));
        }
    }

    /**
     * A provider on a page of its own.
     *
     * @param provider the provider
     * @param days those with data, the newest first
     * @param incidents its own, the newest first
     */
    public record Alone(ProviderLine provider, List<DayLine> days, List<IncidentLine> incidents) {
        /** Copies the lists. */
        public Alone {
            days = List.copyOf(days);
            incidents = List.copyOf(incidents);
        }
    }

    /** The share of attempts that did not fail, never rounded up. */
    static String share(long attempts, long failures) {
        return BigDecimal.valueOf(attempts - failures)
                        .multiply(BigDecimal.valueOf(100))
                        .divide(BigDecimal.valueOf(attempts), 2, RoundingMode.DOWN)
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }
}
