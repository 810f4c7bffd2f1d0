package ai.apertis.routing;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.ModelRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lists who may answer a request, and in which order they come. */
public final class RoutePlanner {
    private RoutePlanner() {}

    /**
     * The candidates of a request: the model's endpoints, then those of its fallbacks.
     *
     * @param catalog where the fallbacks are found
     * @param asked the model asked for
     * @param fallbacks names of the models to fall back to; unknown ones are passed over
     * @param preferences which endpoints are wanted, and in which order
     * @return empty when nobody serves any of them now
     */
    public static List<Candidate> candidates(
            Catalog catalog, ModelRef asked, List<String> fallbacks, Preferences preferences) {
        List<Candidate> candidates = new ArrayList<>(preferences.of(asked.model(), asked.preference()));
        Set<String> models = new HashSet<>(Set.of(asked.model().id()));
        for (String name : fallbacks) {
            catalog.resolve(name)
                    .filter(ref -> models.add(ref.model().id()))
                    .ifPresent(ref -> candidates.addAll(preferences.of(ref.model(), ref.preference())));
        }
        return candidates;
    }
}
