package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Hold;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.Settlement;
import ai.apertis.catalog.Model;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.responses.ResponsesDialect;
import ai.apertis.dispatch.Answer;
import ai.apertis.ledger.ResponseKeeper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A response that is made while its client does something else: the client is told that it is queued as soon as the money
 * is held and the row is there, the answer goes into the row. It is streamed from the provider, so that it may take as
 * long as the provider goes on.
 */
final class BackgroundResponse implements Keeping {
    private static final ApiError CUT =
            ApiError.server(500, "server_error", "The response was given up before it was complete.");

    private final Exchange exchange;
    private final ResponseKeeper keeper;
    private final ResponseTurn turn;
    private final ObjectNode response;
    private boolean told;

    /**
     * A response in the background.
     *
     * @param exchange the client's
     * @param keeper keeps it
     * @param turn what is kept
     * @param response the object as it is told first
     */
    BackgroundResponse(Exchange exchange, ResponseKeeper keeper, ResponseTurn turn, ObjectNode response) {
        this.exchange = exchange;
        this.keeper = keeper;
        this.turn = turn;
        this.response = response;
        turn.mark(response);
    }

    @Override
    public Answer around(HttpAnswer client, Hold paying, Runnable abandon) {
        Context loop = Vertx.currentContext();
        paying.outcome().onSuccess(outcome -> {
            if (outcome instanceof HoldOutcome.Held) {
                keeper.making(turn.id(), () -> loop.runOnContext(here -> abandon.run()));
                byte[] queued = Json.bytes(response);
                turn.begin(response)
                        .onSuccess(kept -> exchange.json(200, queued))
                        .onFailure(late -> {
                            exchange.fail(Errors.UNAVAILABLE);
                            keeper.abandon(turn.id());
                        });
            }
        });
        return new Made(client);
    }

    @Override
    public void failed(ApiError error) {
        ObjectNode failed = response.deepCopy();
        ResponsesDialect.fail(failed, error);
        finish(failed);
    }

    private void finish(ObjectNode as) {
        if (!told) {
            told = true;
            keeper.made(turn.id());
            turn.keep(as);
        }
    }

    /** Takes the answer in the client's place. */
    private final class Made implements Answer, ResponseEvents.Sink {
        private final HttpAnswer client;
        private final ResponseEvents events = new ResponseEvents();
        private @Nullable ObjectNode last;

        private Made(HttpAnswer client) {
            this.client = client;
        }

        @Override
        public void refused(HoldOutcome outcome) {
            client.refused(outcome);
        }

        @Override
        public void begin(Model model) {
            turn.keep(response.deepCopy().put("status", "in_progress"));
        }

        @Override
        public void write(Buffer bytes) {
            events.read(bytes, this);
        }

        @Override
        public void others(Buffer untouched) {}

        @Override
        public void response(String type, ObjectNode event) {
            if (ResponseEvents.isLast(type)) {
                last = (ObjectNode) event.get("response");
                turn.mark(last);
            }
        }

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public void onDrain(Runnable resume) {
            resume.run();
        }

        @Override
        public void end(Charge charge, @Nullable Settlement settlement) {
            over(charge, settlement, CUT);
        }

        @Override
        public void cut(Charge charge, @Nullable Settlement settlement, @Nullable ApiError error) {
            over(charge, settlement, error == null ? CUT : error);
        }

        private void over(Charge charge, @Nullable Settlement settlement, ApiError error) {
            if (last == null) {
                failed(error);
            } else {
                finish(last);
            }
            client.endedUnseen(charge, settlement);
        }

        @Override
        public void whole(Buffer body, Charge charge, @Nullable Settlement settlement) {
            last = Json.answer(body.getBytes());
            turn.mark(last);
            over(charge, settlement, CUT);
        }
    }
}
