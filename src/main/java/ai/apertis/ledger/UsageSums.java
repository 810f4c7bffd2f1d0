package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.LocalDate;
import java.util.List;

/** What settled requests come to: sums over usage rows, exact, by model and by day. Days are UTC. */
public final class UsageSums {
    private static final String BY_MODEL = """
        SELECT model, count(*) AS requests, sum(input_tokens) AS input, sum(cache_read_tokens) AS cache_read,
            sum(cache_write_tokens) AS cache_write, sum(output_tokens) AS output, sum(reasoning_tokens) AS reasoning,
            sum(audio_input_tokens) AS audio_input, sum(audio_output_tokens) AS audio_output, sum(images) AS images,
            sum(%s) AS cost, sum(%s) AS quota\
        """.formatted(UsageRows.COST, UsageRows.QUOTA) + UsageRows.WHERE
            + "GROUP BY model ORDER BY cost DESC, model";

    private static final String BY_DAY = """
        SELECT (at AT TIME ZONE 'UTC')::date AS day, model, sum(%s) AS cost\
        """.formatted(UsageRows.COST)
            + UsageRows.WHERE
            + "GROUP BY 1, 2 HAVING sum(%s) > 0 ORDER BY 1, 2".formatted(UsageRows.COST);

    private static final String ALL_OF_A_DAY =
            """
        SELECT (at AT TIME ZONE 'UTC')::date AS day, count(*) AS requests, sum(%s) AS cost, sum(%s) AS quota,
            sum(input_tokens + cache_read_tokens + cache_write_tokens + audio_input_tokens) AS prompt,
            sum(output_tokens + audio_output_tokens) AS completion\
        """.formatted(UsageRows.COST, UsageRows.QUOTA) + UsageRows.WHERE + "GROUP BY 1 ORDER BY 1";

    private static final String BY_KEY =
            """
        SELECT key_id, count(*) AS requests, sum(%s) AS cost, sum(%s) AS quota\
        """.formatted(UsageRows.COST, UsageRows.QUOTA) + UsageRows.WHERE + "GROUP BY 1 ORDER BY cost DESC, key_id";

    private final Pool pool;

    /**
     * Reads sums.
     *
     * @param database where the rows are
     */
    public UsageSums(Database database) {
        this.pool = database.pool();
    }

    /**
     * What requests to one model came to. The classes of tokens do not overlap, but for reasoning, which is inside output.
     *
     * @param model the model that answered
     * @param requests how many were settled, failed ones too
     * @param inputTokens prompt tokens of text that no cache knew
     * @param cacheReadTokens prompt tokens read from a cache
     * @param cacheWriteTokens prompt tokens written to a cache
     * @param outputTokens generated tokens of text, reasoning included
     * @param reasoningTokens the part of them that was reasoning
     * @param audioInputTokens prompt tokens of audio
     * @param audioOutputTokens generated tokens of audio
     * @param images images generated
     * @param costNano what was charged, nano-USD
     * @param quotaMilli subscription quota that was taken, in thousandths
     */
    public record ModelSum(
            String model,
            long requests,
            long inputTokens,
            long cacheReadTokens,
            long cacheWriteTokens,
            long outputTokens,
            long reasoningTokens,
            long audioInputTokens,
            long audioOutputTokens,
            long images,
            long costNano,
            long quotaMilli) {
        /** Of no model and no request. */
        public static final ModelSum NOTHING = new ModelSum("", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        /**
         * The sum over two models.
         *
         * @param other another one's
         * @return of no model in particular
         */
        public ModelSum plus(ModelSum other) {
            return new ModelSum(
                    "",
                    requests + other.requests,
                    inputTokens + other.inputTokens,
                    cacheReadTokens + other.cacheReadTokens,
                    cacheWriteTokens + other.cacheWriteTokens,
                    outputTokens + other.outputTokens,
                    reasoningTokens + other.reasoningTokens,
                    audioInputTokens + other.audioInputTokens,
                    audioOutputTokens + other.audioOutputTokens,
                    images + other.images,
                    Math.addExact(costNano, other.costNano),
                    Math.addExact(quotaMilli, other.quotaMilli));
        }
    }

    /**
     * What a model cost on a day.
     *
     * @param day by the time of settlement, UTC
     * @param model the model that answered
     * @param costNano nano-USD, above zero
     */
    public record DayCost(LocalDate day, String model, long costNano) {}

    /**
     * What a day came to.
     *
     * @param day by the time of settlement, UTC
     * @param requests how many
     * @param promptTokens prompt tokens of every class
     * @param completionTokens generated tokens of every class
     * @param costNano nano-USD
     * @param quotaMilli subscription quota, in thousandths
     */
    public record DaySum(
            LocalDate day, long requests, long promptTokens, long completionTokens, long costNano, long quotaMilli) {}

    /**
     * What a key came to.
     *
     * @param keyId the key
     * @param requests how many
     * @param costNano nano-USD
     * @param quotaMilli subscription quota, in thousandths
     */
    public record KeySum(long keyId, long requests, long costNano, long quotaMilli) {}

    /**
     * Sums by day.
     *
     * @param filter which rows
     * @return in order of days; days without a request are left out
     */
    public Future<List<DaySum>> byDay(UsageFilter filter) {
        return pool.preparedQuery(ALL_OF_A_DAY)
                .execute(UsageRows.arguments(filter))
                .map(rows -> Rows.list(
                        rows,
                        row -> new DaySum(
                                row.getLocalDate("day"),
                                row.getLong("requests"),
                                UsageRows.sum(row, "prompt"),
                                UsageRows.sum(row, "completion"),
                                UsageRows.sum(row, "cost"),
                                UsageRows.sum(row, "quota"))));
    }

    /**
     * Sums by key.
     *
     * @param filter which rows
     * @return the dearest key first
     */
    public Future<List<KeySum>> byKey(UsageFilter filter) {
        return pool.preparedQuery(BY_KEY)
                .execute(UsageRows.arguments(filter))
                .map(rows -> Rows.list(
                        rows,
                        row -> new KeySum(
                                row.getLong("key_id"),
                                row.getLong("requests"),
                                UsageRows.sum(row, "cost"),
                                UsageRows.sum(row, "quota"))));
    }

    /**
     * Sums by model.
     *
     * @param filter which rows
     * @return the dearest model first
     */
    public Future<List<ModelSum>> byModel(UsageFilter filter) {
        return pool.preparedQuery(BY_MODEL)
                .execute(UsageRows.arguments(filter))
                .map(rows -> Rows.list(
                        rows,
                        row -> new ModelSum(
                                row.getString("model"),
                                row.getLong("requests"),
                                UsageRows.sum(row, "input"),
                                UsageRows.sum(row, "cache_read"),
                                UsageRows.sum(row, "cache_write"),
                                UsageRows.sum(row, "output"),
                                UsageRows.sum(row, "reasoning"),
                                UsageRows.sum(row, "audio_input"),
                                UsageRows.sum(row, "audio_output"),
                                UsageRows.sum(row, "images"),
                                UsageRows.sum(row, "cost"),
                                UsageRows.sum(row, "quota"))));
    }

    /**
     * Costs by day and model.
     *
     * @param filter which rows
     * @return in order of days; days on which nothing was charged are left out
     */
    public Future<List<DayCost>> costs(UsageFilter filter) {
        return pool.preparedQuery(BY_DAY)
                .execute(UsageRows.arguments(filter))
                .map(rows -> Rows.list(rows, UsageSums::day));
    }

    private static DayCost day(Row row) {
        return new DayCost(row.getLocalDate("day"), row.getString("model"), UsageRows.sum(row, "cost"));
    }
}
