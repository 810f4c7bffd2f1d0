package ai.apertis.dialect;

/** Errors in the form of a dialect. */
public interface ErrorCodec {
    /**
     * Writes an error for a client.
     *
     * @param error what happened
     * @param requestId the value of {@code x-request-id}
     * @return JSON
     */
    byte[] encode(ApiError error, String requestId);

    /**
     * Reads a provider's error. Status, code and time to retry are kept; the message is stripped of keys and addresses. A
     * refusal of the gateway's own key is the gateway's fault and becomes a 502.
     *
     * @param status the HTTP status; below 400 for an error in the place of an answer
     * @param body as sent, of whatever content type
     * @param retryAfterSeconds the value of {@code Retry-After}, 0 for none
     * @return the error to tell a client
     */
    ApiError decode(int status, byte[] body, int retryAfterSeconds);
}
