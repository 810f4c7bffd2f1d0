package ai.apertis.dialect.responses;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.Dialect;
import ai.apertis.dialect.openai.OpenAiErrorCodec;

/** OpenAI Responses. */
public final class ResponsesDialect {
    private ResponsesDialect() {}

    /**
     * Its decoders and encoders.
     *
     * @return the dialect
     */
    public static Dialect dialect() {
        return new Dialect(
                DialectName.OPENAI_RESPONSES,
                new ResponsesRequestDecoder(),
                new ResponsesRequestEncoder(),
                new ResponsesAnswerDecoder(),
                new ResponsesAnswerEncoder(),
                ResponsesStreamDecoder::new,
                ResponsesStreamEncoder::new,
                new OpenAiErrorCodec());
    }
}
