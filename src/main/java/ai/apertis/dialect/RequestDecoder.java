package ai.apertis.dialect;

/** Reads a client's request. */
public interface RequestDecoder {
    /**
     * Reads a body.
     *
     * @param body JSON as sent
     * @return the request
     * @throws ApiException a 400 that names what is wrong
     */
    ChatRequest decode(byte[] body);
}
