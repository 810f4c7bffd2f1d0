package ai.apertis.console;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How times and parts are written on these pages. Times are UTC. */
public final class Shown {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Shown() {}

    /**
     * A time.
     *
     * @param at null for never
     * @return to the minute
     */
    public static String minute(@Nullable Instant at) {
        return at == null ? "never" : MINUTE.format(at);
    }

    /**
     * A time.
     *
     * @param at when
     * @return to the second
     */
    public static String second(Instant at) {
        return SECOND.format(at);
    }

    /**
     * Quota, exactly.
     *
     * @param milli thousandths
     * @return for instance {@code 2.1}
     */
    public static String quota(long milli) {
        return BigDecimal.valueOf(milli, 3).stripTrailingZeros().toPlainString();
    }

    /**
     * A part of a whole.
     *
     * @param part of it
     * @param whole 0 counts as used up
     * @return percent, 0 to 100
     */
    public static int percent(long part, long whole) {
        return whole <= 0 ? 100 : Math.clamp(Math.round(part * 100.0 / whole), 0, 100);
    }

    /**
     * A length of time.
     *
     * @param millis milliseconds
     * @return for instance {@code 480 ms} or {@code 12.3 s}
     */
    public static String duration(long millis) {
        return millis < 1_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
    }
}
