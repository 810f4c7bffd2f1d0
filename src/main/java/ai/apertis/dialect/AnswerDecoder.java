package ai.apertis.dialect;

/** Reads a provider's whole answer. */
@FunctionalInterface
public interface AnswerDecoder {
    /**
     * Reads the body of a successful answer.
     *
     * @param body as sent
     * @return the answer
     * @throws ApiException a 502 when it cannot be read; the provider's error when the body is one, whatever its status
     */
    ChatAnswer decode(byte[] body);
}
