package ai.apertis.ledger;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the Responses API as it is kept.
 *
 * @param id made by {@link ResponseIds}
 * @param accountId whose it is
 * @param previousId the response that it continues, null when none
 * @param status {@code queued}, {@code in_progress}, {@code completed}, {@code incomplete}, {@code failed} or
 *     {@code cancelled}
 * @param background whether it is made without its client waiting
 * @param input the items that were new in the request, a JSON array
 * @param body the response object, JSON
 * @param itemIds the ids of the items in both
 */
public record StoredResponse(
        String id,
        long accountId,
        @Nullable String previousId,
        String status,
        boolean background,
        String input,
        String body,
        List<String> itemIds) {
    /** Copies the ids. */
    public StoredResponse {
        itemIds = List.copyOf(itemIds);
    }

    /**
     * Whether nothing more is to come.
     *
     * @return false for one that is queued or in progress
     */
    public boolean finished() {
        return !status.equals("queued") && !status.equals("in_progress");
    }

    /**
     * What it takes of its account's room.
     *
     * @return bytes
     */
    public long bytes() {
        return (long) input.getBytes(StandardCharsets.UTF_8).length + body.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * The same one further on.
     *
     * @param now its status
     * @param told the response object, JSON
     * @param ids of the items in it and in the input
     * @return a copy
     */
    public StoredResponse with(String now, String told, List<String> ids) {
        return new StoredResponse(id, accountId, previousId, now, background, input, told, ids);
    }
}
