package ai.apertis.dialect;

/** Writes a request for a provider. */
@FunctionalInterface
public interface RequestEncoder {
    /**
     * Writes a body.
     *
     * @param request in no dialect
     * @param target the model it goes to
     * @return JSON
     * @throws ApiException a 400 that names the parameter which this dialect cannot express
     */
    byte[] encode(ChatRequest request, ClientRequest.Target target);
}
