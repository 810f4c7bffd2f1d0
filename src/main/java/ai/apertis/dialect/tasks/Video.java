package ai.apertis.dialect.tasks;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.ProviderErrors;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What a provider of OpenAI's form says of a video (OpenAI, API reference, "The video object").
 *
 * @param id its id there
 * @param status how far it is
 * @param progress in percent, null when not told
 * @param seconds its length, null when not told or not to be believed
 * @param size its width and height, null when not told
 * @param error why it failed: OpenAI's form of an error without addresses and keys, null when it has not
 */
public record Video(
        String id,
        Status status,
        @Nullable Integer progress,
        @Nullable Integer seconds,
        @Nullable String size,
        @Nullable ObjectNode error) {
    private static final int MOST_SECONDS = 3_600;
    private static final int LONGEST_ID = 500;

    /** How far a video is, in the words of {@code GET /v1/video/query}. */
    public enum Status {
        /** Taken, not begun. */
        PENDING("pending"),
        /** Being made. */
        PROCESSING("processing"),
        /** There. */
        COMPLETED("completed"),
        /** Came to nothing. */
        FAILED("failed");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        /**
         * The word that clients read.
         *
         * @return for instance {@code pending}
         */
        public String word() {
            return word;
        }
    }

    /**
     * Reads an answer.
     *
     * @param body the provider's bytes
     * @return what it says
     * @throws ai.apertis.dialect.ApiException a 502 when it tells of no video
     */
    public static Video read(byte[] body) {
        ObjectNode root = Json.answer(body);
        String id = root.path("id").asText();
        if (id.isEmpty() || id.length() > LONGEST_ID) {
            throw Json.unreadable();
        }
        Status status = status(root.path("status").asText());
        return new Video(
                id,
                status,
                number(root.path("progress"), 0, 100),
                number(root.path("seconds"), 1, MOST_SECONDS),
                root.path("size").isTextual()
                        ? ProviderErrors.clean(root.path("size").textValue())
                        : null,
                status == Status.FAILED ? error(root.path("error")) : null);
    }

    /** An unknown word stands for something between the beginning and the end. */
    private static Status status(String word) {
        return switch (word) {
            case "queued", "pending", "submitted" -> Status.PENDING;
            case "completed", "succeeded" -> Status.COMPLETED;
            case "failed", "cancelled", "canceled", "expired" -> Status.FAILED;
            default -> Status.PROCESSING;
        };
    }

    private static @Nullable Integer number(JsonNode told, int min, int max) {
        double number = told.isNumber() || told.isTextual() ? told.asDouble(-1) : -1;
        return number >= min && number <= max ? Integer.valueOf((int) Math.ceil(number)) : null;
    }

    private static ObjectNode error(JsonNode told) {
        String message =
                told.isTextual() ? told.textValue() : told.path("message").asText();
        return error(
                told.path("code").isTextual()
                        ? ProviderErrors.clean(told.path("code").textValue())
                        : "video_failed",
                message.isBlank() ? "The provider could not make the video." : ProviderErrors.clean(message));
    }

    /**
     * An error as a failed video tells it.
     *
     * @param code for programs
     * @param message for people
     * @return {@code {code, message}}
     */
    public static ObjectNode error(String code, String message) {
        return Json.object().put("code", code).put("message", message);
    }

    /** What the client is told when it failed before it was taken. */
    ApiError refusal() {
        return ProviderErrors.of(
                400, null, error == null ? null : error.path("message").asText(), null);
    }
}
