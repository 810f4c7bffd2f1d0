package ai.apertis.ingress;

import ai.apertis.catalog.Model;
import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Json;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Google's form, in pages by {@code pageSize} and {@code pageToken}. */
final class GoogleModelList implements ModelList {
    @Override
    public ObjectNode page(List<Model> models, Permissions permissions, HttpServerRequest request) {
        int size = ModelList.size(request, "pageSize", 50, 1_000);
        String token = request.getParam("pageToken");
        int from = token == null || token.isEmpty() ? 0 : ModelList.place(models, "pageToken", read(token)) + 1;
        int to = Math.min(models.size(), from + size);
        ObjectNode root = Json.object();
        ArrayNode list = root.putArray("models");
        models.subList(from, to).forEach(model -> list.add(one(model, permissions)));
        if (to < models.size()) {
            byte[] last = models.get(to - 1).id().getBytes(StandardCharsets.UTF_8);
            root.put("nextPageToken", Base64.getUrlEncoder().withoutPadding().encodeToString(last));
        }
        return root;
    }

    private static String read(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notOurs) {
            throw ApiError.invalidParameter("pageToken", "'pageToken' is not one that was given here.")
                    .exception();
        }
    }

    @Override
    public ObjectNode one(Model model, Permissions permissions) {
        ObjectNode node = Json.object()
                .put("name", "models/" + model.id())
                .put("version", "001")
                .put("displayName", model.name())
                .put("description", model.description())
                .put("inputTokenLimit", model.contextLength())
                .put("outputTokenLimit", model.maxOutput());
        ArrayNode methods = node.putArray("supportedGenerationMethods");
        if (model.serves(ModelKind.EMBEDDING)) {
            methods.add("embedContent").add("batchEmbedContents");
        }
        if (model.serves(ModelKind.CHAT)) {
            methods.add("generateContent").add("streamGenerateContent").add("countTokens");
            node.put("thinking", model.capabilities().contains("reasoning"));
        }
        return node;
    }
}
