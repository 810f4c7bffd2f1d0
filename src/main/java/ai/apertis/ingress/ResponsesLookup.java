package ai.apertis.ingress;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.responses.ResponsesCall;
import ai.apertis.dialect.responses.StoredItems;
import ai.apertis.dialect.translation.ClientRequests;
import ai.apertis.dialect.translation.CountRequest;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.StoredResponse;
import ai.apertis.ledger.StoredResponses;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes a conversation that stands for itself out of what a client of the Responses API sent and what is stored. */
public final class ResponsesLookup {
    private static final int MOST_LINKS = 1_000;

    private final StoredResponses stored;
    private final long mostBytes;

    /**
     * A lookup.
     *
     * @param stored where responses are
     * @param mostBytes how long a stored conversation may be to be continued, in bytes
     */
    public ResponsesLookup(StoredResponses stored, long mostBytes) {
        this.stored = stored;
        this.mostBytes = mostBytes;
    }

    /** A request with all that it continues and refers to. */
    record Whole(ResponsesCall call, List<ObjectNode> history, Map<String, ObjectNode> referred) {
        ClientRequest request() {
            return ClientRequests.kept(call, history, referred);
        }

        CountRequest count() {
            return CountRequest.responses(call.whole(history, referred));
        }
    }

    /**
     * Looks up what a request continues and refers to.
     *
     * @param key who asks
     * @param body of the request
     * @return fails with the refusal
     * @throws ai.apertis.dialect.ApiException a 400 that names what is wrong with the body
     */
    Future<Whole> whole(KeyRecord key, byte[] body) {
        ResponsesCall call = ResponsesCall.read(body);
        return history(key, call)
                .compose(history -> referred(key, call).map(referred -> new Whole(call, history, referred)));
    }

    private Future<List<ObjectNode>> history(KeyRecord key, ResponsesCall call) {
        String previous = call.previousId();
        if (previous == null) {
            return Future.succeededFuture(List.of());
        }
        return stored.chain(previous, key.accountId(), MOST_LINKS, mostBytes)
                .recover(Errors::unavailable)
                .map(turns -> {
                    if (turns.isEmpty()) {
                        throw notFound(previous).exception();
                    }
                    if (!turns.getLast().finished()) {
                        throw refuse("The response '" + previous + "' is not finished.")
                                .exception();
                    }
                    if (turns.getFirst().previousId() != null) {
                        throw refuse("The conversation of the response '" + previous
                                        + "' is not whole any more: an earlier"
                                        + " response was deleted or has expired, or it is too long.")
                                .exception();
                    }
                    return items(turns);
                });
    }

    private static List<ObjectNode> items(List<StoredResponse> turns) {
        List<ObjectNode> items = new ArrayList<>();
        turns.forEach(turn -> {
            items.addAll(StoredItems.read(turn.input()));
            items.addAll(output(turn));
        });
        return items;
    }

    private static List<ObjectNode> output(StoredResponse turn) {
        JsonNode response = Json.parse(turn.body());
        return response == null ? List.of() : StoredItems.of(response.path("output"));
    }

    private Future<Map<String, ObjectNode>> referred(KeyRecord key, ResponsesCall call) {
        Map<String, String> references = call.references();
        if (references.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return stored.holding(references.keySet(), key.accountId())
                .recover(Errors::unavailable)
                .map(turns -> {
                    Map<String, ObjectNode> found = new HashMap<>();
                    for (ObjectNode item : items(turns)) {
                        found.putIfAbsent(item.path("id").asText(""), item);
                    }
                    found.keySet().retainAll(references.keySet());
                    references.forEach((id, place) -> {
                        if (!found.containsKey(id)) {
                            throw new ApiError(
                                            404,
                                            "invalid_request_error",
                                            "item_not_found",
                                            "Item with id '" + id + "' not found.",
                                            place,
                                            0)
                                    .exception();
                        }
                    });
                    return found;
                });
    }

    private static ApiError notFound(String id) {
        return new ApiError(
                400,
                "invalid_request_error",
                "previous_response_not_found",
                "Previous response with id '" + id + "' not found.",
                "previous_response_id",
                0);
    }

    private static ApiError refuse(String message) {
        return ApiError.invalidParameter("previous_response_id", message);
    }
}
