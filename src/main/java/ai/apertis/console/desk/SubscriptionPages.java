package ai.apertis.console.desk;

import ai.apertis.catalog.Catalog;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Model;
import ai.apertis.catalog.Plan;
import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Visit;
import ai.apertis.console.Visitor;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.Conflict;
import ai.apertis.ledger.PaidPlans;
import ai.apertis.ledger.SubscriptionRecord;
import ai.apertis.ledger.Subscriptions;
import ai.apertis.ledger.Subscriptions.PlanTerms;
import ai.apertis.people.Action;
import ai.apertis.people.OrganizationBilling;
import ai.apertis.people.Principal;
import ai.apertis.people.Refusal;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An organization's subscription: its quota and dates, how the balance helps out, and taking, changing and ending it. */
public final class SubscriptionPages implements Mount {
    private static final String PATH = "/console/subscription";

    private static final Map<String, String> DONE = Map.of(
            "changed", "The plan was changed.",
            "fallback", "How the balance helps out was changed.",
            "cancelled", "The subscription is cancelled. It works until its end.",
            "resumed", "The subscription goes on.");

    private final Pages pages;
    private final OrganizationBilling billing;
    private final PaidPlans paid;
    private final Balances balances;
    private final LiveCatalog catalog;

    /**
     * The page.
     *
     * @param pages where it is put
     * @param billing changes subscriptions on behalf of somebody
     * @param paid tells how they are paid
     * @param balances what is left
     * @param catalog the plans
     */
    public SubscriptionPages(
            Pages pages, OrganizationBilling billing, PaidPlans paid, Balances balances, LiveCatalog catalog) {
        this.pages = pages;
        this.billing = billing;
        this.paid = paid;
        this.balances = balances;
        this.catalog = catalog;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, PATH, Action.VIEW_BILLING, visit -> page(visit, 200, done(visit), "", ""));
        pages.postSignedIn(router, PATH, Action.MANAGE_BILLING, this::choose);
        pages.postSignedIn(router, PATH + "/fallback", Action.MANAGE_BILLING, this::fallback);
        pages.postSignedIn(
                router, PATH + "/cancel", Action.MANAGE_BILLING, visit -> act(visit, billing::cancel, "cancelled"));
        pages.postSignedIn(
                router, PATH + "/resume", Action.MANAGE_BILLING, visit -> act(visit, billing::resume, "resumed"));
    }

    private static String done(Visit visit) {
        return visit.query("done").map(word -> DONE.getOrDefault(word, "")).orElse("");
    }

    private Future<Reply> page(Visit visit, int status, String good, String wrong, String key) {
        Visitor visitor = visit.signedIn();
        return balances.ofAccount(visitor.accountId())
                .map(found -> found.orElseThrow(() -> Refused.notFound("There is no such account.")))
                .compose(balance -> paid(balance)
                        .map(how -> new Reply.Shown(
                                status,
                                "desk/subscription",
                                "Subscription",
                                "The plan, its quota, and how it goes on.",
                                view(visitor, balance, how.orElse(null), good, wrong, key))));
    }

    private Future<Optional<PaidPlans.Paid>> paid(Balance balance) {
        Balance.Cycle cycle = balance.subscription();
        return cycle == null
                ? Future.succeededFuture(Optional.empty())
                : paid.of(cycle.subscription().id());
    }

    private SubscriptionView view(
            Visitor visitor, Balance balance, PaidPlans.@Nullable Paid how, String good, String wrong, String key) {
        Catalog now = catalog.current();
        Balance.Cycle cycle = balance.subscription();
        SubscriptionRecord subscription = cycle == null || cycle.subscription().ended() ? null : cycle.subscription();
        List<Model> models =
                now.models().stream().filter(model -> !model.isSimulated()).toList();
        return new SubscriptionView(
                OverviewView.Purse.of(balance).left(),
                SubscriptionView.Now.of(cycle, how),
                OverviewView.Ring.of(cycle),
                now.plans().stream()
                        .map(plan -> SubscriptionView.Offer.of(plan, models, subscription, how))
                        .toList(),
                visitor.may(Action.MANAGE_BILLING),
                good,
                wrong,
                key);
    }

    /** Takes a plan where there is no subscription, else changes to it. */
    private Future<Reply> choose(Visit visit) {
        Principal by = visit.signedIn().member();
        Plan plan = visit.field("plan")
                .flatMap(name -> catalog.current().plans().stream()
                        .filter(one -> one.name().equals(name))
                        .findFirst())
                .orElseThrow(() -> Refused.bad("There is no such plan."));
        PlanTerms terms = new PlanTerms(plan.name(), plan.quota() * 1_000);
        return balances.ofAccount(visit.signedIn().accountId())
                .compose(found -> found.map(Balance::subscription)
                                .filter(cycle -> !cycle.subscription().ended())
                                .isPresent()
                        ? billing.changePlan(by, terms, plan.priceNano())
                                .map(changed -> Reply.to(PATH + "?done=changed"))
                        : billing.take(by, terms, plan.priceNano())
                                .compose(made -> page(
                                        visit,
                                        200,
                                        "The plan is yours. This is its key; it is shown this once.",
                                        "",
                                        made.key().key())))
                .recover(e -> told(visit, e));
    }

    private Future<Reply> fallback(Visit visit) {
        Optional<Long> limit;
        try {
            limit = visit.field("limit").map(Dollars::parse);
        } catch (Refused wrong) {
            return told(visit, wrong);
        }
        boolean enabled = visit.field("enabled").isPresent();
        return billing.changeFallback(
                        visit.signedIn().member(), new Subscriptions.Fallback(enabled, limit.orElse(null)))
                .map(changed -> Reply.to(PATH + "?done=fallback"))
                .recover(e -> told(visit, e));
    }

    /** Something to be done with the subscription as it is. */
    private interface Act {
        Future<SubscriptionRecord> by(Principal who);
    }

    private Future<Reply> act(Visit visit, Act act, String done) {
        return act.by(visit.signedIn().member())
                .map(changed -> Reply.to(PATH + "?done=" + done))
                .recover(e -> told(visit, e));
    }

    /** The page again, with what was wrong where it is the visitor's. */
    private Future<Reply> told(Visit visit, Throwable e) {
        return switch (e) {
            case Refused refused -> page(visit, refused.status(), "", String.valueOf(refused.getMessage()), "");
            case Conflict conflict -> page(visit, 409, "", String.valueOf(conflict.getMessage()), "");
            case Refusal.Impossible impossible -> page(visit, 409, "", String.valueOf(impossible.getMessage()), "");
            case Refusal.Absent absent -> page(visit, 404, "", String.valueOf(absent.getMessage()), "");
            default -> Future.failedFuture(e);
        };
    }
}
