package ai.apertis.sim;

import java.util.List;

/**
 * A whole answer before it is written. All choices of an answer are alike.
 *
 * @param id {@code chatcmpl-…}
 * @param created Unix seconds
 * @param model the model's name
 * @param promptTokens tokens of the prompt
 * @param choices how many choices
 * @param pieces the tokens of each choice
 * @param finishReason why each choice ended: {@code stop}, {@code length} or {@code tool_calls}
 */
record Answer(
        String id, long created, String model, int promptTokens, int choices, List<Piece> pieces, String finishReason) {

    /** Tokens of all choices. */
    int completionTokens() {
        return choices * pieces.size();
    }
}
