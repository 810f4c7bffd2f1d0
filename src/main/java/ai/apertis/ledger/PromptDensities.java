package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.List;

/**
 * How many tokens prompts had for their bytes, worst of each model and size, read from the newest charges: those whose
 * tokens the provider told, of text alone.
 */
public final class PromptDensities {
    /** How many sizes of prompts are told apart. */
    public static final int SIZE_CLASSES = 5;

    // Of the newest rows only, so that reading costs the same on a small installation and on a large one.
    private static final String READ = """
        SELECT model, width_bucket(prompt_bytes, ARRAY[1024, 4096, 16384, 65536]::bigint[]) AS size_class,
            count(*) AS samples, max((greatest(tokens - 32, 0) * 1024 + prompt_bytes - 1) / prompt_bytes) AS worst
        FROM (SELECT model, prompt_bytes, attachments, estimated, ending,
                  input_tokens + cache_read_tokens + cache_write_tokens + audio_input_tokens AS tokens
              FROM charge WHERE at >= now() - interval '7 days' ORDER BY at DESC, request_id DESC LIMIT 100000) newest
        WHERE prompt_bytes > 0 AND attachments = 0 AND NOT estimated AND ending = 'COMPLETED' AND tokens > 0
        GROUP BY 1, 2
        """;

    private final Pool pool;

    /**
     * Reads densities.
     *
     * @param database where the charges are
     */
    public PromptDensities(Database database) {
        this.pool = database.pool();
    }

    /**
     * What was seen of the prompts of one size to one model.
     *
     * @param model the catalogue id of the model that answered
     * @param sizeClass as of {@link PromptDensities#sizeClass}
     * @param samples how many charges
     * @param worstPerKib the most tokens per 1,024 bytes, without the 32 that every prompt may have
     */
    public record Density(String model, int sizeClass, long samples, long worstPerKib) {}

    /**
     * The size of a prompt: below 1, 4, 16 and 64 KiB, and larger.
     *
     * @param textBytes bytes that may be text
     * @return from 0
     */
    public static int sizeClass(long textBytes) {
        int size = 0;
        for (long bound = 1_024; size < SIZE_CLASSES - 1 && textBytes >= bound; bound *= 4) {
            size++;
        }
        return size;
    }

    /**
     * Reads them.
     *
     * @return one of each model and size that was seen
     */
    public Future<List<Density>> read() {
        return pool.query(READ)
                .execute()
                .map(rows -> Rows.list(
                        rows,
                        row -> new Density(
                                row.getString("model"),
                                row.getInteger("size_class"),
                                row.getLong("samples"),
                                row.getLong("worst"))));
    }
}
