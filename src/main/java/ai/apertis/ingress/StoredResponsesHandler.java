package ai.apertis.ingress;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.responses.ResponsesDialect;
import ai.apertis.dialect.responses.StoredItems;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.ResponseKeeper;
import ai.apertis.ledger.StoredResponse;
import ai.apertis.ledger.StoredResponses;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells, cancels and deletes stored responses. That of another account is answered like one that never was. */
final class StoredResponsesHandler {
    private static final int MOST_LINKS = 1_000;
    private static final ApiError LOST =
            ApiError.server(500, "server_error", "The process that made this response ended before it was complete.");

    private final StoredResponses stored;
    private final ResponseKeeper keeper;
    private final long mostBytes;

    StoredResponsesHandler(StoredResponses stored, ResponseKeeper keeper, long mostBytes) {
        this.stored = stored;
        this.keeper = keeper;
        this.mostBytes = mostBytes;
    }

    void get(Exchange exchange, KeyRecord key, String id) {
        if ("true".equals(exchange.request().getParam("stream"))) {
            exchange.fail(ApiError.invalidParameter(
                    "stream", "Stored responses are not streamed; leave 'stream' out and poll until it is finished."));
            return;
        }
        tell(exchange, find(id, key).map(StoredResponsesHandler::object));
    }

    private Future<StoredResponse> find(String id, KeyRecord key) {
        return stored.get(id, key.accountId())
                .recover(Errors::unavailable)
                .map(found -> found.orElseThrow(() -> notFound(id).exception()));
    }

    private static ObjectNode object(StoredResponse row) {
        ObjectNode response = Json.answer(row.body().getBytes(StandardCharsets.UTF_8));
        if (row.status().equals("failed") && !response.path("status").asText().equals("failed")) {
            ResponsesDialect.fail(response, LOST);
        }
        return response;
    }

    void delete(Exchange exchange, KeyRecord key, String id) {
        tell(
                exchange,
                stored.delete(id, key.accountId()).recover(Errors::unavailable).map(deleted -> {
                    if (!deleted) {
                        throw notFound(id).exception();
                    }
                    keeper.abandon(id);
                    return Json.object().put("id", id).put("object", "response").put("deleted", true);
                }));
    }

    /** Cancelling what is finished tells it as it is. */
    void cancel(Exchange exchange, KeyRecord key, String id) {
        tell(exchange, find(id, key).compose(row -> {
            if (!row.background()) {
                return Future.failedFuture(ApiError.badRequest(
                                "invalid_request", "Only a response made with 'background' can be cancelled.", null)
                        .exception());
            }
            ObjectNode response = object(row);
            if (row.finished()) {
                return Future.succeededFuture(response);
            }
            response.put("status", "cancelled");
            return stored.cancel(id, key.accountId(), Json.text(response)).compose(cancelled -> {
                if (!cancelled) {
                    return find(id, key).map(StoredResponsesHandler::object);
                }
                keeper.abandon(id);
                return Future.succeededFuture(response);
            });
        }));
    }

    /** Everything that the model was given: what the response continues, then what was new. */
    void inputItems(Exchange exchange, KeyRecord key, String id) {
        tell(
                exchange,
                stored.chain(id, key.accountId(), MOST_LINKS, mostBytes)
                        .recover(Errors::unavailable)
                        .map(turns -> {
                            if (turns.isEmpty()) {
                                throw notFound(id).exception();
                            }
                            return page(given(turns), exchange.request());
                        }));
    }

    private static List<ObjectNode> given(List<StoredResponse> turns) {
        List<ObjectNode> items = new ArrayList<>();
        for (StoredResponse turn : turns.subList(0, turns.size() - 1)) {
            items.addAll(StoredItems.read(turn.input()));
            items.addAll(StoredItems.of(object(turn).path("output")));
        }
        items.addAll(StoredItems.read(turns.getLast().input()));
        return items;
    }

    private static ObjectNode page(List<ObjectNode> items, HttpServerRequest request) {
        int limit = ModelList.size(request, "limit", 20, 100);
        String order = request.getParam("order", "desc");
        if (!order.equals("asc") && !order.equals("desc")) {
            throw ApiError.invalidParameter("order", "'order' must be 'asc' or 'desc'.")
                    .exception();
        }
        List<ObjectNode> sorted = new ArrayList<>(items);
        if (order.equals("desc")) {
            Collections.reverse(sorted);
        }
        int from = after(sorted, request.getParam("after"));
        List<ObjectNode> page = sorted.subList(from, Math.min(sorted.size(), from + limit));
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        data.addAll(page);
        return list.put(
                        "first_id",
                        page.isEmpty() ? null : page.getFirst().path("id").asText())
                .put(
                        "last_id",
                        page.isEmpty() ? null : page.getLast().path("id").asText())
                .put("has_more", from + limit < sorted.size());
    }

    private static int after(List<ObjectNode> items, @Nullable String id) {
        if (id == null) {
            return 0;
        }
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).path("id").asText().equals(id)) {
                return i + 1;
            }
        }
        throw ApiError.invalidParameter("after", "'after' names no item of this response.")
                .exception();
    }

    private static void tell(Exchange exchange, Future<ObjectNode> told) {
        told.onSuccess(body -> exchange.json(200, Json.bytes(body))).onFailure(exchange::fail);
    }

    private static ApiError notFound(String id) {
        String shown = id.length() > 200 ? id.substring(0, 200) + "…" : id;
        return new ApiError(
                404, "invalid_request_error", "response_not_found", "Response with id '" + shown + "' not found.");
    }
}
