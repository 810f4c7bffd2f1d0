package ai.apertis.dialect;

/** Writes a whole answer for a client. */
@FunctionalInterface
public interface AnswerEncoder {
    /**
     * Writes a body. What the provider left out and clients insist on ({@code id}, {@code created}) is filled in.
     *
     * @param answer in no dialect
     * @param request what the client asked, which some dialects repeat
     * @return JSON
     */
    byte[] encode(ChatAnswer answer, ChatRequest request);
}
