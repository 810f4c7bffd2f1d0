package ai.apertis.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Models, providers and plans as they were when the configuration was read: one immutable snapshot. */
public final class Catalog {
    private static final String OWN_PREFIX = "apertis/";
    private static final String CODING_PREFIX = "code:";
    private static final String FREE = ":free";
    private static final String WEB = ":web";
    private static final String NITRO = ":nitro";
    private static final String FLOOR = ":floor";

    private final List<Model> models;
    private final List<Provider> providers;
    private final List<String> offProviders;
    private final List<Plan> plans;
    private final Map<String, Model> byName;

    /**
     * A snapshot.
     *
     * @param models all models; their ids and aliases must be unique
     * @param providers the providers that have a key
     * @param offProviders the names of those that have none
     * @param plans all plans
     */
    public Catalog(List<Model> models, List<Provider> providers, List<String> offProviders, List<Plan> plans) {
        this.models = List.copyOf(models);
        this.providers = List.copyOf(providers);
        this.offProviders = List.copyOf(offProviders);
        this.plans = List.copyOf(plans);
        this.byName = index(models);
    }

    private static Map<String, Model> index(List<Model> models) {
        Map<String, Model> index = new HashMap<>();
        for (Model model : models) {
            index.put(model.id(), model);
            model.aliases().forEach(alias -> index.put(alias, model));
        }
        // What somebody wrote down wins over what is put together here.
        models.forEach(model -> index.putIfAbsent(model.vendor() + "/" + model.id(), model));
        return Map.copyOf(index);
    }

    /**
     * The model that a client's name means. {@code apertis/} is stripped first, then {@code code:}, unless a model is
     * listed with it, which is the pool kept for coding tools; then the name is an id, an alias or {@code vendor/id}, with any of the suffixes {@code :free}, {@code :web}, {@code :nitro} and
     * {@code :floor} in any order. A name that is listed as it stands wins over one of which a suffix is stripped.
     *
     * @param requestedName the name as the client wrote it
     * @return the model and what else the name asks for, empty when there is no such model
     */
    public Optional<ModelRef> resolve(String requestedName) {
        String name = requestedName;
        if (name.startsWith(OWN_PREFIX)) {
            name = name.substring(OWN_PREFIX.length());
        }
        boolean coding = name.startsWith(CODING_PREFIX);
        if (coding) {
            name = name.substring(CODING_PREFIX.length());
        }
        boolean web = false;
        boolean free = false;
        RoutePreference preference = RoutePreference.BALANCED;
        while (true) {
            Model model = coding ? named(CODING_PREFIX + name, free) : null;
            if (model == null) {
                model = named(name, free);
            }
            if (model != null) {
                boolean freeTier = free || model.id().endsWith(FREE);
                return Optional.of(new ModelRef(requestedName, model, web, coding, freeTier, preference));
            }
            if (name.endsWith(FREE)) {
                free = true;
            } else if (name.endsWith(WEB)) {
                web = true;
            } else if (name.endsWith(NITRO)) {
                preference = RoutePreference.THROUGHPUT;
            } else if (name.endsWith(FLOOR)) {
                preference = RoutePreference.PRICE;
            } else {
                return Optional.empty();
            }
            name = name.substring(0, name.lastIndexOf(':'));
        }
    }

    private @Nullable Model named(String name, boolean free) {
        if (!free) {
            return byName.get(name);
        }
        Model sibling = byName.get(name + FREE);
        if (sibling != null) {
            return sibling;
        }
        Model model = byName.get(name);
        return model != null && model.isFree() ? model : null;
    }

    /**
     * Every model, those without a live endpoint included.
     *
     * @return models in the order of the configuration
     */
    public List<Model> models() {
        return models;
    }

    /**
     * The providers that can be called.
     *
     * @return providers in the order of the configuration
     */
    public List<Provider> providers() {
        return providers;
    }

    /**
     * The providers that are off because the environment holds no key of theirs.
     *
     * @return names in the order of the configuration
     */
    public List<String> offProviders() {
        return offProviders;
    }

    /**
     * The subscription plans.
     *
     * @return plans in the order of the configuration
     */
    public List<Plan> plans() {
        return plans;
    }

    /**
     * A subscription plan by its name.
     *
     * @param name for instance {@code pro}
     * @return the plan, empty when there is none of that name
     */
    public Optional<Plan> plan(String name) {
        return plans.stream().filter(plan -> plan.name().equals(name)).findFirst();
    }
}
