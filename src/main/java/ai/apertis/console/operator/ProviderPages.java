package ai.apertis.console.operator;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.Provider;
import ai.apertis.console.Pages;
import ai.apertis.console.Reply;
import ai.apertis.console.Shown;
import ai.apertis.ingress.Mount;
import ai.apertis.people.Action;
import ai.apertis.routing.health.EndpointHealth;
import ai.apertis.routing.health.Health;
import ai.apertis.routing.health.KeyPool;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the admin API's {@code GET /api/admin/providers} tells, for people. */
public final class ProviderPages implements Mount {
    private final Pages pages;
    private final LiveCatalog catalog;
    private final Health health;

    /**
     * The page.
     *
     * @param pages where it is put
     * @param catalog what providers there are
     * @param health how they do
     */
    public ProviderPages(Pages pages, LiveCatalog catalog, Health health) {
        this.pages = pages;
        this.catalog = catalog;
        this.health = health;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(
                router,
                "/operator/providers",
                Action.OPERATE,
                visit -> Future.succeededFuture(Reply.page(
                        "operator/providers", "Providers", "How each endpoint does here.", view(catalog.current()))));
    }

    private ProvidersView view(Catalog now) {
        return new ProvidersView(
                now.providers().stream().map(provider -> line(now, provider)).toList(), now.offProviders());
    }

    private ProvidersView.Line line(Catalog now, Provider provider) {
        List<ProvidersView.Endpoint> endpoints = now.models().stream()
                .flatMap((Model model) ->
                        model.endpointsAt(provider).stream().map(endpoint -> endpoint(model, endpoint)))
                .toList();
        KeyPool pool = health.keys(provider);
        List<ProvidersView.Key> keys = IntStream.range(0, provider.keys().size())
                .mapToObj(i -> new ProvidersView.Key(
                        i + 1, cooling(pool.coolingMillis(provider.keys().get(i)))))
                .toList();
        return new ProvidersView.Line(provider.name(), provider.dialect().configName(), keys, endpoints);
    }

    private ProvidersView.Endpoint endpoint(Model model, Endpoint endpoint) {
        EndpointHealth seen = health.of(endpoint);
        String breaker = seen.breaker();
        List<String> keys = endpoint.provider().keys();
        String cooling = IntStream.range(0, keys.size())
                .filter(i -> seen.coolingMillis(keys.get(i)) > 0)
                .mapToObj(i -> "key " + (i + 1) + " for " + cooling(seen.coolingMillis(keys.get(i))))
                .collect(Collectors.joining(", "));
        return new ProvidersView.Endpoint(
                model.id(),
                endpoint.upstreamModel(),
                breaker.replace('_', ' '),
                breaker.equals("closed") ? "good" : breaker.equals("open") ? "bad" : "warn",
                percent(seen.errorRate()),
                percent(seen.cutRate()),
                seen.firstTokenMillis() == 0 ? "" : Shown.duration(Math.round(seen.firstTokenMillis())),
                seen.firstTokenP95Millis() < 0 ? "" : Shown.duration(seen.firstTokenP95Millis()),
                seen.tokensPerSecond() == 0 ? "" : Long.toString(Math.round(seen.tokensPerSecond())),
                seen.waiting() + " of " + seen.limit(),
                seen.holdBackMillis() == 0 ? "" : Shown.duration(seen.holdBackMillis()),
                cooling);
    }

    private static String cooling(long millis) {
        return millis == 0 ? "" : Shown.duration(millis);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }
}
