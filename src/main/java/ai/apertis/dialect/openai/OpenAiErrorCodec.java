package ai.apertis.dialect.openai;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ErrorCodec;

/** Errors of OpenAI Chat and of Responses, which share their form. */
public final class OpenAiErrorCodec implements ErrorCodec {
    /** A codec without state. */
    public OpenAiErrorCodec() {}

    @Override
    public byte[] encode(ApiError error, String requestId) {
        return OpenAiErrors.body(error);
    }

    @Override
    public ApiError decode(int status, byte[] body, int retryAfterSeconds) {
        return OpenAiErrors.read(status, body, 0, body.length).retryAfter(retryAfterSeconds);
    }
}
