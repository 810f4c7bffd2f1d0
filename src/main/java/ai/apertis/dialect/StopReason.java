package ai.apertis.dialect;

/** Why a model stopped. */
public enum StopReason {
    /** It was done. */
    END,
    /** It wrote one of the client's stop sequences. */
    STOP_SEQUENCE,
    /** It reached the limit of tokens. */
    LENGTH,
    /** It wants tools to be run. */
    TOOL_CALLS,
    /** A filter stopped it. */
    CONTENT_FILTER,
    /** It declined. */
    REFUSAL,
    /** A long turn was paused and can be taken up again (Anthropic). */
    PAUSE,
    /** The call it wrote was not well-formed (Gemini). */
    MALFORMED_CALL,
    /** Anything else. */
    OTHER
}
