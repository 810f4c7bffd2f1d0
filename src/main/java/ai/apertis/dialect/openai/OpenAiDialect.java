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
        return new Dialect(
                DialectName.OPENAI,
                new ChatRequestDecoder(),
                new ChatRequestEncoder(),
                new ChatAnswerDecoder(),
                new ChatAnswerEncoder(),
                ChatStreamDecoder::new,
                ChatStreamEncoder::new,
                new OpenAiErrorCodec());
    }
}
