package ai.apertis.ingress;

import ai.apertis.changelog.Category;
import ai.apertis.changelog.Changelog;
import ai.apertis.changelog.ChangelogEntry;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Json;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What changed, for everybody, without a key: {@code GET /api/changelog} in pages, one entry by its version, and a feed. */
public final class ChangelogMount implements Mount {
    private static final String PATH = "/api/changelog";
    private static final int USUAL_PAGE = 5;
    private static final int MOST_PAGE = 100;
    private static final int MOST_PAGES = 1_000_000;

    private final Door door;
    private final Changelog changelog;
    private final ExchangeLog log;
    private final byte[] feed;

    /**
     * The changelog.
     *
     * @param door bounds how often an address may ask
     * @param changelog what changed
     * @param log told of each exchange
     */
    public ChangelogMount(Door door, Changelog changelog, ExchangeLog log) {
        this.door = door;
        this.changelog = changelog;
        this.log = log;
        this.feed = AtomFeed.of(changelog);
    }

    @Override
    public void mount(Router router) {
        for (String path : List.of(PATH, PATH + "/")) {
            open(router, path, "application/json", request -> Json.bytes(page(request)));
        }
        open(router, PATH + "/:version", "application/json", request -> Json.bytes(one(request)));
        open(router, AtomFeed.PATH, "application/atom+xml; charset=utf-8", request -> feed);
    }

    private void open(Router router, String path, String type, Function<HttpServerRequest, byte[]> answer) {
        router.get(path).handler(context -> {
            Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, PATH, log);
            door.enterWithoutKey(exchange)
                    .map(entered -> answer.apply(context.request()))
                    .onSuccess(body -> exchange.answer(200, type, body))
                    .onFailure(exchange::fail);
        });
    }

    private ObjectNode page(HttpServerRequest request) {
        int page = QueryNumber.of(request, "page", 1, MOST_PAGES);
        int limit = QueryNumber.of(request, "limit", USUAL_PAGE, MOST_PAGE);
        List<ChangelogEntry> found = changelog.entries(category(request));
        int pages = Math.ceilDiv(found.size(), limit);
        int from = (int) Math.min(found.size(), (page - 1L) * limit);
        ObjectNode root = Json.object()
                .put("object", "list")
                .put("page", page)
                .put("limit", limit)
                .put("total", found.size())
                .put("pages", pages)
                .put("has_more", page < pages);
        ArrayNode data = root.putArray("data");
        found.subList(from, Math.min(found.size(), from + limit)).forEach(entry -> data.add(json(entry)));
        return root;
    }

    private ObjectNode one(HttpServerRequest request) {
        String version = request.getParam("version");
        return changelog
                .entry(version)
                .map(ChangelogMount::json)
                .orElseThrow(() -> new ApiError(
                                404,
                                "invalid_request_error",
                                "endpoint_not_found",
                                "The changelog has no entry of this version.")
                        .exception());
    }

    private static ObjectNode json(ChangelogEntry entry) {
        ObjectNode node = Json.object()
                .put("object", "changelog_entry")
                .put("version", entry.version())
                .put("date", entry.date().toString())
                .put("category", entry.category().wireName())
                .put("title", entry.title())
                .put("description", entry.description());
        ArrayNode items = node.putArray("items");
        entry.items().forEach(items::add);
        return node.put("body", entry.body()).put("pinned", entry.pinned());
    }

    private static @Nullable Category category(HttpServerRequest request) {
        for (String name : List.of("category", "type")) {
            String told = request.getParam(name);
            if (told != null) {
                return Category.of(told)
                        .orElseThrow(() -> ApiError.invalidParameter(
                                        name, "'" + name + "' must be 'feature', 'system', 'models' or 'fix'.")
                                .exception());
            }
        }
        return null;
    }
}
