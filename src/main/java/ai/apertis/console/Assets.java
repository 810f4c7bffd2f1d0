package ai.apertis.console;

import ai.apertis.config.DialectName;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.Exchange;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Styles and scripts, read once. Their addresses carry a hash of what is in them, so that browsers keep them for a year and
 * still see every change.
 */
public final class Assets implements Mount {
    private static final String WEBJARS = "/META-INF/resources/webjars/";
    private static final String OURS = "/console/static/";

    private record Asset(String path, String type, Buffer plain, Buffer zipped) {}

    private final Map<String, Asset> byName = new LinkedHashMap<>();
    private final Door door;
    private final ExchangeLog log;

    /**
     * Reads them.
     *
     * @param door bounds how often an address may ask
     * @param log told of each exchange
     */
    public Assets(Door door, ExchangeLog log) {
        this.door = door;
        this.log = log;
        add("console.css", OURS + "console.css");
        add("console.js", OURS + "console.js");
        add("charts.js", OURS + "charts.js");
        add("htmx.js", WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js");
        add("uplot.js", WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js");
        add("uplot.css", WEBJARS + "uplot/1.6.30/dist/uPlot.min.css");
    }

    private void add(String name, String resource) {
        byte[] bytes = read(resource);
        String type = name.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8";
        String hash = HexFormat.of().formatHex(Bytes.sha256(bytes), 0, 6);
        byName.put(
                name,
                new Asset(
                        "/static/" + hash + "/" + name, type, Buffer.buffer(bytes), Buffer.buffer(Bytes.gzip(bytes))));
    }

    private static byte[] read(String resource) {
        try (InputStream file = Assets.class.getResourceAsStream(resource)) {
            if (file == null) {
                throw new IllegalStateException(resource + " is missing");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where one is.
     *
     * @param name its file name
     * @return its path on this site
     * @throws IllegalArgumentException when there is none of that name
     */
    public String path(String name) {
        Asset asset = byName.get(name);
        if (asset == null) {
            throw new IllegalArgumentException("no asset " + name);
        }
        return asset.path();
    }

    @Override
    public void mount(Router router) {
        byName.values()
                .forEach(asset -> router.get(asset.path()).handler(context -> {
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
                                exchange.answer(
                                        200, asset.type(), (zipped ? asset.zipped() : asset.plain()).getBytes());
                            })
                            .onFailure(exchange::fail);
                }));
    }
}
