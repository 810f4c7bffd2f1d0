package ai.apertis.ingress;

import ai.apertis.catalog.Model;
import ai.apertis.catalog.ModelRef;
import ai.apertis.ledger.KeyRecord;

/** Which models a key may use. */
final class Permissions {
    private Permissions() {}

    /** Throws the refusal that fits, if there is one. */
    static void check(ModelRef asked, KeyRecord key) {
        if (!allows(asked.model(), key)) {
            throw Errors.modelRefused(asked.requested(), "is not among those that this API key may use.")
                    .exception();
        }
    }

    /** Whether a key's own list, if it has one, names the model by any of its names. */
    static boolean allows(Model model, KeyRecord key) {
        if (key.models().isEmpty()) {
            return true;
        }
        return key.models().contains(model.id()) || model.aliases().stream().anyMatch(key.models()::contains);
    }
}
