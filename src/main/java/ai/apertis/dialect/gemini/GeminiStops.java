package ai.apertis.dialect.gemini;

import ai.apertis.dialect.StopReason;

/** Finish reasons, both ways. */
final class GeminiStops {
    private GeminiStops() {}

    /** Google has no word for calls: an answer with calls stops like any other. */
    static StopReason read(String word, boolean calls) {
        return switch (word) {
            case "STOP", "FINISH_REASON_UNSPECIFIED" -> calls ? StopReason.TOOL_CALLS : StopReason.END;
            case "MAX_TOKENS" -> StopReason.LENGTH;
            case "SAFETY",
                    "RECITATION",
                    "LANGUAGE",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION",
                    "MODEL_ARMOR" -> StopReason.CONTENT_FILTER;
            case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL" -> StopReason.MALFORMED_CALL;
            default -> StopReason.OTHER;
        };
    }

    static String write(StopReason reason) {
        return switch (reason) {
            case END, STOP_SEQUENCE, TOOL_CALLS, PAUSE -> "STOP";
            case LENGTH -> "MAX_TOKENS";
            case CONTENT_FILTER, REFUSAL -> "SAFETY";
            case MALFORMED_CALL -> "MALFORMED_FUNCTION_CALL";
            case OTHER -> "OTHER";
        };
    }
}
