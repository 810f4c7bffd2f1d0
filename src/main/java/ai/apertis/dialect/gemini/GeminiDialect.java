package ai.apertis.dialect.gemini;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.Dialect;

/** Google Gemini generateContent. */
public final class GeminiDialect {
    private GeminiDialect() {}

    /**
     * Its decoders and encoders.
     *
     * @return the dialect
     */
    public static Dialect dialect() {
        return new Dialect(
                DialectName.GEMINI,
                new GeminiRequestDecoder(),
                new GeminiRequestEncoder(),
                new GeminiAnswerDecoder(),
                new GeminiAnswerEncoder(),
                GeminiStreamDecoder::new,
                request -> new GeminiStreamEncoder(),
                new GeminiErrors());
    }
}
