package ai.apertis.payments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.apertis.config.Secret;
import ai.apertis.config.StripeConfig;
import ai.apertis.ledger.Accounts;
import ai.apertis.ledger.Audit;
import ai.apertis.ledger.AutoTopup;
import ai.apertis.ledger.Await;
import ai.apertis.ledger.Balances;
import ai.apertis.ledger.Conflict;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.DatabaseUrl;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.ledger.Topup;
import ai.apertis.ledger.Topups;
import ai.apertis.payments.FakeStripe.Fate;
import ai.apertis.telemetry.Metrics;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Top-ups through the official library against a local stand-in for Stripe's API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopupTest {
    private static final long USD = 1_000_000_000L;

    /** Longer than a busy machine takes to answer, and within the lease. */
    private static final int PATIENT_MILLIS = 10_000;

    /** Where the answer never comes. */
    private static final int SHORT_MILLIS = 400;

    private static final TopupOptions QUICK = new TopupOptions(
            Duration.ofMillis(20),
            Duration.ofSeconds(20),
            Duration.ofMillis(20),
            Duration.ofMillis(50),
            Duration.ofMillis(20),
            3);

    private final Vertx vertx = Vertx.vertx();
    private final List<String> deployed = new ArrayList<>();
    private DatabaseUrl url;
    private Database database;
    private Accounts accounts;
    private Topups topups;
    private FakeStripe stripe;

    @BeforeAll
    void open() {
        url = TestDatabase.migrated();
        database = Database.open(vertx, url, 6);
        accounts = new Accounts(database);
        topups = new Topups(database);
    }

    @BeforeEach
    void listen() {
        stripe = new FakeStripe(vertx);
    }

    @AfterEach
    void stop() {
        deployed.forEach(id -> Await.get(vertx.undeploy(id)));
        deployed.clear();
        stripe.close();
        TestDatabase.execute(
                url,
                "UPDATE auto_topup SET enabled = false; UPDATE topup SET state = 'failed'"
                        + " WHERE state = 'pending'; DELETE FROM topup_wanted");
        assertThat(Await.get(new Audit(database).run())).allMatch(Audit.Finding::kept);
    }

    @AfterAll
    void close() {
        Await.get(database.close());
        Await.get(vertx.close());
    }

    @Test
    void chargesOnceWhenTheBalanceFallsBelowHoweverManyNodesSeeIt() {
        long account = account(10, null);
        deploy();
        deploy();
        deploy();
        correct(account, -5 * USD);
        assertThat(unwanted(account)).isTrue();
        correct(account, -1);
        await().until(() -> balance(account) == 25 * USD - 1);

        assertThat(stripe.intents(account))
                .singleElement()
                .satisfies(intent -> assertThat(intent.asked())
                        .containsEntry("amount", "2000")
                        .containsEntry("currency", "usd")
                        .containsEntry("customer", "cus_" + account)
                        .containsEntry("payment_method", "pm_1")
                        .containsEntry("confirm", "true")
                        .containsEntry("off_session", "true"));
        Topup topup = only(account);
        assertThat(topup.state()).isEqualTo("paid");
        assertThat(stripe.keys()).containsExactly("apertis-topup-" + topup.id());
        assertThat(told(account)).containsExactly("topup.succeeded");

        correct(account, -22 * USD);
        await().until(() -> balance(account) == 23 * USD - 1);
        assertThat(stripe.intents(account)).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"PAID_THEN_SILENCE", "PAID_THEN_500", "FAILS_500", "BUSY_409"})
    void neverChargesTwiceWhenTheOutcomeIsUnknown(Fate fate) {
        long account = account(1, null);
        stripe.next(fate);
        int limit = fate == Fate.PAID_THEN_SILENCE ? SHORT_MILLIS : PATIENT_MILLIS;
        deploy(limit);
        deploy(limit);
        await().until(() -> balance(account) == 21 * USD);
        assertThat(stripe.intents(account)).as("paid once").hasSize(1);
        assertThat(stripe.keys().stream().distinct()).as("under one key").hasSize(1);
        assertThat(only(account).attempt()).isGreaterThan(1);
        assertThat(only(account).failure()).isNull();
    }

    @Test
    void aNodeThatDiesAfterTheChargeCostsNoSecondOne() {
        long account = account(1, null);
        Await.get(topups.open());
        Topup claimed = Await.get(topups.claim(1, Duration.ofMinutes(1))).getFirst();
        assertThat(payments(PATIENT_MILLIS).charge(claimed)).isInstanceOf(PaymentProvider.Outcome.Paid.class);
        assertThat(Await.get(topups.claim(1, Duration.ofMinutes(1))))
                .as("leased")
                .isEmpty();
        TestDatabase.execute(url, "UPDATE topup SET due_at = now() WHERE state = 'pending'");
        deploy();
        await().until(() -> balance(account) == 21 * USD);
        assertThat(stripe.intents(account)).hasSize(1);
    }

    @Test
    void stopsAfterThreeDeclinesInARowUntilSomebodyChangesSomething() {
        long account = account(1, null);
        stripe.next(Fate.DECLINED, Fate.INVALID_400, Fate.DECLINED);
        deploy();
        await().until(() -> told(account).contains("topup.stopped"));
        assertThat(told(account)).containsExactly("topup.failed", "topup.failed", "topup.failed", "topup.stopped");
        assertThat(list(account))
                .extracting(Topup::failure)
                .containsExactly("insufficient_funds", "resource_missing", "insufficient_funds");
        assertThat(stripe.keys()).doesNotHaveDuplicates().hasSize(3);
        assertThat(balance(account)).isEqualTo(USD);
        correct(account, -1);
        await().during(Duration.ofMillis(200)).until(() -> stripe.keys().size() == 3);

        set(account, 5 * USD, null);
        await().until(() -> balance(account) == 21 * USD - 1);
        assertThat(Await.get(topups.settings(account)).orElseThrow().stoppedAt())
                .isNull();
    }

    @Test
    void aDeclineWhoseAnswerNeverCameSaysTheSameWhenItIsFound() {
        long account = account(1, null);
        stripe.next(Fate.DECLINED_THEN_SILENCE);
        deploy(SHORT_MILLIS);
        await().until(() -> told(account).contains("topup.failed"));
        Topup declined = failed(account);
        assertThat(declined.attempt()).as("asked again").isGreaterThan(1);
        assertThat(declined.failure()).isEqualTo("insufficient_funds");
        assertThat(stripe.intents(account))
                .extracting(intent -> "stripe:" + intent.id())
                .contains(declined.payment());
    }

    @Test
    void aPaymentThatTakesTimeAndIsDeclinedSaysTheSame() {
        long account = account(1, null);
        stripe.next(Fate.PROCESSING);
        deploy();
        await().until(() -> list(account).stream().anyMatch(topup -> topup.attempt() > 1));
        stripe.decline(stripe.intents(account).getFirst().id());
        await().until(() -> told(account).contains("topup.failed"));
        assertThat(failed(account).failure()).isEqualTo("insufficient_funds");
    }

    @Test
    void waitsForAPaymentThatTakesTime() {
        long account = account(1, null);
        stripe.next(Fate.PROCESSING);
        deploy();
        await().until(() -> list(account).stream().anyMatch(topup -> topup.attempt() > 2));
        assertThat(balance(account)).isEqualTo(USD);
        stripe.pay(stripe.intents(account).getFirst().id());
        await().until(() -> balance(account) == 21 * USD);
        assertThat(stripe.keys()).hasSize(1);
    }

    @Test
    void staysWithinTheMonthsCap() {
        long account = account(1, 50 * USD);
        deploy();
        await().until(() -> balance(account) == 21 * USD && unwanted(account));
        correct(account, -20 * USD);
        await().until(() -> balance(account) == 21 * USD && unwanted(account));
        correct(account, -20 * USD);
        await().until(() -> told(account).contains("topup.capped"));
        assertThat(balance(account)).isEqualTo(USD);
        assertThat(stripe.intents(account)).hasSize(2);
        assertThat(number("SELECT count(*) FROM topup_wanted WHERE account_id = " + account + " AND at > now()"))
                .as("looked at again when the month is over")
                .isEqualTo(1);
    }

    @Test
    void oneAtATimeByHandToo() {
        long account = account(100, null);
        Topup begun = Await.get(topups.start(account, 3 * USD));
        assertThatThrownBy(() -> Await.get(topups.start(account, null))).isInstanceOf(Conflict.class);
        deploy();
        await().until(() -> balance(account) == 103 * USD);
        assertThat(only(account)).satisfies(topup -> {
            assertThat(topup.id()).isEqualTo(begun.id());
            assertThat(topup.origin()).isEqualTo("manual");
        });
        long payerless = Await.get(accounts.create("p", null)).id();
        assertThatThrownBy(() -> Await.get(topups.start(payerless, USD))).isInstanceOf(Conflict.class);
    }

    @Test
    void aKeyThatMayBeForgottenIsNotUsedAgain() {
        long account = account(1, null);
        Await.get(topups.open());
        TestDatabase.execute(
                url,
                "UPDATE topup SET attempts = 5, created_at = now() - interval '24 hours'"
                        + " WHERE state = 'pending' AND account_id = " + account);
        Topup old = Await.get(topups.claim(1, Duration.ofMinutes(1))).getFirst();
        assertThat(payments(PATIENT_MILLIS).charge(old))
                .isEqualTo(new PaymentProvider.Outcome.Declined(null, "never_reached"));
        assertThat(stripe.keys()).isEmpty();
    }

    @Test
    void aWrongKeyOfOursIsNoFaultOfTheAccounts() {
        long account = account(1, null);
        Await.get(topups.open());
        Topup topup = Await.get(topups.claim(1, Duration.ofMinutes(1))).getFirst();
        StripePayments wrong = new StripePayments(
                new StripeConfig(new Secret("sk_test_wrong"), Optional.empty(), stripe.baseUrl()),
                InstantSource.system(),
                PATIENT_MILLIS);
        assertThat(topup.accountId()).isEqualTo(account);
        assertThat(wrong.charge(topup))
                .isInstanceOfSatisfying(
                        PaymentProvider.Outcome.Unknown.class,
                        unknown -> assertThat(unknown.why()).doesNotContain("sk_test_wrong"));
    }

    /** An account with dollars, topped up by 20 when below 5. */
    private long account(long usd, @Nullable Long capNano) {
        long account = Await.get(accounts.create("test", null)).id();
        correct(account, usd * USD);
        set(account, 5 * USD, capNano);
        if (usd >= 5) {
            // Being set has it looked at once.
            Await.get(topups.open());
        }
        return account;
    }

    private void set(long account, long threshold, @Nullable Long capNano) {
        Await.get(topups.set(
                new AutoTopup(account, true, threshold, 20 * USD, capNano, "cus_" + account, "pm_1", 0, null)));
    }

    private void correct(long account, long nano) {
        Await.get(accounts.credit(account, nano, UUID.randomUUID().toString()));
    }

    private void deploy() {
        deploy(PATIENT_MILLIS);
    }

    private void deploy(int readMillis) {
        deployed.add(Await.get(
                vertx.deployVerticle(new TopupVerticle(database, payments(readMillis), QUICK, new Metrics()))));
    }

    private StripePayments payments(int readMillis) {
        return new StripePayments(
                new StripeConfig(new Secret("sk_test_fake"), Optional.empty(), stripe.baseUrl()),
                InstantSource.system(),
                readMillis);
    }

    private Topup only(long account) {
        assertThat(list(account)).hasSize(1);
        return list(account).getFirst();
    }

    /** The one that failed; another may have been made since. */
    private Topup failed(long account) {
        List<Topup> failed = list(account).stream()
                .filter(topup -> topup.state().equals("failed"))
                .toList();
        assertThat(failed).hasSize(1);
        return failed.getFirst();
    }

    private List<Topup> list(long account) {
        return Await.get(topups.list(account, null, 100));
    }

    private long balance(long account) {
        Long remaining = Await.get(new Balances(database).ofAccount(account))
                .orElseThrow()
                .account()
                .remaining();
        return remaining == null ? -1 : remaining;
    }

    /** Whether nobody looks at the account any more: what changes then is seen once, by its own wish. */
    private boolean unwanted(long account) {
        return number("SELECT count(*) FROM topup_wanted WHERE account_id = " + account) == 0;
    }

    /** Events about payments, oldest first. */
    private List<String> told(long account) {
        List<String> types = new ArrayList<>();
        Await.get(database.pool()
                        .query("SELECT type FROM event WHERE type NOT LIKE 'alert.%' AND account_id = " + account
                                + " ORDER BY at")
                        .execute())
                .forEach(row -> types.add(row.getString("type")));
        return types;
    }

    private long number(String sql) {
        return TestDatabase.number(url, sql);
    }
}
