package ai.apertis.dialect.openai;

import ai.apertis.dialect.StopReason;

/** Finish reasons, both ways. */
final class ChatStops {
    private ChatStops() {}

    /** Reads a provider's word. Calls without their own word count as such: agents act on the reason. */
    static StopReason read(String word, boolean calls) {
        return switch (word) {
            case "stop", "eos", "end_turn", "stop_sequence" -> calls ? StopReason.TOOL_CALLS : StopReason.END;
            case "length", "max_tokens", "model_length" -> StopReason.LENGTH;
            case "tool_calls", "function_call", "tool_use" -> StopReason.TOOL_CALLS;
            case "content_filter" -> StopReason.CONTENT_FILTER;
            case "refusal" -> StopReason.REFUSAL;
            default -> StopReason.OTHER;
        };
    }

    /** OpenAI's word. */
    static String write(StopReason reason) {
        return switch (reason) {
            case END, STOP_SEQUENCE, PAUSE, OTHER, MALFORMED_CALL -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER, REFUSAL -> "content_filter";
        };
    }
}
