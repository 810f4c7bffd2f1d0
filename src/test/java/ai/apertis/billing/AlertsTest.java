package ai.apertis.billing;

import static ai.apertis.billing.Ledger.USD;
import static ai.apertis.billing.Ledger.charge;
import static ai.apertis.billing.Ledger.request;
import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.AccountRecord;
import ai.apertis.ledger.AlertSettings;
import ai.apertis.ledger.Alerts;
import ai.apertis.ledger.Await;
import ai.apertis.ledger.SubscriptionRecord;
import ai.apertis.ledger.Subscriptions;
import ai.apertis.ledger.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which crossings are told, and that each is told once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AlertsTest {
    private Ledger ledger;
    private Billing billing;
    private Alerts alerts;

    @BeforeAll
    void open() {
        ledger = new Ledger();
        billing = ledger.billing();
        alerts = new Alerts(ledger.database, ledger.keys);
    }

    @AfterEach
    void theBooksBalance() {
        assertThat(ledger.brokenPromises()).isEmpty();
    }

    @AfterAll
    void close() {
        ledger.close();
    }

    @Test
    void tellsOfABalanceAsItRunsOutAndOnceEach() {
        long account = ledger.account(10 * USD);
        long key = ledger.key(account);
        spend(account, key, 8 * USD - 1);
        assertThat(told(account)).isEmpty();
        spend(account, key, 1);
        assertThat(told(account)).containsExactly("balance left_percent 20");
        spend(account, key, USD / 2);
        assertThat(told(account)).hasSize(1);
        spend(account, key, USD + USD / 2 - USD / 10);
        assertThat(told(account))
                .as("one request, two thresholds")
                .containsExactly("balance left_percent 20", "balance left_percent 10");
        spend(account, key, 1);
        assertThat(told(account))
                .containsExactly("balance left_percent 20", "balance left_percent 10", "balance left_percent 0");
        spend(account, key, USD / 10 - 1);
        assertThat(told(account)).hasSize(3);
    }

    @Test
    void tellsAnewOnlyOnceRefilledAboveTheThreshold() {
        long account = ledger.account(10 * USD);
        long key = ledger.key(account);
        spend(account, key, 9 * USD);
        assertThat(told(account)).hasSize(2);
        credit(account, USD);
        spend(account, key, 1);
        assertThat(told(account))
                .as("2 of 11 dollars are left: above 10 percent, still below 20")
                .hasSize(2);
        spend(account, key, USD);
        assertThat(told(account))
                .containsExactly("balance left_percent 20", "balance left_percent 10", "balance left_percent 10");
        credit(account, 40 * USD);
        assertThat(told(account)).as("a refill is no crossing").hasSize(3);
        spend(account, key, 35 * USD);
        assertThat(told(account)).hasSize(4).endsWith("balance left_percent 20");
    }

    @Test
    void tellsOfAMoneyThresholdOfTheBalance() {
        long account = ledger.account(3 * USD);
        long key = ledger.key(account);
        change(account, List.of(), List.of(5 * USD, USD));
        credit(account, 7 * USD);
        spend(account, key, 5 * USD);
        assertThat(told(account)).containsExactly("balance left_usd 5000000000");
        spend(account, key, 4 * USD);
        assertThat(told(account)).containsExactly("balance left_usd 5000000000", "balance left_usd 1000000000");
    }

    @Test
    void tellsOfAKeysQuotaAndOfMonthlyLimits() {
        long account = ledger.account(1_000 * USD);
        long key = ledger.key(account);
        TestDatabase.execute(
                ledger.url,
                "UPDATE api_key SET quota_nano = 10000000000, monthly_limit_nano = 8000000000 WHERE id = " + key);
        Await.get(ledger.accounts.change(account, old -> new AccountRecord.Settings(false, false, 5 * USD, 1)));
        spend(account, key, 4 * USD);
        assertThat(told(account)).containsExactly("account_month used_percent 80");
        Await.get(ledger.accounts.change(account, old -> new AccountRecord.Settings(false, false, null, 1)));
        spend(account, key, 4 * USD);
        assertThat(told(account))
                .containsExactlyInAnyOrder(
                        "account_month used_percent 80", "key_month used_percent 80", "key_quota left_percent 20");
        assertThat(Await.get(alerts.events(account, null, 10)))
                .filteredOn(told -> told.event().type().startsWith("alert.key_"))
                .allSatisfy(
                        told -> assertThat(told.event().data().getLong("owner")).isEqualTo(key));
    }

    @Test
    void tellsOfACycleAndAnewInTheNextOne() {
        long account = ledger.account(0);
        SubscriptionRecord subscription = Await.get(ledger.subscriptions.create(
                        account,
                        new Subscriptions.PlanTerms("lite", 600_000),
                        SubscriptionRecord.Interval.MONTH,
                        new Subscriptions.Fallback(false, null)))
                .subscription();
        long key = Await.get(ledger.keys.list(account)).getFirst().id();
        quota(account, key, 480_000);
        assertThat(told(account)).containsExactly("cycle_quota left_percent 20");
        quota(account, key, 120_000);
        assertThat(told(account)).hasSize(3);
        try {
            ledger.clock(subscription.cycleEnd().toString());
            quota(account, key, 480_000);
            assertThat(told(account)).hasSize(4);
        } finally {
            ledger.clock(null);
        }
    }

    @Test
    void tellsOnceHoweverManySpendAtOnceOnHoweverManyNodes() {
        long account = ledger.account(100 * USD);
        long key = ledger.key(account);
        List<Billing> nodes = List.of(billing, ledger.billing(), ledger.billing());
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Hold hold = nodes.get(i % nodes.size()).hold(request(account, key, USD / 3));
            all.add(hold.outcome().compose(held -> hold.commit(charge(USD / 3))));
        }
        Await.get(Future.join(all));
        assertThat(told(account))
                .containsExactlyInAnyOrder(
                        "balance left_percent 20", "balance left_percent 10", "balance left_percent 0");
    }

    @Test
    void followsChangedThresholds() {
        long account = ledger.account(10 * USD);
        long key = ledger.key(account);
        spend(account, key, 4 * USD);
        change(account, List.of(70, 50), List.of());
        assertThat(told(account)).isEmpty();
        spend(account, key, 1);
        assertThat(told(account))
                .as("crossed before the change, told at the next use")
                .containsExactly("balance left_percent 70");
        spend(account, key, USD);
        assertThat(told(account)).containsExactly("balance left_percent 70", "balance left_percent 50");
    }

    @Test
    void tellsOfACorrectionDownwards() {
        long account = ledger.account(10 * USD);
        spend(account, ledger.key(account), USD);
        credit(account, -7 * USD);
        assertThat(told(account)).as("2 of 3 dollars are left").isEmpty();
        credit(account, -19 * USD / 10);
        assertThat(told(account)).containsExactly("balance left_percent 20", "balance left_percent 10");
    }

    @Test
    void anAlertThatCannotBeWrittenCostsNoSettlement() {
        long account = ledger.account(10 * USD);
        long key = ledger.key(account);
        TestDatabase.execute(ledger.url, "ALTER TABLE event RENAME TO event_away");
        try {
            spend(account, key, 9 * USD);
        } finally {
            TestDatabase.execute(ledger.url, "ALTER TABLE event_away RENAME TO event");
        }
        assertThat(ledger.balance(account, key).account().used()).isEqualTo(9 * USD);
        assertThat(told(account)).isEmpty();
        spend(account, key, 1);
        assertThat(told(account)).as("made up for at the next use").hasSize(2);
    }

    private void spend(long account, long key, long nano) {
        Hold hold = billing.hold(request(account, key, nano));
        assertThat(Await.get(hold.outcome())).isInstanceOf(HoldOutcome.Held.class);
        assertThat(Await.get(hold.commit(charge(nano))).chargedNano()).isEqualTo(nano);
    }

    private void quota(long account, long key, long milli) {
        Hold hold = billing.hold(new HoldRequest(account, key, "m", 1, "lite", milli));
        assertThat(Await.get(hold.outcome())).isInstanceOf(HoldOutcome.Held.class);
        Await.get(hold.commit(charge(1)));
    }

    private void credit(long account, long nano) {
        Await.get(ledger.accounts.credit(account, nano, UUID.randomUUID().toString()));
    }

    private void change(long account, List<Integer> left, List<Long> balance) {
        Await.get(alerts.change(account, old -> new AlertSettings(left, old.usedPercent(), balance, true, null, null)));
    }

    /** What the account was told, oldest first. */
    private List<String> told(long account) {
        return Await.get(alerts.events(account, null, 100)).reversed().stream()
                .map(told -> {
                    JsonObject data = told.event().data();
                    return data.getString("kind") + " " + data.getString("measure") + " " + data.getLong("threshold");
                })
                .toList();
    }
}
