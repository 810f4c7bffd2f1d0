package ai.apertis.console.operator;

import ai.apertis.admin.Reload;
import ai.apertis.catalog.Endpoint;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.Plan;
import ai.apertis.catalog.Snapshot;
import ai.apertis.config.ConfigChange;
import ai.apertis.config.ConfigException;
import ai.apertis.console.Numbers;
import ai.apertis.console.Pages;
import ai.apertis.console.Reply;
import ai.apertis.console.Shown;
import ai.apertis.console.Visit;
import ai.apertis.console.Visitor;
import ai.apertis.console.operator.CatalogueView.Reloaded;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Writes;
import ai.apertis.money.Prices;
import ai.apertis.people.Action;
import ai.apertis.people.AuditLog;
import ai.apertis.people.Principal;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The catalogue as it holds here, with what the public pages do not show, and a button that reads the configuration again. */
public final class CataloguePages implements Mount {
    private static final String PATH = "/operator/catalogue";
    private static final int MOST_PROBLEMS = 20;
    private static final long NANO_IN_A_MILLION = 1_000;

    private final Pages pages;
    private final LiveCatalog catalog;
    private final Reload reload;
    private final Writes writes;
    private final AuditLog log;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param catalog what holds
     * @param reload reads the configuration again
     * @param writes runs what is noted
     * @param log where it is noted
     */
    public CataloguePages(Pages pages, LiveCatalog catalog, Reload reload, Writes writes, AuditLog log) {
        this.pages = pages;
        this.catalog = catalog;
        this.reload = reload;
        this.writes = writes;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, PATH, Action.OPERATE, visit -> Future.succeededFuture(shown(200, null)));
        pages.postSignedIn(router, PATH + "/reload", Action.OPERATE, this::again);
    }

    private Future<Reply> again(Visit visit) {
        Visitor visitor = visit.signedIn();
        return writes.run((rows, transaction) -> log.write(
                        transaction,
                        new Principal.Operator(
                                visitor.session().person(),
                                visitor.organization().id()),
                        "configuration.reloaded",
                        catalog.snapshot().version()))
                .compose(noted -> reload.now())
                .map(done -> shown(200, new Reloaded(true, words(done))))
                .recover(cause -> cause instanceof ConfigException invalid
                        ? Future.succeededFuture(shown(400, new Reloaded(false, problems(invalid))))
                        : Future.failedFuture(cause));
    }

    /** Its messages name places and never repeat what came from the environment. */
    private static List<String> problems(ConfigException invalid) {
        List<String> all = invalid.problems();
        List<String> shown = new ArrayList<>(all.subList(0, Math.min(MOST_PROBLEMS, all.size())));
        if (all.size() > MOST_PROBLEMS) {
            shown.add("and " + (all.size() - MOST_PROBLEMS) + " more");
        }
        return shown;
    }

    private static List<String> words(Reload.Done done) {
        ConfigChange change = done.change();
        List<String> words = new ArrayList<>();
        if (change.isEmpty()) {
            words.add("Nothing is different.");
        }
        listed(words, "Models", change.models());
        listed(words, "Providers", change.providers());
        listed(words, "Plans", change.plans());
        named(words, "Settings that hold from now on", change.settings());
        named(words, "Different, and holding only after a restart", change.restart());
        return words;
    }

    private static void listed(List<String> words, String what, ConfigChange.Listed of) {
        named(words, what + " added", of.added());
        named(words, what + " removed", of.removed());
        named(words, what + " changed", of.changed());
    }

    private static void named(List<String> words, String what, List<String> names) {
        if (!names.isEmpty()) {
            words.add(what + ": " + String.join(", ", names));
        }
    }

    private Reply shown(int status, @Nullable Reloaded reloaded) {
        Snapshot now = catalog.snapshot();
        return new Reply.Shown(
                status,
                "operator/catalogue",
                "Catalogue",
                "What holds here.",
                new CatalogueView(
                        now.version(),
                        now.catalog().models().stream()
                                .map(model -> line(model, now.catalog().plans()))
                                .toList(),
                        now.catalog().offProviders(),
                        reloaded));
    }

    private static CatalogueView.Line line(Model model, List<Plan> plans) {
        Prices prices = model.prices();
        return new CatalogueView.Line(
                model.id(),
                model.status(),
                model.tier().name().toLowerCase(Locale.ROOT),
                Numbers.usd(prices.inputPico() * NANO_IN_A_MILLION),
                Numbers.usd(prices.outputPico() * NANO_IN_A_MILLION),
                model.priceVersion(),
                plans.stream()
                        .map(Plan::name)
                        .filter(model.multipliers()::containsKey)
                        .map(plan ->
                                plan + " " + Shown.quota(model.multipliers().getOrDefault(plan, 0L)))
                        .collect(Collectors.joining(", ")),
                model.endpoints().stream()
                        .map(endpoint -> words(endpoint, model.endpoints().size() > 1))
                        .toList());
    }

    private static String words(Endpoint endpoint, boolean among) {
        return endpoint.provider().name() + ": " + endpoint.upstreamModel()
                + (among ? ", priority " + endpoint.priority() : "")
                + (endpoint.weight() == 1 ? "" : ", weight " + endpoint.weight());
    }
}
