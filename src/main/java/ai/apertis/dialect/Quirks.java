package ai.apertis.dialect;

import java.util.Set;

/**
 * What a provider, or one of its models, does differently from the dialect it speaks.
 *
 * @param maxTokensField the name of the limit of tokens in OpenAI Chat: {@code max_tokens} or {@code max_completion_tokens}
 * @param developerRole whether the role {@code developer} is known; else it is written {@code system}
 * @param effort how effort is told
 * @param reasoningField where earlier reasoning is repeated in OpenAI Chat; empty where it must not be
 * @param cacheControl whether OpenAI Chat messages may carry {@code cache_control}
 * @param refused parameters that are answered with an error and therefore refused before
 */
public record Quirks(
        String maxTokensField,
        boolean developerRole,
        EffortForm effort,
        String reasoningField,
        boolean cacheControl,
        Set<Parameter> refused) {
    /** The ways of telling how much to reason. */
    public enum EffortForm {
        /** OpenAI's {@code reasoning_effort}; Anthropic's {@code effort} with adaptive thinking; Gemini 3's level. */
        WORD,
        /** A budget in tokens: Claude before 4.6, Gemini 2.5. */
        BUDGET,
        /** OpenRouter's {@code reasoning} object. */
        REASONING_OBJECT,
        /** {@code thinking: {type: enabled}} of Z.ai, ByteDance, DeepSeek, Moonshot. */
        THINKING_OBJECT,
        /** {@code enable_thinking} and {@code thinking_budget} of Alibaba. */
        ENABLE_THINKING,
        /** Not at all. */
        NONE
    }

    /** Copies the set. */
    public Quirks {
        refused = Set.copyOf(refused);
    }
}
