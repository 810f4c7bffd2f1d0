package ai.apertis.dialect.anthropic;

import ai.apertis.dialect.StopReason;

/** Stop reasons, both ways. */
final class AnthropicStops {
    private AnthropicStops() {}

    static StopReason read(String word) {
        return switch (word) {
            case "end_turn" -> StopReason.END;
            case "max_tokens", "model_context_window_exceeded" -> StopReason.LENGTH;
            case "stop_sequence" -> StopReason.STOP_SEQUENCE;
            case "tool_use" -> StopReason.TOOL_CALLS;
            case "pause_turn" -> StopReason.PAUSE;
            case "refusal" -> StopReason.REFUSAL;
            default -> StopReason.OTHER;
        };
    }

    static String write(StopReason reason) {
        return switch (reason) {
            case END, OTHER, MALFORMED_CALL -> "end_turn";
            case STOP_SEQUENCE -> "stop_sequence";
            case LENGTH -> "max_tokens";
            case TOOL_CALLS -> "tool_use";
            case CONTENT_FILTER, REFUSAL -> "refusal";
            case PAUSE -> "pause_turn";
        };
    }
}
