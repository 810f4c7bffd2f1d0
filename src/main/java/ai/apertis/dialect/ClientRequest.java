package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;

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
     * The text that the model reads, for counting what a provider did not count.
     *
     * @return a sample of it and its length
     */
    TextSample promptText();

    /**
     * The way to a provider and back.
     *
     * @param target how the provider is to be addressed
     * @return a new bridge
     * @throws ApiException a 400 that names what the provider's dialect cannot express
     */
    Bridge bridge(Target target);

    /**
     * How a provider is to be addressed.
     *
     * @param dialect what it speaks
     * @param upstreamModel the model's name there
     * @param maxOutputTokens a cap on the output that replaces the client's, tokens; -1 leaves it as it is
     * @param modelMaxOutput the most tokens that the model can generate, for dialects in which a limit must be told
     * @param reasons whether the model can reason; where it cannot, wishes about reasoning are dropped
     * @param quirks where it departs from its dialect
     */
    record Target(
            DialectName dialect,
            String upstreamModel,
            long maxOutputTokens,
            long modelMaxOutput,
            boolean reasons,
            Quirks quirks) {}
}
