package ai.apertis.ingress;

import ai.apertis.config.DialectName;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import java.util.function.Function;

/** {@code GET /openapi.json} and {@code /openapi.yaml}: the description of the API, for anybody, without a key. */
public final class OpenApiMount implements Mount {
    private static final CharSequence KEPT = HttpHeaders.createOptimized("public, max-age=300");

    private final Door door;
    private final OnFirstUse<OpenApi> api;
    private final ExchangeLog log;

    /**
     * The endpoints.
     *
     * @param door bounds how often anybody may come
     * @param api the description
     * @param log told of each exchange
     */
    public OpenApiMount(Door door, OnFirstUse<OpenApi> api, ExchangeLog log) {
        this.door = door;
        this.api = api;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        open(router, "/openapi.json", OpenApi::json);
        open(router, "/openapi.yaml", OpenApi::yaml);
    }

    private void open(Router router, String path, Function<OpenApi, TaggedFile> form) {
        router.get(path).handler(context -> {
            Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, path, log);
            door.enterWithoutKey(exchange)
                    .compose(entered -> api.get())
                    .onSuccess(known -> form.apply(known).answer(exchange, KEPT))
                    .onFailure(exchange::fail);
        });
    }
}
