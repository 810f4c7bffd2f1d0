package ai.apertis.ingress;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.translation.ClientRequests;
import ai.apertis.ledger.KeyRecord;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The endpoints that clients call with their keys. */
public final class ApiMount implements Mount {
    private final Door door;
    private final ExchangeLog log;
    private final ConversationHandler chat;
    private final ModelsHandler models;
    private final CreditsHandler credits;

    /**
     * The endpoints.
     *
     * @param door lets clients in
     * @param bodies reads bodies
     * @param parts what conversations need
     * @param credits tells what is left
     * @param log told of each exchange
     */
    public ApiMount(Door door, BodyReader bodies, ConversationParts parts, CreditsHandler credits, ExchangeLog log) {
        this.door = door;
        this.log = log;
        this.chat = new ConversationHandler(door, bodies, parts, ClientRequests::chat);
        this.models = new ModelsHandler(parts.catalog());
        this.credits = credits;
    }

    @Override
    public void mount(Router router) {
        on(router.post("/v1/chat/completions"), "/v1/chat/completions", chat::handle);
        withKey(router.get("/v1/models"), "/v1/models", models::list);
        router.getWithRegex("/v1/models/(?<id>.+)")
                .handler(context -> entered(
                        context,
                        "/v1/models/{id}",
                        (exchange, key) -> models.one(exchange, key, context.pathParam("id"))));
        withKey(router.get("/v1/dashboard/billing/credits"), "/v1/dashboard/billing/credits", credits::handle);
    }

    private void on(Route route, String endpoint, Consumer<Exchange> handler) {
        route.handler(context -> handler.accept(open(context, endpoint)));
    }

    private void withKey(Route route, String endpoint, BiConsumer<Exchange, KeyRecord> handler) {
        route.handler(context -> entered(context, endpoint, handler));
    }

    private void entered(RoutingContext context, String endpoint, BiConsumer<Exchange, KeyRecord> handler) {
        Exchange exchange = open(context, endpoint);
        door.enter(exchange).onSuccess(key -> handler.accept(exchange, key)).onFailure(exchange::fail);
    }

    private Exchange open(RoutingContext context, String endpoint) {
        return new Exchange(context.request(), DialectName.OPENAI, endpoint, log);
    }
}
