package ai.apertis.ingress;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.config.DialectName;
import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Json;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue for everybody, without a key: {@code GET /api/models} whole, {@code GET /api/v2/models/} in pages, filtered by
 * vendor, kind and text.
 */
public final class CatalogMount implements Mount {
    private static final int USUAL_PAGE = 50;
    private static final int MOST_PAGE = 100;
    private static final int MOST_PAGES = 1_000_000;

    private final Door door;
    private final LiveCatalog catalog;
    private final ExchangeLog log;

    /**
     * The catalogue.
     *
     * @param door bounds how often an address may ask
     * @param catalog what there is
     * @param log told of each exchange
     */
    public CatalogMount(Door door, LiveCatalog catalog, ExchangeLog log) {
        this.door = door;
        this.catalog = catalog;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        open(router, "/api/models", request -> whole());
        open(router, "/api/v2/models", this::page);
    }

    private void open(Router router, String path, Function<HttpServerRequest, ObjectNode> answer) {
        for (String spelling : List.of(path, path + "/")) {
            router.get(spelling).handler(context -> {
                Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, path, log);
                door.enterWithoutKey(exchange)
                        .map(entered -> Json.bytes(answer.apply(context.request())))
                        .onSuccess(body -> exchange.json(200, body))
                        .onFailure(exchange::fail);
            });
        }
    }

    private ObjectNode whole() {
        ObjectNode root = Json.object().put("object", "list");
        list(root, catalog.current().models());
        return root;
    }

    private ObjectNode page(HttpServerRequest request) {
        int page = QueryNumber.of(request, "page", 1, MOST_PAGES);
        int size = QueryNumber.of(request, "page_size", USUAL_PAGE, MOST_PAGE);
        String vendor = request.getParam("vendor");
        ModelKind kind = kind(request.getParam("kind"));
        String text = request.getParam("q");
        List<Model> found = catalog.current().models().stream()
                .filter(model -> vendor == null || model.vendor().equalsIgnoreCase(vendor))
                .filter(model -> kind == null || model.kinds().contains(kind))
                .filter(model -> text == null || mentions(model, text.toLowerCase(Locale.ROOT)))
                .toList();
        int pages = Math.ceilDiv(found.size(), size);
        int from = (int) Math.min(found.size(), (page - 1L) * size);
        ObjectNode root = Json.object()
                .put("object", "list")
                .put("page", page)
                .put("page_size", size)
                .put("total", found.size())
                .put("pages", pages);
        root.put("has_more", page < pages);
        list(root, found.subList(from, Math.min(found.size(), from + size)));
        return root;
    }

    private static void list(ObjectNode root, List<Model> models) {
        ArrayNode data = root.putArray("data");
        models.forEach(model -> data.add(CatalogEntry.of(model)));
    }

    private static boolean mentions(Model model, String text) {
        return model.id().contains(text)
                || model.name().toLowerCase(Locale.ROOT).contains(text)
                || model.description().toLowerCase(Locale.ROOT).contains(text);
    }

    private static @Nullable ModelKind kind(@Nullable String name) {
        if (name == null) {
            return null;
        }
        for (ModelKind kind : ModelKind.values()) {
            if (kind.configName().equals(name)) {
                return kind;
            }
        }
        throw ApiError.invalidParameter("kind", "'kind' must be one of the kinds that models have, such as 'chat'.")
                .exception();
    }
}
