package ai.apertis.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the API rooms read and write: keys, accounts, credits, pages of usage, remembered answers, the audit. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LedgerReadingTest {
    private Vertx vertx;
    private DatabaseUrl url;
    private Database database;
    private Accounts accounts;
    private Keys keys;

    @BeforeAll
    void open() {
        vertx = Vertx.vertx();
        url = TestDatabase.fresh();
        database = Database.open(vertx, url, 4);
        accounts = new Accounts(database);
        keys = new Keys(database, new KeyHash(Map.of(1, new byte[32])), false);
    }

    @AfterAll
    void close() {
        Await.get(vertx.close());
    }

    @Test
    void aKeyIsFoundByItsTextWithEverythingThatWasSet() {
        KeySettings all = new KeySettings(
                "all",
                true,
                5L,
                6L,
                28,
                List.of("gpt-5.2"),
                List.of("10.0.0.0/8"),
                Instant.parse("2030-01-01T00:00:00Z"),
                List.of("glm-5-turbo"),
                5_000L,
                true,
                new JsonObject().put("enabled", true),
                "deny",
                new JsonObject().put("enabled", false),
                true);
        MadeKey made = Await.get(keys.create(account(), all));
        KeyRecord found = Await.get(keys.find(made.key())).orElseThrow();
        assertThat(found).isEqualTo(made.record());
        assertThat(found.settings()).isEqualTo(all);
        assertThat(made.key()).endsWith(found.last4());
        assertThat(made.toString()).doesNotContain(made.key());
    }

    @Test
    void aKeyInUseIsLookedUpAnewWithoutAnybodyWaitingForIt() {
        MadeKey made = Await.get(keys.create(account(), KeySettings.named("before")));
        Await.get(keys.find(made.key()));
        TestDatabase.execute(
                url,
                "UPDATE api_key SET name = 'after' WHERE id = " + made.record().id());
        // Elsewhere, so that this node is not told. Asked for all the time, it is never away from memory.
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(10))
                .until(() -> {
                    Future<Optional<KeyRecord>> found = keys.find(made.key());
                    assertThat(found.isComplete()).isTrue();
                    return found.result().orElseThrow().settings().name().equals("after");
                });
    }

    @Test
    void aKeyOfAnotherPepperOrWithATypingErrorIsNotFound() {
        MadeKey made = Await.get(keys.create(account(), KeySettings.named("k")));
        assertThat(Await.get(keys.find(made.key() + "x"))).isEmpty();
        assertThat(Await.get(keys.find("sk-" + "x".repeat(48)))).isEmpty();
        Keys others = new Keys(
                database, new KeyHash(Map.of(2, "another pepper than that".getBytes(StandardCharsets.UTF_8))), false);
        assertThat(Await.get(others.find(made.key()))).isEmpty();
    }

    @Test
    void aRevokedKeyStaysRevokedAndLeavesTheList() {
        long account = account();
        MadeKey made = Await.get(keys.create(account, KeySettings.named("k")));
        assertThat(Await.get(keys.list(account)))
                .extracting(KeyRecord::id)
                .containsExactly(made.record().id());
        assertThat(Await.get(keys.revoke(made.record().id()))).isTrue();
        assertThat(Await.get(keys.revoke(made.record().id()))).isFalse();
        assertThat(Await.get(keys.list(account))).isEmpty();
        assertThat(Await.get(keys.get(made.record().id())).orElseThrow().revoked())
                .isTrue();
        assertThatThrownBy(() -> Await.get(keys.change(made.record().id(), s -> s)))
                .isInstanceOf(NoSuchRow.class);
    }

    @Test
    void whatIsNotThereIsSaidToBeSo() {
        assertThatThrownBy(() -> Await.get(keys.create(999_999, KeySettings.named("k"))))
                .isInstanceOf(NoSuchRow.class);
        assertThatThrownBy(() -> Await.get(accounts.credit(999_999, 1, "r"))).isInstanceOf(NoSuchRow.class);
        assertThatThrownBy(() -> Await.get(accounts.change(999_999, s -> s))).isInstanceOf(NoSuchRow.class);
    }

    @Test
    void aReferenceIsCreditedOnce() {
        long account = account();
        assertThat(Await.get(accounts.credit(account, 70, "invoice 1"))).isEqualTo(new Accounts.Credit(70, true, null));
        assertThat(Await.get(accounts.credit(account, 99, "invoice 1"))).isEqualTo(new Accounts.Credit(70, false, 70L));
        assertThat(Await.get(accounts.credit(account, -20, "correction")).balanceNano())
                .isEqualTo(50);
        assertThatThrownBy(() -> Await.get(accounts.credit(account, -51, "too much")))
                .isInstanceOf(Conflict.class);
        assertThatThrownBy(() -> Await.get(accounts.credit(account, 0, "nothing")))
                .isInstanceOf(Conflict.class);
        assertThat(Await.get(accounts.credit(account, 1, "too much")).balanceNano())
                .isEqualTo(51);
    }

    @Test
    void oneSubscriptionAtATime() {
        long account = account();
        Subscriptions subscriptions = new Subscriptions(database, keys);
        Subscriptions.PlanTerms plan = new Subscriptions.PlanTerms("pro", 1_000);
        Subscriptions.Fallback off = new Subscriptions.Fallback(false, null);
        Subscriptions.Made made = Await.get(subscriptions.create(account, plan, SubscriptionRecord.Interval.YEAR, off));
        assertThat(made.key().key()).startsWith("sk-sub-");
        assertThat(Await.get(keys.find(made.key().key())).orElseThrow().subscription())
                .isEqualTo(made.subscription());
        assertThatThrownBy(() -> Await.get(subscriptions.create(account, plan, SubscriptionRecord.Interval.MONTH, off)))
                .isInstanceOf(Conflict.class);
        Await.get(subscriptions.apply(account, Subscriptions.Action.CANCEL_NOW));
        assertThat(Await.get(subscriptions.get(account)).orElseThrow().status())
                .isEqualTo(SubscriptionRecord.Status.CANCELLED);
        Await.get(subscriptions.create(account, plan, SubscriptionRecord.Interval.MONTH, off));
    }

    @Test
    void pagesOfUsageHaveEveryRowOnceNewestFirst() {
        long account = account();
        for (int i = 1; i <= 7; i++) {
            charge(account, i, "2028-01-01 00:00:0" + i / 2 + "Z");
        }
        UsageRows usage = new UsageRows(database);
        UsageFilter filter = new UsageFilter(account, null, null, null, null);
        List<Long> seen = new ArrayList<>();
        String cursor = null;
        do {
            UsageRows.Page page = Await.get(usage.page(filter, cursor, 2));
            page.rows().forEach(row -> seen.add(row.requestId() % 100));
            cursor = page.next();
        } while (cursor != null);
        assertThat(seen).containsExactly(7L, 6L, 5L, 4L, 3L, 2L, 1L);
        assertThat(Await.get(usage.totals(filter)).costNano()).isEqualTo(28);
        assertThat(Await.get(usage.totals(
                                new UsageFilter(account, null, null, Instant.parse("2028-01-01T00:00:02Z"), null)))
                        .requests())
                .isEqualTo(4);
        assertThatThrownBy(() -> Await.get(usage.page(filter, "made up", 2))).isInstanceOf(Conflict.class);
    }

    @Test
    void aRememberedAnswerIsGivenAgainAndOnlyForTheSameRequest() {
        Writes writes = new Writes(database, keys);
        byte[] request = {1};
        byte[] secret = "a token".getBytes(StandardCharsets.UTF_8);
        RememberedAnswer first = Await.get(writes.once("k", request, secret, LedgerReadingTest::makeAnAccount));
        long accounts = TestDatabase.number(url, "SELECT count(*) FROM account");
        assertThat(Await.get(writes.once("k", request, secret, LedgerReadingTest::makeAnAccount)))
                .isEqualTo(first);
        assertThat(TestDatabase.number(url, "SELECT count(*) FROM account")).isEqualTo(accounts);
        assertThatThrownBy(() -> Await.get(writes.once("k", new byte[] {2}, secret, LedgerReadingTest::makeAnAccount)))
                .isInstanceOf(Conflict.class);
        assertThatThrownBy(() -> Await.get(writes.once("k", request, request, LedgerReadingTest::makeAnAccount)))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("another token");
        assertThat(TestDatabase.number(url, "SELECT count(*) FROM idempotency WHERE body LIKE '%{%'"))
                .isZero();
    }

    @Test
    void aWriteThatFailsLeavesNothingBehindAndMayBeTriedAgain() {
        Writes writes = new Writes(database, keys);
        long accounts = TestDatabase.number(url, "SELECT count(*) FROM account");
        byte[] bytes = {1};
        assertThatThrownBy(() -> Await.get(writes.once(
                        "f",
                        bytes,
                        bytes,
                        tables -> makeAnAccount(tables)
                                .compose(made -> Future.failedFuture(new IllegalStateException("half-way"))))))
                .hasMessage("half-way");
        assertThat(TestDatabase.number(url, "SELECT count(*) FROM account")).isEqualTo(accounts);
        assertThat(Await.get(writes.once("f", bytes, bytes, LedgerReadingTest::makeAnAccount))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void twoOfTheSameWriteAtOnceAreDoneOnce() {
        Writes writes = new Writes(database, keys);
        byte[] bytes = {1};
        List<Future<RememberedAnswer>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(writes.once("together", bytes, bytes, LedgerReadingTest::makeAnAccount));
        }
        RememberedAnswer first = Await.get(all.getFirst());
        assertThat(all).allSatisfy(answer -> assertThat(Await.get(answer)).isEqualTo(first));
    }

    private static Future<RememberedAnswer> makeAnAccount(Tables tables) {
        return tables.accounts()
                .create("once", null)
                .map(made -> new RememberedAnswer(200, "{\"id\":" + made.id() + "}"));
    }

    @Test
    void theAuditNamesWhatSomebodyBrokeWithRightsThatNoGatewayHas() {
        DatabaseUrl broken = TestDatabase.fresh();
        Database itsDatabase = Database.open(vertx, broken, 2);
        Audit audit = new Audit(itsDatabase);
        assertThat(Await.get(audit.run())).allMatch(Audit.Finding::kept);
        TestDatabase.execute(
                broken,
                "INSERT INTO bucket (kind, owner_id, lim, used, held) VALUES ('balance', 1, 10, 5, 1);"
                        + "INSERT INTO hold VALUES (9, 77, 1, 1, 'm', '{}', 0, NULL, 0, now())");
        assertThat(Await.get(audit.run()).stream()
                        .filter(finding -> !finding.kept())
                        .map(Audit.Finding::name))
                .containsExactlyInAnyOrder(
                        "held_equals_open_holds", "used_equals_charges", "balance_equals_credits", "no_orphaned_hold");
    }

    private long account() {
        return Await.get(accounts.create("test", "a@example.org")).id();
    }

    /** A row of usage as the batch function writes it. */
    private void charge(long account, int number, String at) {
        TestDatabase.execute(
                url,
                "INSERT INTO charge VALUES (" + (account * 100 + number) + ", '" + at + "', '" + at + "', 1, " + account
                        + ", 1, '{}', NULL, 'm', 'm', 'p', 'v', 1, 0, 0, 1, 0, 0, 0, 0, 0, false, " + number + ", "
                        + number + ", 0, 0, 200, 'COMPLETED', true, 1, 2)");
    }
}
