package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Settlement;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Json;
import ai.apertis.dispatch.Answer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the Responses API on its way to a client who may come back to it: told under our own id, and kept before its
 * last event goes out, so that whoever saw the end can continue at once.
 */
final class KeptAnswer extends PassedAnswer implements ResponseEvents.Sink {
    private final ResponseTurn turn;
    private final ResponseEvents events = new ResponseEvents();
    private @Nullable ObjectNode last;
    private Buffer heldBack = Buffer.buffer();

    KeptAnswer(Answer client, ResponseTurn turn) {
        super(client);
        this.turn = turn;
    }

    @Override
    public void write(Buffer bytes) {
        events.read(bytes, this);
    }

    @Override
    public void others(Buffer untouched) {
        if (last == null) {
            super.write(untouched);
        } else {
            heldBack.appendBuffer(untouched);
        }
    }

    @Override
    public void response(String type, ObjectNode event) {
        ObjectNode response = (ObjectNode) event.get("response");
        turn.mark(response);
        if (ResponseEvents.isLast(type)) {
            last = response;
        }
        others(ResponseEvents.write(type, event));
    }

    @Override
    public void end(Charge charge, @Nullable Settlement settlement) {
        afterKeeping(() -> super.end(charge, settlement));
    }

    @Override
    public void cut(Charge charge, @Nullable Settlement settlement, @Nullable ApiError error) {
        afterKeeping(() -> super.cut(charge, settlement, error));
    }

    private void afterKeeping(Runnable then) {
        if (last == null) {
            then.run();
            return;
        }
        turn.keep(last).onComplete(kept -> {
            super.write(heldBack);
            then.run();
        });
    }

    @Override
    public void whole(Buffer body, Charge charge, @Nullable Settlement settlement) {
        ObjectNode response = Json.answer(body.getBytes());
        turn.mark(response);
        turn.keep(response).onComplete(kept -> super.whole(Buffer.buffer(Json.bytes(response)), charge, settlement));
    }
}
