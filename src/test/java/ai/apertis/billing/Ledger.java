package ai.apertis.billing;

import ai.apertis.ledger.Accounts;
import ai.apertis.ledger.Audit;
import ai.apertis.ledger.Await;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.KeyHash;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.Keys;
import ai.apertis.ledger.Subscriptions;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.ledger.UsageFilter;
import ai.apertis.ledger.UsageRow;
import ai.apertis.ledger.UsageRows;
import ai.apertis.money.Usage;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A fresh ledger for a test class, with what tests need to fill it and to look into it. */
final class Ledger implements AutoCloseable {
    static final long USD = 1_000_000_000L;

    final Vertx vertx;
    final DatabaseUrl url;
    final Database database;
    final Accounts accounts;
    final Keys keys;
    final Subscriptions subscriptions;
    final Balances balances;
    final UsageRows usage;

    Ledger() {
        this(Vertx.vertx(), TestDatabase.migrated());
    }

    Ledger(Vertx vertx, DatabaseUrl url) {
        this.vertx = vertx;
        this.url = url;
        database = Database.open(vertx, url, 8);
        accounts = new Accounts(database);
        keys = new Keys(database, new KeyHash(Map.of(1, new byte[32])), false);
        subscriptions = new Subscriptions(database, keys);
        balances = new Balances(database);
        usage = new UsageRows(database);
    }

    long account(long creditNano) {
        long id = Await.get(accounts.create("test", null)).id();
        if (creditNano > 0) {
            Await.get(accounts.credit(id, creditNano, UUID.randomUUID().toString()));
        }
        return id;
    }

    long key(long account) {
        return key(account, KeySettings.named("test"));
    }

    long key(long account, KeySettings settings) {
        return Await.get(keys.create(account, settings)).record().id();
    }

    /** Deploys a process's billing, against this or another address of the database. */
    BillingVerticle deploy(Database through, BillingOptions options) {
        BillingVerticle verticle = new BillingVerticle(through, options);
        Await.get(vertx.deployVerticle(verticle));
        return verticle;
    }

    Billing billing() {
        return deploy(database, options()).billing(vertx);
    }

    /** Quick to give up, to watch and to reap, so that tests are. */
    static BillingOptions options() {
        return new BillingOptions("test", 0, 10_000, 1_000, 300, 50, 6, 2_000, 500);
    }

    static HoldRequest request(long account, long key, long amountNano) {
        return new HoldRequest(account, key, "m", amountNano, null, 0);
    }

    static Charge charge(long costNano) {
        return new Charge(Usage.ofTokens(3, 4), costNano, "m", "p", "v1", 200, Charge.Ending.COMPLETED, true, 12, 34);
    }

    Balance balance(long account, long key) {
        return Await.get(balances.ofKey(account, key)).orElseThrow();
    }

    List<UsageRow> usageOf(long account) {
        return Await.get(usage.page(new UsageFilter(account, null, null, null, null), null, 1_000))
                .rows();
    }

    long number(String sql) {
        return TestDatabase.number(url, sql);
    }

    /** Sets the database's clock; null for the true one. */
    void clock(@Nullable String timestamp) {
        TestDatabase.execute(
                url,
                "CREATE OR REPLACE FUNCTION ledger_now() RETURNS timestamptz LANGUAGE sql STABLE AS "
                        + (timestamp == null
                                ? "'SELECT transaction_timestamp()'"
                                : "$$SELECT timestamptz '" + timestamp + "'$$"));
    }

    /** The promises of the ledger that are broken, by name. */
    List<String> brokenPromises() {
        return Await.get(new Audit(database).run()).stream()
                .filter(finding -> !finding.kept())
                .map(finding -> finding.name() + finding.examples())
                .toList();
    }

    @Override
    public void close() {
        vertx.deploymentIDs().forEach(id -> Await.get(vertx.undeploy(id)));
        Await.get(vertx.close());
    }
}
