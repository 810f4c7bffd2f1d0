package ai.apertis.dialect;

import ai.apertis.config.DialectName;
import ai.apertis.config.SamplingParameter;

/** Parameters of the canonical request that some dialects lack, with the name each client dialect gives them. */
public enum Parameter {
    /** Several answers. */
    N("n", "n", "n", "generationConfig.candidateCount"),
    /** Repeatable sampling. */
    SEED("seed", "seed", "seed", "generationConfig.seed"),
    /** How daring the choice of tokens is. */
    TEMPERATURE("temperature", "temperature", "temperature", "generationConfig.temperature"),
    /** Sampling from the likeliest. */
    TOP_P("top_p", "top_p", "top_p", "generationConfig.topP"),
    /** Sampling from the best k. */
    TOP_K("top_k", "top_k", "top_k", "generationConfig.topK"),
    /** Sequences that end the answer. */
    STOP("stop", "stop", "stop_sequences", "generationConfig.stopSequences"),
    /** Less of what was said. */
    PRESENCE_PENALTY("presence_penalty", "presence_penalty", "presence_penalty", "generationConfig.presencePenalty"),
    /** Less of what was said often. */
    FREQUENCY_PENALTY(
            "frequency_penalty", "frequency_penalty", "frequency_penalty", "generationConfig.frequencyPenalty"),
    /** Log probabilities. */
    LOGPROBS("logprobs", "top_logprobs", "logprobs", "generationConfig.responseLogprobs"),
    /** Biases of tokens. */
    LOGIT_BIAS("logit_bias", "logit_bias", "logit_bias", "logit_bias"),
    /** A JSON object without a schema. */
    JSON_OBJECT("response_format", "text.format", "output_config.format", "generationConfig.responseMimeType"),
    /** JSON by a schema. */
    JSON_SCHEMA("response_format", "text.format", "output_config.format", "generationConfig.responseJsonSchema"),
    /** No or several calls at once. */
    PARALLEL_TOOL_CALLS(
            "parallel_tool_calls",
            "parallel_tool_calls",
            "tool_choice.disable_parallel_tool_use",
            "parallel_tool_calls"),
    /** Tools that take free text. */
    CUSTOM_TOOLS("tools", "tools", "tools", "tools"),
    /** How long-winded. */
    VERBOSITY("verbosity", "text.verbosity", "verbosity", "verbosity"),
    /** How much to reason. */
    THINKING("reasoning_effort", "reasoning", "thinking", "generationConfig.thinkingConfig"),
    /** The client's user. */
    USER("user", "user", "metadata.user_id", "user"),
    /** The client's notes. */
    METADATA("metadata", "metadata", "metadata", "labels"),
    /** The provider's class of service. */
    SERVICE_TIER("service_tier", "service_tier", "service_tier", "serviceTier"),
    /** Where to cache the prompt up to. */
    CACHE_MARK("cache_control", "cache_control", "cache_control", "cachedContent"),
    /** Media by the id of an uploaded file. */
    FILE_ID(
            "messages[].content[].file.file_id",
            "input[].content[].file_id",
            "messages[].content[].source.file_id",
            "contents[].parts[].fileData.fileUri"),
    /** Media by address. */
    FILE_URL(
            "messages[].content[].file.file_data",
            "input[].content[].file_url",
            "messages[].content[].source.url",
            "contents[].parts[].fileData.fileUri"),
    /** Sound. */
    AUDIO(
            "messages[].content[].input_audio",
            "input[].content[].input_audio",
            "messages[].content[].source",
            "contents[].parts[].inlineData"),
    /** Films. */
    VIDEO(
            "messages[].content[].video_url",
            "input[].content[].input_file",
            "messages[].content[].source",
            "contents[].parts[].inlineData"),
    /** Exact arguments. */
    STRICT("tools[].function.strict", "tools[].strict", "tools[].strict", "strict");

    private final String openai;
    private final String responses;
    private final String anthropic;
    private final String gemini;

    Parameter(String openai, String responses, String anthropic, String gemini) {
        this.openai = openai;
        this.responses = responses;
        this.anthropic = anthropic;
        this.gemini = gemini;
    }

    /**
     * A parameter that a model may refuse.
     *
     * @param parameter as the configuration names it
     * @return the same here
     */
    public static Parameter of(SamplingParameter parameter) {
        return switch (parameter) {
            case TEMPERATURE -> TEMPERATURE;
            case TOP_P -> TOP_P;
            case TOP_K -> TOP_K;
            case PRESENCE_PENALTY -> PRESENCE_PENALTY;
            case FREQUENCY_PENALTY -> FREQUENCY_PENALTY;
            case LOGPROBS -> LOGPROBS;
            case LOGIT_BIAS -> LOGIT_BIAS;
        };
    }

    /**
     * Its name for clients of a dialect.
     *
     * @param dialect the client's
     * @return a field, with its path
     */
    public String in(DialectName dialect) {
        return switch (dialect) {
            case OPENAI -> openai;
            case OPENAI_RESPONSES -> responses;
            case ANTHROPIC -> anthropic;
            case GEMINI -> gemini;
        };
    }
}
