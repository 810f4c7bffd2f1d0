package ai.apertis;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.changelog.Changelog;
import ai.apertis.console.Assets;
import ai.apertis.console.Pages;
import ai.apertis.console.brand.BrandMount;
import ai.apertis.console.open.ChangelogPages;
import ai.apertis.console.open.HomePages;
import ai.apertis.ingress.BodyReader;
import ai.apertis.ingress.Door;
import ai.apertis.ingress.ExchangeLog;
import ai.apertis.ingress.Mount;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.UsageSums;
import io.vertx.core.Vertx;
import java.util.List;

/** Builds the pages that people see. */
final class Face {
    private final Assets assets;
    private final BrandMount brand;
    private final Pages pages;

    Face(Vertx vertx, Door door, BodyReader bodies, ExchangeLog log) {
        this.assets = new Assets(door, log);
        this.brand = new BrandMount(door, log);
        this.pages = new Pages(vertx, door, bodies, assets, log);
    }

    /** All of them; what catches other addresses comes last. */
    List<Mount> mounts(LiveCatalog catalog, Database database) {
        Changelog changelog = Changelog.shipped();
        return List.of(
                assets,
                brand,
                new HomePages(pages, catalog, changelog, new UsageSums(database)),
                new ChangelogPages(pages, changelog),
                pages::notFound);
    }
}
