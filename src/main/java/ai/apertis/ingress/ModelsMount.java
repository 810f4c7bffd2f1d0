package ai.apertis.ingress;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.config.DialectName;
import ai.apertis.ledger.KeyRecord;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The lists of models: OpenAI's and Anthropic's below {@code /v1}, Google's there and below {@code /v1beta}. */
public final class ModelsMount implements Mount {
    private final Door door;
    private final ModelsHandler models;
    private final ExchangeLog log;

    /**
     * The lists.
     *
     * @param door lets clients in
     * @param catalog what there is
     * @param log told of each exchange
     */
    public ModelsMount(Door door, LiveCatalog catalog, ExchangeLog log) {
        this.door = door;
        this.models = new ModelsHandler(catalog);
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        list(router, "/v1/models", ModelsHandler::dialect);
        list(router, "/v1beta/models", request -> DialectName.GEMINI);
    }

    private void list(Router router, String path, Function<HttpServerRequest, DialectName> dialect) {
        router.get(path).handler(context -> enter(context, dialect, path, models::list));
        router.getWithRegex(path + "/(?<id>.+)")
                .handler(context -> enter(
                        context,
                        dialect,
                        path + "/{id}",
                        (exchange, key) -> models.one(exchange, key, context.pathParam("id"))));
    }

    private void enter(
            RoutingContext context,
            Function<HttpServerRequest, DialectName> dialect,
            String endpoint,
            BiConsumer<Exchange, KeyRecord> handler) {
        Exchange exchange = new Exchange(context.request(), dialect.apply(context.request()), endpoint, log);
        door.enter(exchange).onSuccess(key -> handler.accept(exchange, key)).onFailure(exchange::fail);
    }
}
