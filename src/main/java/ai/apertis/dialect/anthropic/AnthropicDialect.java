package ai.apertis.dialect.anthropic;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.Dialect;

/** Anthropic Messages. */
public final class AnthropicDialect {
    private AnthropicDialect() {}

    /**
     * Its decoders and encoders.
     *
     * @return the dialect
     */
    public static Dialect dialect() {
        return new Dialect(
                DialectName.ANTHROPIC,
                new AnthropicRequestDecoder(),
                new AnthropicRequestEncoder(),
                new AnthropicAnswerDecoder(),
                new AnthropicAnswerEncoder(),
                AnthropicStreamDecoder::new,
                request -> new AnthropicStreamEncoder(),
                new AnthropicErrors());
    }
}
