package ai.apertis.console.open;

import ai.apertis.catalog.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A word or two that mark something.
 *
 * @param text what is read
 * @param look the colour, a class of the stylesheet
 */
public record Badge(String text, String look) {
    private static final Badge LOGGED = new Badge("logged by provider", "warn");
    private static final Badge POLICY = new Badge("data policy", "warn");

    /** What marks a model in a list. */
    static List<Badge> of(Model model) {
        List<Badge> badges = new ArrayList<>();
        if (model.isFree()) {
            badges.add(new Badge("free", "free"));
        }
        if (model.inputModalities().contains("image")) {
            badges.add(new Badge("vision", "info"));
        }
        for (String capability : List.of("tools", "reasoning")) {
            if (model.capabilities().contains(capability)) {
                badges.add(new Badge(capability, "models"));
            }
        }
        String policy = model.dataPolicy();
        if (policy != null) {
            badges.add(policy.toLowerCase(Locale.ROOT).contains("logged") ? LOGGED : POLICY);
        }
        if (!model.status().equals("active")) {
            badges.add(new Badge(model.status(), "warn"));
        }
        if (model.isSimulated()) {
            badges.add(new Badge("simulated", ""));
        }
        if (model.endpoints().isEmpty()) {
            badges.add(new Badge("off here", ""));
        }
        return List.copyOf(badges);
    }
}
