package ai.apertis.dispatch;

/**
 * What was agreed about the money of a call.
 *
 * @param maxOutputTokens the cap on one answer that the provider is told, tokens; -1 leaves the client's word
 * @param inputTokens a bound on the prompt, tokens
 * @param stepTokens by how much output the hold is extended while streaming, tokens over all answers; 0 when what is held
 *     covers all there can be
 * @param limitTokens the most output there can be, tokens over all answers
 * @param mostNano what the hold is never extended beyond, nano-USD
 * @param besidesNano what the hold has beside the answer's cost, for a second attempt, nano-USD
 * @param tellsCost whether the answer is to say what it cost
 */
public record Terms(
        long maxOutputTokens,
        long inputTokens,
        long stepTokens,
        long limitTokens,
        long mostNano,
        long besidesNano,
        boolean tellsCost) {}
