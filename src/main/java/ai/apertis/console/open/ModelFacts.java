package ai.apertis.console.open;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.Plan;
import ai.apertis.catalog.Provider;
import ai.apertis.catalog.Recommender.Task;
import ai.apertis.config.ModelKind;
import ai.apertis.console.Numbers;
import ai.apertis.console.open.ModelView.InPlan;
import ai.apertis.console.open.ModelView.Longer;
import ai.apertis.console.open.ModelView.Served;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says of a model what its page shows. */
final class ModelFacts {
    private static final long ONE = 1_000;

    private ModelFacts() {}

    static ModelView of(Catalog catalog, Model model, String origin) {
        return new ModelView(
                model.id(),
                model.name(),
                model.vendor(),
                model.description(),
                Badge.of(model),
                facts(model),
                PriceLine.of(model.prices()),
                model.prices().tiers().stream()
                        .map(tier ->
                                new Longer(Numbers.grouped(tier.abovePromptTokens()), PriceLine.tokens(tier.prices())))
                        .toList(),
                catalog.plans().stream().map(plan -> inPlan(plan, model)).toList(),
                model.dataPolicy(),
                model.endpoints().stream()
                        .map(Endpoint::provider)
                        .distinct()
                        .map(ModelFacts::served)
                        .toList(),
                model.aliases().stream().sorted().toList(),
                Snippets.of(origin, model),
                task(model),
                model.kinds().contains(ModelKind.CHAT) && !model.endpoints().isEmpty());
    }

    private static List<Map.Entry<String, String>> facts(Model model) {
        List<Map.Entry<String, String>> facts = new ArrayList<>();
        facts.add(Map.entry("Vendor", model.vendor()));
        add(
                facts,
                "Asked for",
                model.kinds().stream().map(ModelKind::configName).toList());
        if (model.contextLength() > 0) {
            facts.add(Map.entry("Context", Numbers.grouped(model.contextLength()) + " tokens"));
        }
        if (model.maxOutput() > 0) {
            facts.add(Map.entry("Longest answer", Numbers.grouped(model.maxOutput()) + " tokens"));
        }
        add(facts, "Reads", model.inputModalities());
        add(facts, "Writes", model.outputModalities());
        add(facts, "Can", model.capabilities());
        facts.add(Map.entry("Tier", model.tier().name().toLowerCase(Locale.ROOT)));
        facts.add(Map.entry("Status", model.status()));
        LocalDate released = model.released();
        if (released != null) {
            facts.add(Map.entry("Released", released.toString()));
        }
        return facts;
    }

    private static void add(List<Map.Entry<String, String>> facts, String name, Collection<String> values) {
        if (!values.isEmpty()) {
            facts.add(Map.entry(
                    name, String.join(", ", values.stream().sorted().toList()).replace('_', ' ')));
        }
    }

    private static InPlan inPlan(Plan plan, Model model) {
        if (!plan.includes(model)) {
            return new InPlan(plan.name(), null);
        }
        long thousandths = plan.multiplierThousandths(model);
        return new InPlan(
                plan.name(),
                thousandths == 0
                        ? "nothing"
                        : units(thousandths) + (thousandths == ONE ? " unit" : " units") + " of quota");
    }

    private static String units(long thousandths) {
        return BigDecimal.valueOf(thousandths, 3).stripTrailingZeros().toPlainString();
    }

    private static Served served(Provider provider) {
        String policy = provider.dataPolicy();
        if (policy != null) {
            return new Served(provider.name(), policy);
        }
        return new Served(
                provider.name(),
                provider.zeroRetention() ? "Keeps nothing of a request." : "Nothing unusual is known.");
    }

    private static String task(Model model) {
        if (!model.serves(ModelKind.CHAT)) {
            return "";
        }
        Task task = model.capabilities().contains("reasoning")
                ? Task.REASONING
                : model.capabilities().contains("tools") ? Task.CODING : Task.FAST_CHAT;
        return task.wireName();
    }
}
