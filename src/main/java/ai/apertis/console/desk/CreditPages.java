package ai.apertis.console.desk;

import ai.apertis.console.Numbers;
import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Shown;
import ai.apertis.console.Visit;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.AutoTopup;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.CreditRows;
import ai.apertis.ledger.KeyUses;
import ai.apertis.ledger.Topups;
import ai.apertis.ledger.UsageFilter;
import ai.apertis.ledger.UsageSums;
import ai.apertis.ledger.UsageSums.ModelSum;
import ai.apertis.people.Action;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An organization's money: what is left, what came and went, and what each month came to. */
public final class CreditPages implements Mount {
    private static final int MOVEMENTS = 200;

    private static final Map<String, String> DONE = Map.of(
            "paid", "Thank you. The credit is there.",
            "waiting", "The payment is not through yet. The credit comes when it is.",
            "auto", "How the balance is topped up was changed.",
            "begun",
                    "The card is being charged. The credit is there in a moment, and here once this page is loaded again.");

    private final Pages pages;
    private final Balances balances;
    private final CreditRows credits;
    private final Topups topups;
    private final UsageSums sums;
    private final KeyUses keys;
    private final boolean paysHere;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param balances what is left
     * @param credits what came and went
     * @param topups how balances are topped up
     * @param sums what was used
     * @param keys names keys
     * @param paysHere whether there is a payment provider
     */
    public CreditPages(
            Pages pages,
            Balances balances,
            CreditRows credits,
            Topups topups,
            UsageSums sums,
            KeyUses keys,
            boolean paysHere) {
        this.pages = pages;
        this.balances = balances;
        this.credits = credits;
        this.topups = topups;
        this.sums = sums;
        this.keys = keys;
        this.paysHere = paysHere;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, "/console/credits", Action.VIEW_BILLING, this::credits);
        pages.getSignedIn(router, "/console/credits/statements/:month", Action.VIEW_BILLING, this::statement);
    }

    private Future<Reply> credits(Visit visit) {
        long account = visit.signedIn().accountId();
        YearMonth since = month(visit.signedIn().organization().createdAt());
        List<String> months = Stream.iterate(month(Instant.now()), one -> one.minusMonths(1))
                .limit(24)
                .takeWhile(one -> !one.isBefore(since))
                .map(YearMonth::toString)
                .toList();
        Future<Balance> balance = balances.ofAccount(account)
                .map(found -> found.orElseThrow(() -> Refused.notFound("There is no such account.")));
        Future<Optional<AutoTopup>> topup = topups.settings(account);
        Future<List<CreditRows.Movement>> rows = credits.list(account, Instant.EPOCH, null, MOVEMENTS);
        return Future.all(balance, topup, rows)
                .map(read -> Reply.page(
                        "desk/credits",
                        "Credits",
                        "What is left, and what came and went.",
                        new CreditsView(
                                OverviewView.Purse.of(balance.result()),
                                CreditsView.Adding.of(
                                        paysHere,
                                        visit.signedIn(),
                                        topup.result().orElse(null)),
                                visit.query("done")
                                        .map(word -> DONE.getOrDefault(word, ""))
                                        .orElse(""),
                                rows.result().stream()
                                        .map(CreditsView.Movement::of)
                                        .toList(),
                                months)));
    }

    private static YearMonth month(Instant at) {
        return YearMonth.from(at.atOffset(ZoneOffset.UTC));
    }

    private Future<Reply> statement(Visit visit) {
        long account = visit.signedIn().accountId();
        YearMonth month = asked(visit.inPath("month"));
        Instant from = month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        Instant to = month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
        UsageFilter filter = new UsageFilter(account, null, null, from, to);
        Future<List<ModelSum>> models = sums.byModel(filter);
        Future<List<UsageSums.KeySum>> byKey = sums.byKey(filter);
        Future<List<KeyUses.Name>> names = keys.names(account);
        Future<List<CreditRows.Movement>> rows = credits.list(account, from, to, 1_000);
        return Future.all(models, byKey, names, rows)
                .map(read -> Reply.page(
                        "desk/statement",
                        "Statement of " + month,
                        "What a month came to.",
                        view(visit, month, models.result(), byKey.result(), names.result(), rows.result())));
    }

    private static CreditsView.Statement view(
            Visit visit,
            YearMonth month,
            List<ModelSum> models,
            List<UsageSums.KeySum> byKey,
            List<KeyUses.Name> names,
            List<CreditRows.Movement> rows) {
        Map<Long, String> named = KeyUses.byId(names);
        ModelSum all = models.stream().reduce(ModelSum.NOTHING, ModelSum::plus);
        return new CreditsView.Statement(
                month.toString(),
                visit.signedIn().organization().name(),
                Numbers.grouped(all.requests()),
                Numbers.usd(all.costNano()),
                all.quotaMilli() == 0 ? "" : Shown.quota(all.quotaMilli()),
                models.stream()
                        .map(sum -> CreditsView.Sum.of(sum.model(), sum.requests(), sum.quotaMilli(), sum.costNano()))
                        .toList(),
                byKey.stream()
                        .map(sum -> CreditsView.Sum.of(
                                named.getOrDefault(sum.keyId(), "key " + sum.keyId()),
                                sum.requests(),
                                sum.quotaMilli(),
                                sum.costNano()))
                        .toList(),
                rows.stream().map(CreditsView.Movement::of).toList());
    }

    private static YearMonth asked(String text) {
        try {
            YearMonth month = YearMonth.parse(text);
            if (month.getYear() >= 2000 && month.getYear() < 3000) {
                return month;
            }
        } catch (DateTimeParseException e) {
            throw Refused.notFound("A statement is of a month like 2026-11.");
        }
        throw Refused.notFound("There is no statement of that month.");
    }
}
