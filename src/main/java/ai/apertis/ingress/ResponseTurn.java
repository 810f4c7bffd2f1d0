package ai.apertis.ingress;

import ai.apertis.dialect.Json;
import ai.apertis.dialect.responses.ResponsesCall;
import ai.apertis.dialect.responses.StoredItems;
import ai.apertis.ledger.ResponseIds;
import ai.apertis.ledger.ResponseKeeper;
import ai.apertis.ledger.StoredResponse;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One request of the Responses API and its answer as they are kept, under an id of the gateway's own. */
final class ResponseTurn {
    /** A client does not wait longer than this for its answer to be kept; it is kept all the same. */
    private static final long KEEP_WAIT_MILLIS = 1_000;

    private final ResponseKeeper keeper;
    private final long account;
    private final ResponsesCall call;
    private final boolean kept;
    private final List<ObjectNode> input;
    private final String id = ResponseIds.next(Instant.now());

    /**
     * A turn.
     *
     * @param keeper keeps it
     * @param account whose it is
     * @param call what was asked
     * @param kept whether it is kept at all; otherwise only what it continues is told
     * @param input the items that are new in it
     */
    ResponseTurn(ResponseKeeper keeper, long account, ResponsesCall call, boolean kept, List<ObjectNode> input) {
        this.keeper = keeper;
        this.account = account;
        this.call = call;
        this.kept = kept;
        this.input = input;
    }

    String id() {
        return id;
    }

    /** Writes into a response object what its provider cannot know, and what strict clients miss. */
    void mark(ObjectNode response) {
        if (kept) {
            response.put("id", id);
        }
        if (!response.path("object").isTextual()) {
            response.put("object", "response");
        }
        if (!response.path("created_at").isNumber()) {
            response.put("created_at", Instant.now().getEpochSecond());
        }
        response.put("store", kept);
        response.put("previous_response_id", call.previousId());
        response.set("instructions", call.instructions());
        if (call.background()) {
            response.put("background", true);
        }
    }

    /**
     * Keeps the answer, and waits for it a little.
     *
     * @param response the whole of it
     * @return never fails
     */
    Future<Void> keep(ObjectNode response) {
        return kept
                ? keeper.keep(row(response), call.background())
                        .timeout(KEEP_WAIT_MILLIS, TimeUnit.MILLISECONDS)
                        .otherwiseEmpty()
                : Future.succeededFuture();
    }

    /**
     * Keeps a response that is only about to be made.
     *
     * @param response as it is told now
     * @return fails when it is not kept in time
     */
    Future<Void> begin(ObjectNode response) {
        return keeper.keep(row(response), false).timeout(KEEP_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private StoredResponse row(ObjectNode response) {
        ArrayNode items = Json.array();
        items.addAll(input);
        List<String> ids = new ArrayList<>(StoredItems.ids(input));
        ids.addAll(StoredItems.ids(StoredItems.of(response.path("output"))));
        return new StoredResponse(
                id,
                account,
                call.previousId(),
                response.path("status").asText("completed"),
                call.background(),
                Json.text(items),
                Json.text(response),
                ids);
    }
}
