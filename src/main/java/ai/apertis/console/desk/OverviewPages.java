package ai.apertis.console.desk;

import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Visit;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.KeyUses;
import ai.apertis.ledger.UsageFilter;
import ai.apertis.ledger.UsageSums;
import ai.apertis.ledger.UsageSums.DayCost;
import ai.apertis.ledger.UsageSums.DaySum;
import ai.apertis.ledger.UsageSums.ModelSum;
import ai.apertis.people.Action;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** The first page of the console: what is left, and where it went. */
public final class OverviewPages implements Mount {
    private static final int DAYS = 30;

    private final Pages pages;
    private final Balances balances;
    private final UsageSums sums;
    private final KeyUses keys;

    /**
     * The page.
     *
     * @param pages where it is put
     * @param balances what is left
     * @param sums where it went
     * @param keys whether there is a key yet
     */
    public OverviewPages(Pages pages, Balances balances, UsageSums sums, KeyUses keys) {
        this.pages = pages;
        this.balances = balances;
        this.sums = sums;
        this.keys = keys;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, "/console", Action.VIEW_OVERVIEW, this::overview);
    }

    private Future<Reply> overview(Visit visit) {
        long account = visit.signedIn().accountId();
        LocalDate first = LocalDate.now(ZoneOffset.UTC).minusDays(DAYS - 1);
        UsageFilter filter =
                new UsageFilter(account, null, null, first.atStartOfDay().toInstant(ZoneOffset.UTC), null);
        Future<Balance> balance = balances.ofAccount(account)
                .map(found -> found.orElseThrow(() -> Refused.notFound("There is no such account.")));
        Future<List<DaySum>> days = sums.byDay(filter);
        Future<List<ModelSum>> models = sums.byModel(filter);
        Future<List<DayCost>> costs = sums.costs(filter);
        Future<Map<Long, KeyUses.Use>> used = keys.of(account);
        return Future.all(balance, days, models, costs, used)
                .map(read -> Reply.page(
                        "desk/overview",
                        "Overview",
                        "What is left, and where it went.",
                        new OverviewView(
                                OverviewView.Purse.of(balance.result()),
                                OverviewView.Ring.of(balance.result().subscription()),
                                used.result().values().stream().anyMatch(use -> !use.playground()),
                                OverviewView.days(first, DAYS, days.result()),
                                OverviewView.shares(models.result()),
                                OverviewView.spending(first, DAYS, models.result(), costs.result()),
                                OverviewView.tokens(first, DAYS, days.result()))));
    }
}
