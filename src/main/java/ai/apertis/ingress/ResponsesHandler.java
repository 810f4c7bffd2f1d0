package ai.apertis.ingress;

import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.responses.ResponsesCall;
import ai.apertis.dialect.responses.ResponsesDialect;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.ResponseKeeper;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * {@code POST /v1/responses}: has the conversation that it stands for answered like any other, and keeps the
 * answer.
 */
final class ResponsesHandler {
    private final Door door;
    private final BodyReader bodies;
    private final ConversationHandler conversations;
    private final ResponsesLookup lookup;
    private final ResponseKeeper keeper;

    ResponsesHandler(
            Door door,
            BodyReader bodies,
            ConversationHandler conversations,
            ResponsesLookup lookup,
            ResponseKeeper keeper) {
        this.door = door;
        this.bodies = bodies;
        this.conversations = conversations;
        this.lookup = lookup;
        this.keeper = keeper;
    }

    void handle(Exchange exchange) {
        if (!bodies.letsIn(exchange)) {
            return;
        }
        Future<Buffer> body = bodies.read(exchange);
        door.enter(exchange)
                .compose(key -> body.compose(bytes -> lookup.whole(key, bytes.getBytes()))
                        .map(whole -> begin(exchange, key, whole)))
                .onSuccess(Conversation::admit)
                .onFailure(exchange::fail);
    }

    private Conversation begin(Exchange exchange, KeyRecord key, ResponsesLookup.Whole whole) {
        ResponsesCall call = whole.call();
        boolean kept = call.store() && keeper.keeps();
        if (call.background() && !kept) {
            throw ApiError.invalidParameter("background", "'background' is not available: nothing is stored here.")
                    .exception();
        }
        ResponseTurn turn =
                new ResponseTurn(keeper, key.accountId(), call, kept, kept ? call.input(whole.referred()) : List.of());
        Keeping keeping = Keeping.NONE;
        if (call.background()) {
            byte[] body = call.whole(whole.history(), whole.referred());
            keeping = new BackgroundResponse(exchange, keeper, turn, ResponsesDialect.begun(body, turn.id(), "queued"));
        } else if (kept || call.previousId() != null) {
            keeping = (client, paying, abandon) -> new KeptAnswer(client, turn);
        }
        return conversations.begin(exchange, key, whole.request(), keeping);
    }
}
