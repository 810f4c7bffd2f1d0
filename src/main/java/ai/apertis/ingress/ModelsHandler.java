package ai.apertis.ingress;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.ModelRef;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.Json;
import ai.apertis.ledger.KeyRecord;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;

/** Tells the models that a key may use, all or one, in the form of the client's dialect. */
final class ModelsHandler {
    private static final ModelList OPENAI = new OpenAiModelList();
    private static final ModelList ANTHROPIC = new AnthropicModelList();
    private static final ModelList GOOGLE = new GoogleModelList();

    private final LiveCatalog catalog;

    ModelsHandler(LiveCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * Whose list is wanted: {@code /v1/models} is the address of three, told apart by the headers that their SDKs send.
     *
     * @param request for a list or a model
     * @return the client's dialect
     */
    static DialectName dialect(HttpServerRequest request) {
        if (request.getHeader("anthropic-version") != null) {
            return DialectName.ANTHROPIC;
        }
        if (request.getHeader("Authorization") != null) {
            return DialectName.OPENAI;
        }
        if (request.getHeader("x-api-key") != null) {
            return DialectName.ANTHROPIC;
        }
        boolean google = request.getHeader("x-goog-api-key") != null || request.getParam("key") != null;
        return google ? DialectName.GEMINI : DialectName.OPENAI;
    }

    void list(Exchange exchange, KeyRecord key) {
        Permissions permissions = new Permissions(key, catalog.current());
        List<Model> models =
                catalog.current().models().stream().filter(permissions::allows).toList();
        try {
            exchange.json(200, Json.bytes(form(exchange).page(models, permissions, exchange.request())));
        } catch (ApiException refused) {
            exchange.fail(refused);
        }
    }

    void one(Exchange exchange, KeyRecord key, String id) {
        Permissions permissions = new Permissions(key, catalog.current());
        Optional<Model> model =
                catalog.current().resolve(id).map(ModelRef::model).filter(permissions::allows);
        if (model.isEmpty()) {
            exchange.fail(Errors.noSuchModel(id));
        } else {
            exchange.json(200, Json.bytes(form(exchange).one(model.get(), permissions)));
        }
    }

    private static ModelList form(Exchange exchange) {
        return switch (exchange.dialect()) {
            case ANTHROPIC -> ANTHROPIC;
            case GEMINI -> GOOGLE;
            case OPENAI, OPENAI_RESPONSES -> OPENAI;
        };
    }
}
