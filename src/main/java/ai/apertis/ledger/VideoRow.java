package ai.apertis.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A video that is being made, or was.
 *
 * @param id the gateway's own: {@code video_} and 160 bits of randomness
 * @param model the catalogue id of the model
 * @param provider who makes it, null until somebody has taken it
 * @param upstreamId its id there, null until somebody has taken it
 * @param status {@code pending}, {@code processing}, {@code completed} or {@code failed}
 * @param body what the client is told of it beside, a JSON object
 * @param createdAt when it was asked for
 */
public record VideoRow(
        String id,
        String model,
        @Nullable String provider,
        @Nullable String upstreamId,
        String status,
        String body,
        Instant createdAt) {
    /**
     * Whether nothing about it will change any more.
     *
     * @return true when it is there or came to nothing
     */
    public boolean ended() {
        return status.equals("completed") || status.equals("failed");
    }
}
