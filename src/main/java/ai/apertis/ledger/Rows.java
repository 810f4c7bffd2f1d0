package ai.apertis.ledger;

import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what PostgreSQL's driver returns into what records want. */
public final class Rows {
    private Rows() {}

    /**
     * All rows.
     *
     * @param rows what was returned
     * @param reader reads one
     * @param <T> what it is read into
     * @return in the order of the rows
     */
    public static <T> List<T> list(RowSet<Row> rows, Function<Row, T> reader) {
        List<T> list = new ArrayList<>(rows.size());
        for (Row row : rows) {
            list.add(reader.apply(row));
        }
        return list;
    }

    /**
     * The first row.
     *
     * @param rows what was returned
     * @param reader reads it
     * @param <T> what it is read into
     * @return empty when there is none
     */
    public static <T> Optional<T> first(RowSet<Row> rows, Function<Row, T> reader) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(reader.apply(rows.iterator().next()));
    }

    /**
     * A time that is always there.
     *
     * @param row has it
     * @param column its name, NOT NULL
     * @return the time
     */
    public static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    /**
     * A time.
     *
     * @param row has it
     * @param column its name
     * @return the time, null for none
     */
    public static @Nullable Instant instantOrNull(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    static @Nullable OffsetDateTime timestamp(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /**
     * A list of texts.
     *
     * @param row has it
     * @param column its name
     * @return the list, empty for NULL
     */
    public static List<String> strings(Row row, String column) {
        String[] values = row.getArrayOfStrings(column);
        return values == null ? List.of() : List.of(values);
    }

    static String @Nullable [] array(List<String> values) {
        return values.isEmpty() ? null : values.toArray(String[]::new);
    }
}
