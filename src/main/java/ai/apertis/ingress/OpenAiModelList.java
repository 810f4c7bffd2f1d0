package ai.apertis.ingress;

import ai.apertis.catalog.Model;
import ai.apertis.catalog.Plan;
import ai.apertis.dialect.Json;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;

/** OpenAI's form, with what a subscription's clients want to know: always one page. */
final class OpenAiModelList implements ModelList {
    @Override
    public ObjectNode page(List<Model> models, Permissions permissions, HttpServerRequest request) {
        ObjectNode root = Json.object().put("object", "list");
        ArrayNode data = root.putArray("data");
        models.forEach(model -> data.add(one(model, permissions)));
        return root;
    }

    @Override
    public ObjectNode one(Model model, Permissions permissions) {
        LocalDate released = model.released();
        ObjectNode node = Json.object()
                .put("id", model.id())
                .put("object", "model")
                .put(
                        "created",
                        released == null
                                ? 0
                                : released.atStartOfDay(ZoneOffset.UTC).toEpochSecond())
                .put("owned_by", model.vendor())
                .put("context_length", model.contextLength());
        permissions
                .plan()
                .ifPresent(plan -> node.put("multiplier", multiplier(plan, model))
                        .put("tier", model.tier().name().toLowerCase(Locale.ROOT)));
        return node;
    }

    /** Without needless zeros and never as 1E+1, which is a number and surprises people. */
    private static BigDecimal multiplier(Plan plan, Model model) {
        BigDecimal exact =
                BigDecimal.valueOf(plan.multiplierThousandths(model), 3).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }
}
