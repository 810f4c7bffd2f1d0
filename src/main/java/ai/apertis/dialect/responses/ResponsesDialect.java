package ai.apertis.dialect.responses;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ChatRequest;
import ai.apertis.dialect.Dialect;
import ai.apertis.dialect.openai.OpenAiErrorCodec;
import com.fasterxml.jackson.databind.node.ObjectNode;

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

    /**
     * The response object before there is an answer.
     *
     * @param body the request, JSON
     * @param id of the response
     * @param status {@code queued} or {@code in_progress}
     * @return with an empty output
     * @throws ai.apertis.dialect.ApiException a 400 when the request is not to be understood
     */
    public static ObjectNode begun(byte[] body, String id, String status) {
        ChatRequest request = new ResponsesRequestDecoder().decode(body);
        return ResponsesObject.of(request, id, request.model(), 0, status);
    }

    /**
     * Writes into a response object that it has failed.
     *
     * @param response the object
     * @param error why; its code becomes one of the few that the object may have
     */
    public static void fail(ObjectNode response, ApiError error) {
        ResponsesObject.fail(response, error);
    }
}
