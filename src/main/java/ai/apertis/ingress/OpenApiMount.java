package ai.apertis.ingress;

import ai.apertis.config.DialectName;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** {@code GET /openapi.json} and {@code /openapi.yaml}: the description of the API, for anybody, without a key. */
public final class OpenApiMount implements Mount {
    private static final int TAG_BYTES = 16;
    private static final byte[] NOTHING = {};

    private final Door door;
    private final OpenApi api;
    private final ExchangeLog log;

    /**
     * The endpoints.
     *
     * @param door bounds how often anybody may come
     * @param api the description
     * @param log told of each exchange
     */
    public OpenApiMount(Door door, OpenApi api, ExchangeLog log) {
        this.door = door;
        this.api = api;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        open(router, "/openapi.json", "application/json", api.json());
        // RFC 9512.
        open(router, "/openapi.yaml", "application/yaml", api.yaml());
    }

    private void open(Router router, String path, String type, byte[] body) {
        String tag = tag(body);
        router.get(path).handler(context -> {
            Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, path, log);
            door.enterWithoutKey(exchange)
                    .onSuccess(entered -> {
                        exchange.response()
                                .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                                .putHeader(HttpHeaders.ETAG, tag);
                        boolean known = knows(context.request(), tag);
                        exchange.answer(known ? 304 : 200, type, known ? NOTHING : body);
                    })
                    .onFailure(exchange::fail);
        });
    }

    /** RFC 9110, 13.1.2: a list of tags, compared weakly, or a star. */
    private static boolean knows(HttpServerRequest request, String tag) {
        String told = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        return told != null
                && Arrays.stream(told.split(","))
                        .map(String::strip)
                        .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
    }

    private static String tag(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return '"' + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
