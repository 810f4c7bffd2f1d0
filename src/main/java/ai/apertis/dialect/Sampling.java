package ai.apertis.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are chosen and when to stop. Null means not told.
 *
 * @param temperature 0 to 2
 * @param topP nucleus
 * @param topK candidates
 * @param maxTokens the most tokens to generate, reasoning included
 * @param stop sequences that end the answer
 * @param seed for repeatable sampling
 * @param presencePenalty -2 to 2
 * @param frequencyPenalty -2 to 2
 * @param n how many answers
 * @param logprobs whether to tell log probabilities
 * @param topLogprobs how many alternatives of each token to tell
 * @param logitBias OpenAI's map of token ids to biases
 */
public record Sampling(
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Long topK,
        @Nullable Long maxTokens,
        List<String> stop,
        @Nullable Long seed,
        @Nullable Double presencePenalty,
        @Nullable Double frequencyPenalty,
        @Nullable Long n,
        @Nullable Boolean logprobs,
        @Nullable Long topLogprobs,
        @Nullable JsonNode logitBias) {
    /** Copies the stop sequences. */
    public Sampling {
        stop = List.copyOf(stop);
    }

    /**
     * The same with another limit of tokens.
     *
     * @param limit tokens
     * @return a copy
     */
    public Sampling withMaxTokens(long limit) {
        return new Sampling(
                temperature,
                topP,
                topK,
                limit,
                stop,
                seed,
                presencePenalty,
                frequencyPenalty,
                n,
                logprobs,
                topLogprobs,
                logitBias);
    }
}
