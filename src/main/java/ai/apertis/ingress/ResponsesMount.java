package ai.apertis.ingress;

import ai.apertis.config.DialectName;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.ResponseKeeper;
import ai.apertis.ledger.StoredResponses;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The Responses API: making responses, and coming back to those that are kept. */
public final class ResponsesMount implements Mount {
    private static final String ALL = "/v1/responses";
    private static final String ONE = ALL + "/:id";

    private final Door door;
    private final ExchangeLog log;
    private final ResponsesHandler responses;
    private final StoredResponsesHandler stored;

    /**
     * The endpoints.
     *
     * @param door lets clients in
     * @param bodies reads bodies
     * @param parts what conversations need
     * @param kept where responses are
     * @param lookup finds what requests continue
     * @param keeper keeps new ones
     * @param mostBytes how much of a stored conversation is listed, in bytes
     * @param log told of each exchange
     */
    public ResponsesMount(
            Door door,
            BodyReader bodies,
            ConversationParts parts,
            StoredResponses kept,
            ResponsesLookup lookup,
            ResponseKeeper keeper,
            long mostBytes,
            ExchangeLog log) {
        this.door = door;
        this.log = log;
        this.responses =
                new ResponsesHandler(door, bodies, new ConversationHandler(door, bodies, parts), lookup, keeper);
        this.stored = new StoredResponsesHandler(kept, keeper, mostBytes);
    }

    /** What is done with one stored response. */
    private interface Deed {
        void on(Exchange exchange, KeyRecord key, String id);
    }

    @Override
    public void mount(Router router) {
        router.post(ALL).handler(context -> responses.handle(open(context, ALL)));
        one(router.get(ONE), ALL + "/{id}", stored::get);
        one(router.delete(ONE), ALL + "/{id}", stored::delete);
        one(router.post(ONE + "/cancel"), ALL + "/{id}/cancel", stored::cancel);
        one(router.get(ONE + "/input_items"), ALL + "/{id}/input_items", stored::inputItems);
    }

    private void one(Route route, String endpoint, Deed deed) {
        route.handler(context -> {
            Exchange exchange = open(context, endpoint);
            door.enter(exchange)
                    .onSuccess(key -> deed.on(exchange, key, context.pathParam("id")))
                    .onFailure(exchange::fail);
        });
    }

    private Exchange open(RoutingContext context, String endpoint) {
        return new Exchange(context.request(), DialectName.OPENAI_RESPONSES, endpoint, log);
    }
}
