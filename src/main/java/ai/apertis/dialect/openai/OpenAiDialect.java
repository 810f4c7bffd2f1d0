package ai.apertis.dialect.openai;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.Dialect;

/** OpenAI Chat Completions and the many that copy it. */
public final class OpenAiDialect {
    private OpenAiDialect() {}

    /**
     * Its decoders and encoders.
     *
     * @return the dialect
     */
    public static Dialect dialect() {
        return dialect(true);
    }

    /**
     * The same for clients that, as OpenAI writes, expect usage in a chunk of its own and nowhere else. OpenAI's SDK for
     * Java cannot put a stream together when the chunk with the finish reason has usage.
     *
     * @return the dialect
     */
    public static Dialect withUsageApart() {
        return dialect(false);
    }

    private static Dialect dialect(boolean usageWithFinish) {
        return new Dialect(
                DialectName.OPENAI,
                new ChatRequestDecoder(),
                new ChatRequestEncoder(),
                new ChatAnswerDecoder(),
                new ChatAnswerEncoder(),
                ChatStreamDecoder::new,
                request -> new ChatStreamEncoder(request, usageWithFinish),
                new OpenAiErrorCodec());
    }
}
