package ai.apertis.routing;

import ai.apertis.dispatch.Terms;

/**
 * What a request may cost at most, over all its candidates: the amount of its hold, and what it covers.
 *
 * @param amountNano nano-USD
 * @param inputTokens a bound on the prompt, tokens
 * @param outputTokens the bound on the output of one answer that the amount includes, tokens
 * @param capped whether that bound is less than the client asked for, and the provider is told so
 * @param stepTokens by how much output per answer the hold is extended while streaming, tokens; 0 when all is held at once
 * @param limitTokens the most output of one answer in the end, tokens
 * @param mostNano what the hold is never extended beyond, nano-USD
 */
public record Quote(
        long amountNano,
        long inputTokens,
        long outputTokens,
        boolean capped,
        long stepTokens,
        long limitTokens,
        long mostNano) {
    /** An answer shorter than this is not worth capping to; the client is told to pay instead. */
    public static final long LEAST_CAP_TOKENS = 1_024;

    /**
     * The terms on which providers are called.
     *
     * @param choices how many answers are asked for at once
     * @param tellsCost whether the answer is to say what it cost
     * @param besidesNano what is held beside the answer, for a second attempt, nano-USD
     * @return the same for every candidate
     */
    public Terms terms(int choices, boolean tellsCost, long besidesNano) {
        return new Terms(
                capped ? outputTokens : -1,
                inputTokens,
                stepTokens * choices,
                limitTokens * choices,
                mostNano,
                besidesNano,
                tellsCost);
    }
}
