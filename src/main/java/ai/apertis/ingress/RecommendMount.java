package ai.apertis.ingress;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.Recommender;
import ai.apertis.catalog.Recommender.Budget;
import ai.apertis.catalog.Recommender.Recommendation;
import ai.apertis.catalog.Recommender.Task;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiError;
import ai.apertis.ledger.KeyRecord;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code GET /v1/recommend?task=&budget=}: a model for a task, of those that the key may use now. */
public final class RecommendMount implements Mount {
    private static final String PATH = "/v1/recommend";
    private static final int PICO_DECIMALS = 6;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private final Door door;
    private final LiveCatalog catalog;
    private final ExchangeLog log;

    /**
     * The endpoint.
     *
     * @param door lets clients in
     * @param catalog what there is
     * @param log told of each exchange
     */
    public RecommendMount(Door door, LiveCatalog catalog, ExchangeLog log) {
        this.door = door;
        this.catalog = catalog;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        router.get(PATH).handler(context -> {
            Exchange exchange = new Exchange(context.request(), DialectName.OPENAI, PATH, log);
            door.enter(exchange)
                    .map(key -> answer(exchange.request(), key))
                    .onSuccess(body -> exchange.json(200, body))
                    .onFailure(exchange::fail);
        });
    }

    private byte[] answer(HttpServerRequest request, KeyRecord key) {
        Task task = task(request.getParam("task"));
        Budget budget = budget(request.getParam("budget"));
        Recommendation found = Recommender.recommend(usable(key), task, budget)
                .orElseThrow(() -> new ApiError(
                                404,
                                "invalid_request_error",
                                "model_not_found",
                                "No model that this key may use fits the task '" + task.wireName() + "'.")
                        .exception());
        ObjectNode root = JSON.createObjectNode()
                .put("model", found.model().id())
                .put("task", task.wireName())
                .put("budget", budget.name().toLowerCase(Locale.ROOT))
                .put("input_price_per_1m", input(found.model()))
                .put("output_price_per_1m", perMillion(found.model().prices().outputPico()))
                .put("reason", found.reason());
        ArrayNode alternatives = root.putArray("alternatives");
        found.alternatives()
                .forEach(other -> alternatives
                        .addObject()
                        .put("model", other.model().id())
                        .put("input_price_per_1m", input(other.model()))
                        .put("note", other.note()));
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a recommendation could not be written", e);
        }
    }

    private List<Model> usable(KeyRecord key) {
        Catalog now = catalog.current();
        Permissions permissions = new Permissions(key, now);
        return Recommender.worthwhile(
                now.models().stream().filter(permissions::allows).toList());
    }

    private static Task task(String told) {
        if (told == null || told.isBlank()) {
            throw ApiError.missingParameter("task").exception();
        }
        return Arrays.stream(Task.values())
                .filter(task -> task.wireName().equals(told))
                .findFirst()
                .orElseThrow(() -> ApiError.invalidParameter(
                                "task",
                                "'task' must be one of "
                                        + Arrays.stream(Task.values())
                                                .map(Task::wireName)
                                                .collect(Collectors.joining(", "))
                                        + ".")
                        .exception());
    }

    private static Budget budget(String told) {
        return switch (told == null ? "medium" : told) {
            case "low" -> Budget.LOW;
            case "medium" -> Budget.MEDIUM;
            case "high" -> Budget.HIGH;
            default ->
                throw ApiError.invalidParameter("budget", "'budget' must be low, medium or high.")
                        .exception();
        };
    }

    private static BigDecimal input(Model model) {
        return perMillion(model.prices().inputPico());
    }

    private static BigDecimal perMillion(long picoPerToken) {
        BigDecimal dollars = BigDecimal.valueOf(picoPerToken, PICO_DECIMALS).stripTrailingZeros();
        return dollars.scale() < 0 ? dollars.setScale(0) : dollars;
    }
}
