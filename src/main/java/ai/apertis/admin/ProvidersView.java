package ai.apertis.admin;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.Provider;
import ai.apertis.routing.health.EndpointHealth;
import ai.apertis.routing.health.Health;
import ai.apertis.routing.health.KeyPool;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * {@code GET /api/admin/providers}: every provider, how its keys do, and how its endpoints do as this process sees them.
 * Keys are told apart by their place in the configuration; nothing of them is shown.
 */
final class ProvidersView {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final LiveCatalog catalog;
    private final Health health;

    ProvidersView(LiveCatalog catalog, Health health) {
        this.catalog = catalog;
        this.health = health;
    }

    Reply reply() {
        Catalog now = catalog.current();
        ObjectNode root = JSON.objectNode();
        ArrayNode data = root.putArray("data");
        for (Provider provider : now.providers()) {
            ObjectNode shown = data.addObject()
                    .put("name", provider.name())
                    .put("dialect", provider.dialect().configName())
                    .put("on", true);
            keys(provider, shown.putArray("keys"));
            endpoints(now, provider, shown.putArray("endpoints"));
        }
        for (String name : now.offProviders()) {
            data.addObject().put("name", name).put("on", false);
        }
        return Reply.ok(root);
    }

    private void keys(Provider provider, ArrayNode shown) {
        KeyPool pool = health.keys(provider);
        for (int i = 0; i < provider.keys().size(); i++) {
            shown.addObject()
                    .put("key", i + 1)
                    .put("cooling_ms", pool.coolingMillis(provider.keys().get(i)));
        }
    }

    private void endpoints(Catalog now, Provider provider, ArrayNode shown) {
        for (Model model : now.models()) {
            model.endpointsAt(provider).forEach(endpoint -> endpoint(model, endpoint, shown.addObject()));
        }
    }

    private void endpoint(Model model, Endpoint endpoint, ObjectNode shown) {
        EndpointHealth seen = health.of(endpoint);
        shown.put("model", model.id())
                .put("upstream_model", endpoint.upstreamModel())
                .put("priority", endpoint.priority())
                .put("weight", endpoint.weight())
                .put("breaker", seen.breaker())
                .put("error_rate", rounded(seen.errorRate()))
                .put("cut_rate", rounded(seen.cutRate()))
                .put("early_cut_rate", rounded(seen.earlyCutRate()))
                .put("hold_back_ms", seen.holdBackMillis())
                .put("ttft_ms", rounded(seen.firstTokenMillis()))
                .put("ttft_p95_ms", seen.firstTokenP95Millis())
                .put("tokens_per_second", rounded(seen.tokensPerSecond()))
                .put("waiting", seen.waiting())
                .put("limit", seen.limit());
        ArrayNode cooling = shown.putArray("keys_cooling_ms");
        endpoint.provider().keys().forEach(key -> cooling.add(seen.coolingMillis(key)));
    }

    private static double rounded(double number) {
        return Math.round(number * 1_000) / 1_000.0;
    }
}
