package ai.apertis.console;

import ai.apertis.config.DialectName;
import ai.apertis.console.Assets.Asset;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.Exchange;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import ai.apertis.ingress.OnFirstUse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Hands styles and scripts out. */
public final class AssetsMount implements Mount {
    private final Door door;
    private final OnFirstUse<Assets> assets;
    private final ExchangeLog log;

    /**
     * The files.
     *
     * @param door bounds how often an address may ask
     * @param assets the files
     * @param log told of each exchange
     */
    public AssetsMount(Door door, OnFirstUse<Assets> assets, ExchangeLog log) {
        this.door = door;
        this.assets = assets;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        router.get(Assets.FOLDER + "*")
                .handler(context -> assets.get()
                        .onSuccess(known -> {
                            Asset asset = known.at(context.request().path());
                            if (asset == null) {
                                context.next();
                            } else {
                                hand(context, asset);
                            }
                        })
                        .onFailure(context::fail));
    }

    private void hand(RoutingContext context, Asset asset) {
        Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, "/static", log);
        HttpServerResponse response = exchange.response();
        door.enterWithoutKey(exchange)
                .onSuccess(in -> {
                    response.putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
                            .putHeader("X-Content-Type-Options", "nosniff")
                            .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
                    boolean zipped = Bytes.takesGzip(context.request());
                    if (zipped) {
                        response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
                    }
                    exchange.answer(200, asset.type(), (zipped ? asset.zipped() : asset.plain()).getBytes());
                })
                .onFailure(exchange::fail);
    }
}
