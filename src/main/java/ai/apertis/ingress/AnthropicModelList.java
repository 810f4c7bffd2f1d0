package ai.apertis.ingress;

import ai.apertis.catalog.Model;
import ai.apertis.dialect.Json;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Anthropic's form: the newest first, in pages by {@code limit}, {@code after_id} and {@code before_id}. */
final class AnthropicModelList implements ModelList {
    private static final Comparator<Model> NEWEST_FIRST =
            Comparator.comparing(AnthropicModelList::released).reversed().thenComparing(Model::id);

    @Override
    public ObjectNode page(List<Model> models, Permissions permissions, HttpServerRequest request) {
        List<Model> sorted = models.stream().sorted(NEWEST_FIRST).toList();
        int limit = ModelList.size(request, "limit", 20, 1_000);
        String after = request.getParam("after_id");
        String before = request.getParam("before_id");
        int from = after == null ? 0 : ModelList.place(sorted, "after_id", after) + 1;
        int to = Math.min(sorted.size(), from + limit);
        boolean more = to < sorted.size();
        if (before != null) {
            to = ModelList.place(sorted, "before_id", before);
            from = Math.max(0, to - limit);
            more = from > 0;
        }
        List<Model> page = sorted.subList(from, Math.max(from, to));
        ObjectNode root = Json.object();
        ArrayNode data = root.putArray("data");
        page.forEach(model -> data.add(one(model, permissions)));
        return root.put("has_more", more)
                .put("first_id", page.isEmpty() ? null : page.getFirst().id())
                .put("last_id", page.isEmpty() ? null : page.getLast().id());
    }

    @Override
    public ObjectNode one(Model model, Permissions permissions) {
        return Json.object()
                .put("type", "model")
                .put("id", model.id())
                .put("display_name", model.name())
                .put("created_at", released(model) + "T00:00:00Z")
                .put("max_input_tokens", model.contextLength())
                .put("max_tokens", model.maxOutput());
    }

    /** Where it is not known, Anthropic's form asks for the beginning of time. */
    private static LocalDate released(Model model) {
        return Objects.requireNonNullElse(model.released(), LocalDate.EPOCH);
    }
}
