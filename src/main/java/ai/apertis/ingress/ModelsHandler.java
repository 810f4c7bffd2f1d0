package ai.apertis.ingress;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.ModelRef;
import ai.apertis.ledger.KeyRecord;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;

/** {@code GET /v1/models} and {@code GET /v1/models/{id}} in OpenAI's form: the models that the key may use. */
final class ModelsHandler {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LiveCatalog catalog;

    ModelsHandler(LiveCatalog catalog) {
        this.catalog = catalog;
    }

    void list(Exchange exchange, KeyRecord key) {
        ObjectNode root = JSON.createObjectNode().put("object", "list");
        ArrayNode data = root.putArray("data");
        Permissions permissions = new Permissions(key, catalog.current());
        for (Model model : catalog.current().models()) {
            if (permissions.allows(model)) {
                data.add(describe(model, permissions));
            }
        }
        send(exchange, root);
    }

    void one(Exchange exchange, KeyRecord key, String id) {
        Permissions permissions = new Permissions(key, catalog.current());
        Optional<Model> model =
                catalog.current().resolve(id).map(ModelRef::model).filter(permissions::allows);
        if (model.isEmpty()) {
            exchange.fail(Errors.noSuchModel(id));
        } else {
            send(exchange, describe(model.get(), permissions));
        }
    }

    private static ObjectNode describe(Model model, Permissions permissions) {
        LocalDate released = model.released();
        ObjectNode node = JSON.createObjectNode()
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
                .ifPresent(plan -> node.put(
                                "multiplier",
                                BigDecimal.valueOf(plan.multiplierThousandths(model), 3)
                                        .stripTrailingZeros())
                        .put("tier", model.tier().name().toLowerCase(Locale.ROOT)));
        return node;
    }

    private static void send(Exchange exchange, ObjectNode body) {
        try {
            exchange.json(200, JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            exchange.fail(e);
        }
    }
}
