package ai.apertis.console.desk;

import ai.apertis.console.Numbers;
import ai.apertis.console.Shown;
import ai.apertis.ledger.KeyUses;
import ai.apertis.ledger.UsageRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of requests shows.
 *
 * @param filter which requests
 * @param lines the requests, newest first
 * @param older the address of the next page, null on the last
 * @param first whether this is the first page
 * @param tail what looks on, null when nobody does
 * @param keys the keys to choose from
 * @param models the models to choose from
 */
public record LogsView(
        LogFilter filter,
        List<Line> lines,
        @Nullable String older,
        boolean first,
        @Nullable Tail tail,
        List<KeyUses.Name> keys,
        List<String> models) {
    /** Copies the lists. */
    public LogsView {
        lines = List.copyOf(lines);
        keys = List.copyOf(keys);
        models = List.copyOf(models);
    }

    /**
     * The place above the first row, where new ones come.
     *
     * @param next the address to ask for newer ones; null when it was asked often enough
     * @param lines the new ones, newest first
     */
    public record Tail(@Nullable String next, List<Line> lines) {
        /** Copies the lines. */
        public Tail {
            lines = List.copyOf(lines);
        }
    }

    /**
     * A request.
     *
     * @param id its billing id
     * @param at when it was settled
     * @param model the model that answered
     * @param asked the model that was asked for, empty when it is the same
     * @param provider who answered
     * @param key the key's name
     * @param input prompt tokens of every class
     * @param cached those of them that were read from a cache
     * @param output generated tokens of every class
     * @param cost dollars
     * @param quota quota, empty for none
     * @param firstToken time to the first token
     * @param duration time to the end
     * @param status the HTTP status
     * @param ending how it ended
     * @param badge the look of that
     */
    public record Line(
            long id,
            String at,
            String model,
            String asked,
            String provider,
            String key,
            String input,
            String cached,
            String output,
            String cost,
            String quota,
            String firstToken,
            String duration,
            int status,
            String ending,
            String badge) {
        static Line of(UsageRow row, String key) {
            return new Line(
                    row.requestId(),
                    Shown.second(row.at()),
                    row.model(),
                    row.requestedModel().equals(row.model()) ? "" : row.requestedModel(),
                    row.provider() == null ? "" : row.provider(),
                    key,
                    Numbers.grouped(LogsView.input(row)),
                    Numbers.grouped(row.usage().cacheReadTokens()),
                    Numbers.grouped(LogsView.output(row)),
                    Numbers.usd(row.costNano()),
                    row.quotaMilli() == 0 ? "" : Shown.quota(row.quotaMilli()),
                    row.ttftMillis() <= 0 ? "" : Shown.duration(row.ttftMillis()),
                    Shown.duration(row.durationMillis()),
                    row.status(),
                    row.ending(),
                    row.status() >= 500 ? "bad" : row.status() >= 400 ? "warn" : "good");
        }
    }

    static long input(UsageRow row) {
        return row.usage().inputTokens()
                + row.usage().cacheReadTokens()
                + row.usage().cacheWriteTokens()
                + row.usage().audioInputTokens();
    }

    static long output(UsageRow row) {
        return row.usage().outputTokens() + row.usage().audioOutputTokens();
    }

    /**
     * One request in full.
     *
     * @param line as in the list
     * @param row as in the ledger
     */
    public record One(Line line, UsageRow row) {
        /**
         * What it would have cost beyond what was held.
         *
         * @return dollars, empty for nothing
         */
        public String shortfall() {
            return row.shortfallNano() == 0 ? "" : Numbers.usd(row.shortfallNano());
        }
    }
}
