package ai.apertis.ingress;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.ModelRef;
import ai.apertis.catalog.Plan;
import ai.apertis.ledger.KeyRecord;
import java.util.List;
import java.util.Optional;

/** Which models a key may use: those of its own list, if it has one, and of its subscription's plan, if it has one. */
final class Permissions {
    /** Who may use a model may use its pool for coding tools. */
    private static final String POOL = "code:";

    private final List<String> listed;
    private final Optional<Plan> plan;

    Permissions(KeyRecord key, Catalog catalog) {
        this.listed = key.models();
        String name = key.plan();
        this.plan = name == null ? Optional.empty() : catalog.plan(name);
    }

    /** Throws the refusal that fits, if there is one. */
    void check(ModelRef asked) {
        if (!listed(asked.model())) {
            throw Errors.modelRefused(asked.requested(), "is not among those that this API key may use.")
                    .exception();
        }
        if (!included(asked.model())) {
            throw Errors.modelRefused(asked.requested(), "is not included in the plan of this API key.")
                    .exception();
        }
    }

    boolean allows(Model model) {
        return listed(model) && included(model);
    }

    /** The plan of a subscription's key. */
    Optional<Plan> plan() {
        return plan;
    }

    private boolean listed(Model model) {
        return listed.isEmpty()
                || listed.contains(model.id())
                || (model.id().startsWith(POOL) && listed.contains(model.id().substring(POOL.length())))
                || model.aliases().stream().anyMatch(listed::contains);
    }

    private boolean included(Model model) {
        return plan.isEmpty() || plan.get().includes(model);
    }
}
