package ai.apertis.dialect;

import ai.apertis.config.DialectName;

/** A client's request as far as routing and billing must know it, whatever its dialect; the rest stays bytes. */
public interface ClientRequest {
    /**
     * The dialect it is written in.
     *
     * @return the client's dialect
     */
    DialectName dialect();

    /**
     * The model's name as the client wrote it.
     *
     * @return not yet resolved
     */
    String model();

    /**
     * Whether the answer is to be streamed.
     *
     * @return true for a stream
     */
    boolean stream();

    /**
     * The most output tokens that the client allows per answer.
     *
     * @return tokens, or -1 when it did not say
     */
    long maxOutputTokens();

    /**
     * How many answers are asked for at once ({@code n}).
     *
     * @return at least 1
     */
    int choices();

    /**
     * The size of the prompt.
     *
     * @return for estimating its tokens
     */
    InputSize input();

    /**
     * What it says of fallback models.
     *
     * @return never null, its members may be
     */
    Fallbacks fallbacks();

    /**
     * The body for a provider of the same dialect: the client's own bytes with the model's name, and what billing needs,
     * spliced in place.
     *
     * @param target how the provider is to be addressed
     * @return a new body
     */
    byte[] forProvider(Target target);

    /**
     * The text that the model reads, for counting what a provider did not count.
     *
     * @return a sample of it and its length
     */
    TextSample promptText();

    /**
     * Looks at a provider's whole answer of the same dialect.
     *
     * @param body the answer's bytes
     * @return what it says and what goes to the client
     */
    WholeAnswer answer(byte[] body);

    /**
     * The way of a same-dialect provider's stream to this client.
     *
     * @return a new passage
     */
    Passage passage();

    /**
     * How a provider is to be addressed.
     *
     * @param upstreamModel the model's name there
     * @param maxOutputTokens a cap on the output that replaces the client's, tokens; -1 leaves it as it is
     * @param maxTokensField the provider's name for that cap
     */
    record Target(String upstreamModel, long maxOutputTokens, String maxTokensField) {}
}
