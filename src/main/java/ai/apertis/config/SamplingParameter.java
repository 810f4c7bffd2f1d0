package ai.apertis.config;

import java.util.Locale;

/** A parameter of sampling that a model may refuse, by the names used in the configuration, which are OpenAI's. */
public enum SamplingParameter {
    /** How daring the choice of tokens is. */
    TEMPERATURE,
    /** Sampling from the likeliest tokens that together have this probability. */
    TOP_P,
    /** Sampling from the best k. */
    TOP_K,
    /** Less of what was said. */
    PRESENCE_PENALTY,
    /** Less of what was said often. */
    FREQUENCY_PENALTY,
    /** Log probabilities, and how many alternatives of each token. */
    LOGPROBS,
    /** Biases of tokens. */
    LOGIT_BIAS;

    /**
     * The name as written in the configuration.
     *
     * @return for instance {@code top_p}
     */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
