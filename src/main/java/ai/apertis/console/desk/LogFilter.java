package ai.apertis.console.desk;

import ai.apertis.console.Refused;
import ai.apertis.console.Visit;
import ai.apertis.ledger.UsageFilter;
import ai.apertis.ledger.UsageRows.Outcome;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a person wants to see, as the address of the page says.
 *
 * @param rows the rows of usage
 * @param outcome how they ended
 * @param told what the address says, by field
 */
public record LogFilter(UsageFilter rows, Outcome outcome, Map<String, String> told) {
    /** Copies the map. */
    public LogFilter {
        told = Map.copyOf(told);
    }

    /** Reads the query of an address, for an account. Fails with {@link Refused} that names the field. */
    static LogFilter of(Visit visit, long accountId) {
        Map<String, String> told = new TreeMap<>();
        for (String field : new String[] {"key", "model", "status", "from", "to"}) {
            visit.query(field).ifPresent(text -> told.put(field, text));
        }
        return new LogFilter(
                new UsageFilter(
                        accountId,
                        number(told.get("key")),
                        told.get("model"),
                        time("from", told.get("from")),
                        time("to", told.get("to"))),
                outcome(told.get("status")),
                told);
    }

    private static @Nullable Long number(@Nullable String text) {
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw Refused.bad("'key' must be the number of a key.");
        }
    }

    private static @Nullable Instant time(String field, @Nullable String text) {
        try {
            return text == null ? null : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw Refused.bad("'" + field + "' must be a time like 2027-01-31T00:00.");
        }
    }

    private static Outcome outcome(@Nullable String text) {
        return switch (text) {
            case null -> Outcome.ANY;
            case "answered" -> Outcome.ANSWERED;
            case "failed" -> Outcome.FAILED;
            default -> throw Refused.bad("'status' must be answered or failed.");
        };
    }

    /**
     * What a field of the filter says.
     *
     * @param field its name
     * @return empty when nothing
     */
    public String value(String field) {
        return told.getOrDefault(field, "");
    }

    /**
     * The address of something about the same requests.
     *
     * @param path where
     * @param field one more field
     * @param value what it says
     * @return path and query
     */
    public String link(String path, String field, String value) {
        Map<String, String> all = new TreeMap<>(told);
        if (!field.isEmpty()) {
            all.put(field, value);
        }
        return all.isEmpty()
                ? path
                : path + "?"
                        + all.entrySet().stream()
                                .map(each -> each.getKey() + "="
                                        + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                                .collect(Collectors.joining("&"));
    }

    /**
     * The address of something about the same requests.
     *
     * @param path where
     * @return path and query
     */
    public String link(String path) {
        return link(path, "", "");
    }
}
