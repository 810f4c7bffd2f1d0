package ai.apertis.console.operator;

import ai.apertis.admin.AccountFields;
import ai.apertis.console.Ids;
import ai.apertis.console.Numbers;
import ai.apertis.console.Pages;
import ai.apertis.console.Refused;
import ai.apertis.console.Reply;
import ai.apertis.console.Visit;
import ai.apertis.console.Visitor;
import ai.apertis.console.account.Said;
import ai.apertis.console.desk.CreditsView;
import ai.apertis.console.desk.KeysView;
import ai.apertis.dialect.ApiException;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.AccountRecord;
import ai.apertis.ledger.Accounts;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.CreditRows;
import ai.apertis.ledger.KeyRecord;
import ai.apertis.ledger.KeyUses;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.Tables;
import ai.apertis.ledger.Writes;
import ai.apertis.people.Action;
import ai.apertis.people.AuditLog;
import ai.apertis.people.Organization;
import ai.apertis.people.Organizations;
import ai.apertis.people.Principal;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All accounts, for the operator: looked up, limited, suspended, given credit. Whatever is done is in the audit log. */
public final class AccountPages implements Mount {
    private static final String LIST = "/operator/accounts";
    private static final int PAGE = 50;
    private static final int MOVEMENTS = 20;
    private static final int LONGEST = 200;
    private static final Map<String, String> DONE = Map.of(
            "changed", "The account was changed.",
            "active", "The account is active.",
            "suspended", "The account is suspended: its keys are refused from now on.",
            "given", "The credit was given.",
            "before", "This reference had been applied before; nothing was added.");

    private final Pages pages;
    private final Accounts accounts;
    private final Balances balances;
    private final CreditRows credits;
    private final Keys keys;
    private final KeyUses uses;
    private final Organizations organizations;
    private final Writes writes;
    private final AuditLog log;

    /**
     * The pages.
     *
     * @param pages where they are put
     * @param accounts the accounts
     * @param balances what is left
     * @param credits what came and went
     * @param keys the keys
     * @param uses what they did
     * @param organizations whose accounts they are
     * @param writes runs what is changed
     * @param log where it is noted
     */
    public AccountPages(
            Pages pages,
            Accounts accounts,
            Balances balances,
            CreditRows credits,
            Keys keys,
            KeyUses uses,
            Organizations organizations,
            Writes writes,
            AuditLog log) {
        this.pages = pages;
        this.accounts = accounts;
        this.balances = balances;
        this.credits = credits;
        this.keys = keys;
        this.uses = uses;
        this.organizations = organizations;
        this.writes = writes;
        this.log = log;
    }

    @Override
    public void mount(Router router) {
        pages.getSignedIn(router, LIST, Action.OPERATE, this::list);
        pages.getSignedIn(router, LIST + "/:id", Action.OPERATE, this::one);
        pages.postSignedIn(router, LIST + "/:id", Action.OPERATE, visit -> form(visit, this::limit));
        pages.postSignedIn(router, LIST + "/:id/status", Action.OPERATE, visit -> form(visit, this::turn));
        pages.postSignedIn(router, LIST + "/:id/credits", Action.OPERATE, visit -> form(visit, this::give));
    }

    private Future<Reply> list(Visit visit) {
        String query = visit.query("q").orElse("");
        if (query.length() > LONGEST) {
            throw Refused.bad("'q' is too long.");
        }
        Long before = visit.query("before").map(AccountPages::cursor).orElse(null);
        return accounts.search(query, before, PAGE + 1).compose(found -> {
            List<AccountRecord> shown = found.subList(0, Math.min(PAGE, found.size()));
            String older = found.size() > PAGE
                    ? LIST + "?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&before="
                            + shown.getLast().id()
                    : null;
            return balances.ofAccounts(shown.stream().map(AccountRecord::id).toList())
                    .map(left -> Reply.page(
                            "operator/accounts",
                            "Accounts",
                            "All accounts.",
                            new AccountsView(query, lines(shown, left), older, before != null)));
        });
    }

    private static List<AccountsView.Line> lines(List<AccountRecord> accounts, Map<Long, Balance> left) {
        List<AccountsView.Line> lines = new ArrayList<>();
        for (AccountRecord account : accounts) {
            Balance balance = left.get(account.id());
            if (balance != null) {
                lines.add(AccountsView.Line.of(account, balance));
            }
        }
        return lines;
    }

    private static Long cursor(String told) {
        try {
            return Long.valueOf(told);
        } catch (NumberFormatException e) {
            throw Refused.bad("'before' must be a number.");
        }
    }

    private Future<Reply> one(Visit visit) {
        String done =
                visit.query("done").map(word -> DONE.getOrDefault(word, "")).orElse("");
        return shown(visit, 200, new Said(done, "", ""), null);
    }

    private Future<Reply> shown(Visit visit, int status, Said said, @Nullable ApiException refusal) {
        long id = Ids.of(visit, "account");
        Future<AccountRecord> account =
                accounts.get(id).map(found -> found.orElseThrow(() -> Refused.notFound("There is no such account.")));
        Future<Optional<Balance>> balance = balances.ofAccount(id);
        Future<List<KeyRecord>> itsKeys = keys.list(id);
        Future<Map<Long, KeyUses.Use>> used = uses.of(id);
        Future<List<CreditRows.Movement>> moved = credits.list(id, Instant.EPOCH, null, MOVEMENTS);
        Future<Optional<Organization>> owner = organizations.ofAccount(id);
        return Future.all(account, balance, itsKeys, used, moved, owner).map(read -> {
            AccountForm form = AccountForm.of(account.result().settings());
            AccountView view = view(
                    account.result(),
                    balance.result().orElseThrow(),
                    owner.result().map(Organization::name).orElse(""),
                    itsKeys.result().stream()
                            .map(key -> KeysView.Line.of(
                                    key, used.result().get(key.id()), false, "", "", false, Instant.now()))
                            .toList(),
                    moved.result(),
                    refusal == null ? form : form.refused(visit, refusal),
                    said);
            return new Reply.Shown(status, "operator/account", "Account " + id, "One account.", view);
        });
    }

    private static AccountView view(
            AccountRecord account,
            Balance balance,
            String owner,
            List<KeysView.Line> keys,
            List<CreditRows.Movement> movements,
            AccountForm form,
            Said said) {
        Balance.Month month = balance.accountMonth();
        return new AccountView(
                AccountsView.Line.of(account, balance),
                owner,
                month == null ? "" : Numbers.usd(month.used()) + " of " + Numbers.usd(month.limit()),
                AccountView.Cycle.of(balance.subscription()),
                keys,
                movements.stream().map(CreditsView.Movement::of).toList(),
                form,
                "operator-" + UUID.randomUUID(),
                said);
    }

    /** A form that is refused is shown again with what is wrong. */
    private Future<Reply> form(Visit visit, BiFunction<Visit, Long, Future<String>> taken) {
        long id = Ids.of(visit, "account");
        return accounts.get(id)
                .map(found -> found.orElseThrow(() -> Refused.notFound("There is no such account.")))
                .compose(found -> taken.apply(visit, id))
                .map(done -> Reply.to(LIST + "/" + id + "?done=" + done))
                .recover(cause -> cause instanceof ApiException refusal
                        ? shown(visit, refusal.error().status(), new Said("", "", ""), refusal)
                        : Future.failedFuture(cause));
    }

    private Future<String> limit(Visit visit, long id) {
        return changed(
                visit,
                id,
                AccountForm.limits(visit),
                changed -> Map.entry("account.changed", words(changed)),
                changed -> "changed");
    }

    private Future<String> changed(
            Visit visit,
            long id,
            byte[] form,
            Function<AccountRecord, Map.@Nullable Entry<String, String>> entry,
            Function<AccountRecord, String> done) {
        var change = AccountFields.change(form);
        return noted(visit, id, rows -> rows.accounts().change(id, change), entry, done);
    }

    private static String words(AccountRecord account) {
        AccountRecord.Settings now = account.settings();
        Long limit = now.monthlyLimitNano();
        return named(account.id())
                + (now.unlimited() ? ": unlimited" : ": by its balance")
                + (limit == null
                        ? ", no monthly limit"
                        : ", " + Numbers.usd(limit) + " a month from day " + now.monthlyResetDay());
    }

    private Future<String> turn(Visit visit, long id) {
        return changed(
                visit,
                id,
                AccountForm.status(visit),
                changed -> Map.entry(
                        changed.settings().suspended() ? "account.suspended" : "account.activated", named(id)),
                changed -> changed.settings().suspended() ? "suspended" : "active");
    }

    private Future<String> give(Visit visit, long id) {
        AccountFields.Credit credit = AccountFields.credit(AccountForm.credit(visit));
        return noted(
                visit,
                id,
                rows -> rows.accounts()
                        .credit(id, credit.amountNano(), credit.reference())
                        .map(credit::settled),
                given -> given.applied()
                        ? Map.entry(
                                "account.credited",
                                named(id) + ": " + Numbers.usd(credit.amountNano()) + ", " + credit.reference())
                        : null,
                given -> given.applied() ? "given" : "before");
    }

    private static String named(long id) {
        return "account " + id;
    }

    /** In the log of the account's organization, or in that of the operator where it has none. */
    private <T> Future<String> noted(
            Visit visit,
            long id,
            Function<Tables, Future<T>> work,
            Function<T, Map.@Nullable Entry<String, String>> entry,
            Function<T, String> done) {
        Visitor visitor = visit.signedIn();
        return organizations
                .ofAccount(id)
                .map(owner -> owner.map(Organization::id)
                        .orElse(visitor.organization().id()))
                .compose(where ->
                        writes.run((rows, transaction) -> work.apply(rows).compose(result -> {
                            Map.Entry<String, String> noted = entry.apply(result);
                            return noted == null
                                    ? Future.succeededFuture(result)
                                    : log.write(
                                                    transaction,
                                                    new Principal.Operator(
                                                            visitor.session().person(), where),
                                                    noted.getKey(),
                                                    noted.getValue())
                                            .map(result);
                        })))
                .map(done);
    }
}
