package ai.apertis.config;

import java.util.Set;

/**
 * Where a provider departs from the dialect that it speaks, as data, so that encoders need no branch per vendor. What a
 * client wrote in the provider's own dialect stays the client's word; what the gateway adds by itself obeys this too.
 *
 * @param refusedParameters top-level request parameters that the provider answers with an error
 * @param maxTokensName what the bound of the answer's length is called there
 * @param systemRole the role of instructions there: {@code system} or {@code developer}
 * @param reasoningField where reasoning text stands in its messages and deltas: {@code reasoning_content} or
 *     {@code reasoning}
 * @param requiredToolChoice the value of {@code tool_choice} that forces a call of any tool: {@code required} or
 *     {@code any}
 * @param streamUsage how its streams come to carry usage
 * @param effort how a wish about reasoning is told in OpenAI Chat
 * @param repeatsReasoning whether it wants earlier reasoning back in OpenAI Chat messages
 * @param cacheControl whether OpenAI Chat messages and tools may carry {@code cache_control}
 * @param showsReasoning whether its streams carry all reasoning that it charges for, so that what a stream has cost can be
 *     told from what has passed
 * @param prefill how a model that can is made to go on from the beginning of an answer
 */
public record Quirks(
        Set<String> refusedParameters,
        String maxTokensName,
        String systemRole,
        String reasoningField,
        String requiredToolChoice,
        StreamUsage streamUsage,
        Effort effort,
        boolean repeatsReasoning,
        boolean cacheControl,
        boolean showsReasoning,
        Prefill prefill) {

    /** The dialect as published, with the names that most of its copies understand. */
    public static final Quirks NONE = new Quirks(
            Set.of(),
            "max_tokens",
            "system",
            "reasoning_content",
            "required",
            StreamUsage.ASKED,
            Effort.REASONING_EFFORT,
            false,
            false,
            false,
            Prefill.NONE);

    /** How a provider's streams come to carry usage. */
    public enum StreamUsage {
        /** When {@code stream_options.include_usage} asks for it. */
        ASKED,
        /** Always; {@code stream_options} is not sent. */
        ALWAYS,
        /** Never; {@code stream_options} is not sent and tokens are counted here. */
        NEVER
    }

    /** How a model is made to go on from the beginning of an answer. */
    public enum Prefill {
        /** Not at all. */
        NONE,
        /** By a message of the assistant at the end, as at Anthropic (before Claude 4.6) and OpenRouter. */
        MESSAGE,
        /** By such a message with {@code prefix: true}, as at DeepSeek. */
        PREFIX,
        /** The same, and the answer begins with what it was given, as at Mistral. */
        REPEATED_PREFIX
    }

    /** The ways of telling how much to reason. */
    public enum Effort {
        /** {@code reasoning_effort: high}, OpenAI's own. */
        REASONING_EFFORT,
        /** {@code reasoning: {effort: high}} of OpenRouter. */
        REASONING,
        /** {@code thinking: {type: enabled}} of Z.ai, ByteDance, DeepSeek, Moonshot. */
        THINKING,
        /** {@code enable_thinking} and {@code thinking_budget} of Alibaba. */
        ENABLE_THINKING,
        /** Not at all. */
        NONE
    }

    /** Copies the set. */
    public Quirks {
        refusedParameters = Set.copyOf(refusedParameters);
    }
}
