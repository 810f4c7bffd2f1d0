package ai.apertis.routing;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.ModelRef;
import ai.apertis.catalog.RoutePreference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lists who may answer a request, and in which order they come. */
public final class RoutePlanner {
    private RoutePlanner() {}

    /**
     * The candidates of a request: the model's endpoints, then those of its fallbacks.
     *
     * @param catalog where the fallbacks are found
     * @param asked the model asked for
     * @param fallbacks names of the models to fall back to; unknown ones are passed over
     * @return empty when nobody serves any of them now
     */
    public static List<Candidate> candidates(Catalog catalog, ModelRef asked, List<String> fallbacks) {
        List<Candidate> candidates = new ArrayList<>();
        add(candidates, asked.model(), asked.preference());
        for (String name : fallbacks) {
            catalog.resolve(name).ifPresent(ref -> add(candidates, ref.model(), ref.preference()));
        }
        return candidates;
    }

    private static void add(List<Candidate> candidates, Model model, RoutePreference preference) {
        if (candidates.stream().anyMatch(known -> known.model().id().equals(model.id()))) {
            return;
        }
        List<Endpoint> endpoints = new ArrayList<>(model.endpoints());
        if (preference == RoutePreference.PRICE) {
            endpoints.sort(Comparator.comparingLong(endpoint ->
                    endpoint.prices().inputPico() + endpoint.prices().outputPico()));
            for (int i = 0; i < endpoints.size(); i++) {
                candidates.add(new Candidate(model, endpoints.get(i), i));
            }
        } else {
            endpoints.sort(Comparator.comparingInt(Endpoint::priority));
            endpoints.forEach(endpoint -> candidates.add(new Candidate(model, endpoint, endpoint.priority())));
        }
    }
}
