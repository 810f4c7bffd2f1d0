package ai.apertis.dialect;

import ai.apertis.config.SamplingParameter;
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

    /**
     * The same without a parameter.
     *
     * @param parameter which
     * @return a copy, or this one when it is not told
     */
    public Sampling without(SamplingParameter parameter) {
        if (!tells(parameter)) {
            return this;
        }
        boolean logs = parameter == SamplingParameter.LOGPROBS;
        return new Sampling(
                parameter == SamplingParameter.TEMPERATURE ? null : temperature,
                parameter == SamplingParameter.TOP_P ? null : topP,
                parameter == SamplingParameter.TOP_K ? null : topK,
                maxTokens,
                stop,
                seed,
                parameter == SamplingParameter.PRESENCE_PENALTY ? null : presencePenalty,
                parameter == SamplingParameter.FREQUENCY_PENALTY ? null : frequencyPenalty,
                n,
                logs ? null : logprobs,
                logs ? null : topLogprobs,
                parameter == SamplingParameter.LOGIT_BIAS ? null : logitBias);
    }

    /**
     * Whether a parameter is told and asks for something.
     *
     * @param parameter which
     * @return false for log probabilities that are not wanted and biases of no token
     */
    public boolean tells(SamplingParameter parameter) {
        return switch (parameter) {
            case TEMPERATURE -> temperature != null;
            case TOP_P -> topP != null;
            case TOP_K -> topK != null;
            case PRESENCE_PENALTY -> presencePenalty != null;
            case FREQUENCY_PENALTY -> frequencyPenalty != null;
            case LOGPROBS -> Boolean.TRUE.equals(logprobs) || (topLogprobs != null && topLogprobs > 0);
            case LOGIT_BIAS -> logitBias != null && !logitBias.isEmpty();
        };
    }
}
