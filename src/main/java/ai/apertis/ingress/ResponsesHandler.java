package ai.apertis.ingress;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.responses.ResponsesCall;
import ai.apertis.dialect.responses.ResponsesDialect;
import ai.apertis.dialect.responses.StoredItems;
import ai.apertis.dialect.translation.ClientRequests;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.ResponseKeeper;
import ai.apertis.ledger.StoredResponse;
import ai.apertis.ledger.StoredResponses;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code POST /v1/responses}: makes a conversation that stands for itself out of what the client sent and what is stored,
 * has it answered like any other, and keeps the answer.
 */
final class ResponsesHandler {
    private static final int MOST_LINKS = 1_000;

    private final Door door;
    private final BodyReader bodies;
    private final ConversationHandler conversations;
    private final StoredResponses stored;
    private final ResponseKeeper keeper;
    private final long mostBytes;

    ResponsesHandler(
            Door door,
            BodyReader bodies,
            ConversationHandler conversations,
            StoredResponses stored,
            ResponseKeeper keeper,
            long mostBytes) {
        this.door = door;
        this.bodies = bodies;
        this.conversations = conversations;
        this.stored = stored;
        this.keeper = keeper;
        this.mostBytes = mostBytes;
    }

    /** A request with all that it continues and refers to. */
    record Whole(ResponsesCall call, List<ObjectNode> history, Map<String, ObjectNode> referred) {
        ClientRequest request() {
            return ClientRequests.kept(call, history, referred);
        }
    }

    void handle(Exchange exchange) {
        Future<Buffer> body = bodies.read(exchange.request());
        door.enter(exchange)
                .compose(key -> body.compose(bytes -> whole(key, ResponsesCall.read(bytes.getBytes())))
                        .map(whole -> begin(exchange, key, whole)))
                .onSuccess(Conversation::admit)
                .onFailure(exchange::fail);
    }

    /** Looks up what a request continues and refers to. */
    Future<Whole> whole(KeyRecord key, ResponsesCall call) {
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

    private Conversation begin(Exchange exchange, KeyRecord key, Whole whole) {
        ResponsesCall call = whole.call();
        boolean kept = call.store() && keeper.keeps();
        if (call.background() && !kept) {
            throw ApiError.invalidParameter("background", "'background' is not available: nothing is stored here.")
                    .exception();
        }
        ResponseTurn turn = new ResponseTurn(keeper, key.accountId(), call, kept, call.input(whole.referred()));
        Keeping keeping = Keeping.NONE;
        if (call.background()) {
            byte[] body = call.whole(whole.history(), whole.referred());
            keeping = new BackgroundResponse(exchange, keeper, turn, ResponsesDialect.begun(body, turn.id(), "queued"));
        } else if (kept || call.previousId() != null) {
            keeping = (client, paying, abandon) -> new KeptAnswer(client, turn);
        }
        return conversations.begin(exchange, key, whole.request(), keeping);
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
