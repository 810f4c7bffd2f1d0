package ai.apertis;

import ai.apertis.admin.Reload;
import ai.apertis.billing.alerts.Mailer;
import ai.apertis.catalog.LiveCatalog;
import ai.apertis.changelog.Changelog;
import ai.apertis.config.ConsoleConfig;
import ai.apertis.config.SmtpConfig;
import ai.apertis.console.Assets;
import ai.apertis.console.AssetsMount;
import ai.apertis.console.Pages;
import ai.apertis.console.Visitors;
import ai.apertis.console.account.AuditPages;
import ai.apertis.console.account.Entrance;
import ai.apertis.console.account.Gate;
import ai.apertis.console.account.Letters;
import ai.apertis.console.account.LinkPages;
import ai.apertis.console.account.OidcPages;
import ai.apertis.console.account.OperatorPages;
import ai.apertis.console.account.OrganizationPages;
import ai.apertis.console.account.SettingsPages;
import ai.apertis.console.account.SignInPages;
import ai.apertis.console.brand.BrandMount;
import ai.apertis.console.desk.CreditPages;
import ai.apertis.console.desk.KeyPages;
import ai.apertis.console.desk.LogPages;
import ai.apertis.console.desk.OverviewPages;
import ai.apertis.console.desk.PlaygroundPages;
import ai.apertis.console.desk.SubscriptionPages;
import ai.apertis.console.desk.TopupPages;
import ai.apertis.console.open.ChangelogPages;
import ai.apertis.console.open.DocsPages;
import ai.apertis.console.open.HomePages;
import ai.apertis.console.open.ModelPages;
import ai.apertis.console.open.PricingPages;
import ai.apertis.console.open.RecommendPages;
import ai.apertis.console.operator.AccountPages;
import ai.apertis.console.operator.CataloguePages;
import ai.apertis.console.operator.LedgerPages;
import ai.apertis.console.operator.ProviderPages;
import ai.apertis.console.state.StatusPages;
import ai.apertis.http.ClientAddress;
import ai.apertis.http.OutboundUrls;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.ChatOnBehalf;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import ai.apertis.ingress.OnFirstUse;
import ai.apertis.ingress.OpenApi;
import ai.apertis.ledger.Accounts;
import ai.apertis.ledger.AdminToken;
import ai.apertis.ledger.Alerts;
import ai.apertis.ledger.Audit;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.CreditRows;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.KeyUses;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.PaidPlans;
import ai.apertis.ledger.Payments;
import ai.apertis.ledger.ProviderDays;
import ai.apertis.ledger.Topups;
import ai.apertis.ledger.UsageRows;
import ai.apertis.ledger.UsageSums;
import ai.apertis.ledger.Writes;
import ai.apertis.limits.RateLimiter;
import ai.apertis.payments.StripeCheckout;
import ai.apertis.people.AuditLog;
import ai.apertis.people.Identities;
import ai.apertis.people.MailedLinks;
import ai.apertis.people.OrganizationBilling;
import ai.apertis.people.Organizations;
import ai.apertis.people.Passwords;
import ai.apertis.people.People;
import ai.apertis.people.Sessions;
import ai.apertis.routing.health.Health;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Builds the pages that people see. */
final class Face {
    private final List<Mount> mounts = new ArrayList<>();

    Face(
            Vertx vertx,
            ConsoleConfig config,
            Optional<SmtpConfig> smtp,
            Database database,
            Keys keys,
            LiveCatalog catalog,
            Changelog changelog,
            OnFirstUse<OpenApi> api,
            Door door,
            BodyReader bodies,
            ExchangeLog log,
            AdminToken adminToken,
            RateLimiter limiter,
            ClientAddress addresses,
            OutboundUrls urls,
            Health health,
            Reload reload,
            BooleanSupplier ledgerAnswers,
            ChatOnBehalf chat,
            Optional<StripeCheckout> checkout) {
        AuditLog audit = new AuditLog(database);
        Writes writes = new Writes(database, keys);
        Organizations organizations = new Organizations(database, writes, audit);
        Sessions sessions = new Sessions(database, config.sessionDays());
        OnFirstUse<Assets> assets = new OnFirstUse<>(vertx, Assets::shipped);
        Pages pages = new Pages(vertx, door, bodies, new Visitors(sessions, organizations), assets, log);
        mounts.add(new AssetsMount(door, assets, log));
        mounts.add(new BrandMount(vertx, door, log));
        UsageSums sums = new UsageSums(database);
        mounts.add(new HomePages(pages, catalog, changelog, sums));
        mounts.add(new ChangelogPages(pages, changelog));
        mounts.add(new ModelPages(pages, catalog));
        mounts.add(new RecommendPages(pages, catalog));
        mounts.add(new PricingPages(pages, catalog));
        mounts.add(new StatusPages(pages, catalog, health, ledgerAnswers, new ProviderDays(database)));
        mounts.add(new DocsPages(pages, vertx, api));
        Gate gate = new Gate(limiter, addresses, config);
        Passwords passwords = new Passwords(vertx);
        People people = new People(database, writes, passwords, organizations, audit, config);
        MailedLinks links = new MailedLinks(database, passwords, audit);
        Optional<Letters> letters =
                smtp.flatMap(server -> config.publicUrl().map(url -> new Letters(new Mailer(vertx, server), url)));
        mounts.add(new LinkPages(pages, gate, links, letters));
        Entrance entrance = new Entrance(gate, sessions);
        mounts.add(new SignInPages(pages, gate, people, entrance, sessions, organizations, config));
        if (config.oidc().isPresent()) {
            Identities identities = new Identities(database, writes, people, audit, config);
            mounts.add(new OidcPages(vertx, pages, gate, entrance, identities, config));
        }
        mounts.add(new SettingsPages(
                pages, gate, people, links, letters, sessions, new Alerts(database, keys), urls, writes, audit));
        mounts.add(new OrganizationPages(pages, organizations, sessions, gate, letters));
        mounts.add(new AuditPages(pages, audit));
        mounts.add(new OperatorPages(pages, gate, adminToken, sessions, writes, audit, links));
        KeyUses uses = new KeyUses(database);
        Balances balances = new Balances(database);
        mounts.add(new OverviewPages(pages, balances, sums, uses));
        Topups topups = new Topups(database);
        mounts.add(
                new CreditPages(pages, balances, new CreditRows(database), topups, sums, uses, checkout.isPresent()));
        OrganizationBilling billing = organizations.billing();
        mounts.add(new TopupPages(pages, billing, topups, new Payments(database), checkout));
        mounts.add(new SubscriptionPages(pages, billing, new PaidPlans(database.pool()), balances, catalog));
        mounts.add(new KeyPages(pages, organizations.keys(keys), organizations.projects(), uses, catalog));
        UsageRows requests = new UsageRows(database);
        mounts.add(new PlaygroundPages(pages, chat, organizations.playgroundKeys(keys), requests, balances, catalog));
        mounts.add(new LogPages(pages, requests, uses, catalog));
        mounts.add(new AccountPages(
                pages,
                new Accounts(database),
                balances,
                new CreditRows(database),
                keys,
                uses,
                organizations,
                writes,
                audit));
        mounts.add(new ProviderPages(pages, catalog, health));
        mounts.add(new CataloguePages(pages, catalog, reload, writes, audit));
        mounts.add(new LedgerPages(pages, new Audit(database)));
        mounts.add(pages.notFound());
    }

    /** All of them, in the order in which they are to be put on the server: what catches other addresses comes last. */
    List<Mount> mounts() {
        return mounts;
    }
}
