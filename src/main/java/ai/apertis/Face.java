package ai.apertis;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.changelog.Changelog;
import ai.apertis.config.ConsoleConfig;
import ai.apertis.console.Assets;
import ai.apertis.console.Pages;
import ai.apertis.console.Visitors;
import ai.apertis.console.brand.BrandMount;
import ai.apertis.console.open.ChangelogPages;
import ai.apertis.console.open.HomePages;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.UsageSums;
import ai.apertis.ledger.Writes;
import ai.apertis.people.AuditLog;
import ai.apertis.people.Organizations;
import ai.apertis.people.Sessions;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** Builds the pages that people see. */
final class Face {
    private final List<Mount> mounts = new ArrayList<>();

    Face(
            Vertx vertx,
            ConsoleConfig config,
            Database database,
            Keys keys,
            LiveCatalog catalog,
            Door door,
            BodyReader bodies,
            ExchangeLog log) {
        AuditLog audit = new AuditLog(database);
        Organizations organizations = new Organizations(database, new Writes(database, keys), audit);
        Sessions sessions = new Sessions(database, config.sessionDays());
        Assets assets = new Assets(door, log);
        Pages pages = new Pages(vertx, door, bodies, new Visitors(sessions, organizations), assets, log);
        Changelog changelog = Changelog.shipped();
        mounts.add(assets);
        mounts.add(new BrandMount(door, log));
        mounts.add(new HomePages(pages, catalog, changelog, new UsageSums(database)));
        mounts.add(new ChangelogPages(pages, changelog));
        mounts.add(pages.notFound());
    }

    /** All of them, in the order in which they are to be put on the server: what catches other addresses comes last. */
    List<Mount> mounts() {
        return mounts;
    }
}
