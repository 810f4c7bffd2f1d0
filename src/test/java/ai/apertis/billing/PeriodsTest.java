package ai.apertis.billing;

import static ai.apertis.billing.Ledger.USD;
import static ai.apertis.billing.Ledger.charge;
import static ai.apertis.billing.Ledger.request;
import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.Await;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.SubscriptionRecord;
import ai.apertis.ledger.SubscriptionRecord.Status;
import ai.apertis.ledger.Subscriptions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Months and cycles by a database clock that the tests set. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PeriodsTest {
    private static final Subscriptions.Fallback OFF = new Subscriptions.Fallback(false, null);
    private static final Subscriptions.PlanTerms LITE = new Subscriptions.PlanTerms("lite", 600_000);
    private static final Subscriptions.PlanTerms PRO = new Subscriptions.PlanTerms("pro", 1_000_000);

    private Ledger ledger;
    private Billing billing;

    @BeforeAll
    void open() {
        ledger = new Ledger();
        billing = ledger.billing();
    }

    @AfterEach
    void theBooksBalance() {
        assertThat(ledger.brokenPromises()).isEmpty();
    }

    @AfterAll
    void close() {
        ledger.close();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2028-02-29 23:59:59, 2028-02-01",
        "1, 2028-03-01 00:00:00, 2028-03-01",
        "28, 2028-02-27 23:59:59, 2028-01-28",
        "28, 2028-02-28 00:00:00, 2028-02-28",
        "28, 2027-02-28 12:00:00, 2027-02-28",
        "15, 2028-01-01 00:00:00, 2027-12-15"
    })
    void aMonthStartsOnItsDay(int day, String at, String start) {
        assertThat(ledger.number("SELECT (month_start(" + day + ", timestamptz '" + at + "Z') = timestamptz '" + start
                        + " 00:00Z')::int"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "2028-01-31 10:00:00, 2028-02-29 09:59:59, 0",
        "2028-01-31 10:00:00, 2028-02-29 10:00:00, 1",
        "2028-01-31 10:00:00, 2028-03-31 09:59:59, 1",
        "2028-01-31 10:00:00, 2028-03-31 10:00:00, 2",
        "2027-01-31 10:00:00, 2027-02-28 10:00:00, 1",
        "2028-01-31 10:00:00, 2029-01-31 10:00:00, 12"
    })
    void cyclesAreCountedFromTheirAnchor(String anchor, String at, int months) {
        assertThat(ledger.number("SELECT months_since('" + anchor + "Z', '" + at + "Z')"))
                .isEqualTo(months);
    }

    @Test
    void aMonthlyLimitIsWholeAgainInTheNextMonthAndARequestIsChargedToTheOneItBeganIn() {
        ledger.clock("2028-03-14 23:59:59Z");
        long account = ledger.account(100 * USD);
        KeySettings settings = KeySettings.named("k");
        long key = ledger.key(
                account,
                new KeySettings(
                        settings.name(),
                        true,
                        null,
                        2 * USD,
                        15,
                        List.of(),
                        List.of(),
                        null,
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        false));
        Hold acrossTheEdge = billing.hold(request(account, key, 2 * USD));
        Await.get(acrossTheEdge.outcome());

        ledger.clock("2028-03-15 00:00:00Z");
        assertThat(Await.get(billing.hold(request(account, key, 2 * USD)).commit(charge(USD / 2)))
                        .chargedNano())
                .isEqualTo(USD / 2);
        Await.get(acrossTheEdge.commit(charge(2 * USD)));
        assertThat(ledger.balance(account, key).keyMonth()).isEqualTo(new Balance.Month(2 * USD, USD / 2, 15));

        ledger.clock("2028-03-14 23:59:59Z");
        assertThat(ledger.balance(account, key).keyMonth()).isEqualTo(new Balance.Month(2 * USD, 2 * USD, 15));
    }

    @Test
    void aMonthlyLimitSetInMidMonthCountsWhatWasSpentBefore() {
        ledger.clock("2028-05-10 00:00:00Z");
        long account = ledger.account(100 * USD);
        long key = ledger.key(account);
        Await.get(billing.hold(request(account, key, USD)).commit(charge(USD)));
        ledger.clock("2028-05-20 00:00:00Z");
        Await.get(ledger.keys.change(key, s -> BillingTest.withLimits(s, null, 2 * USD)));
        assertThat(ledger.balance(account, key).keyMonth()).isEqualTo(new Balance.Month(2 * USD, USD, 1));
        assertThat(Await.get(billing.hold(request(account, key, USD + 1)).outcome()))
                .isEqualTo(new HoldOutcome.TooLittle(BucketKind.KEY_MONTH, USD, USD + 1, false));
        assertThat(Await.get(billing.hold(request(account, key, USD)).commit(charge(USD)))
                        .chargedNano())
                .isEqualTo(USD);
    }

    @Test
    void quotaIsAnewInEachMonthOfAQuarterAndDoesNotRollOver() {
        ledger.clock("2028-01-31 10:00:00Z");
        long account = ledger.account(0);
        long key = subscribe(account, LITE, SubscriptionRecord.Interval.QUARTER);
        spendQuota(account, key, "lite", 500_000);
        assertThat(cycle(account).usedMilli()).isEqualTo(500_000);

        ledger.clock("2028-02-29 10:00:00Z");
        Balance.Cycle second = cycle(account);
        assertThat(second.usedMilli()).isZero();
        assertThat(second.subscription().quotaMilli()).isEqualTo(600_000);
        assertThat(second.subscription().cycleEnd()).isEqualTo(Instant.parse("2028-03-31T10:00:00Z"));
    }

    @Test
    void anUpgradeIsAtOnceAndProratedADowngradeWaits() {
        ledger.clock("2028-04-01 00:00:00Z");
        long account = ledger.account(0);
        long key = subscribe(account, LITE, SubscriptionRecord.Interval.MONTH);
        spendQuota(account, key, "lite", 600_000);

        ledger.clock("2028-04-16 00:00:00Z");
        SubscriptionRecord raised = Await.get(ledger.subscriptions.changePlan(account, PRO));
        assertThat(raised.plan()).isEqualTo("pro");
        assertThat(raised.quotaMilli()).as("half a month of each").isEqualTo(800_000);
        spendQuota(account, key, "pro", 200_000);
        assertThat(Await.get(billing.hold(new HoldRequest(account, key, "m", 0, "pro", 1))
                        .outcome()))
                .isEqualTo(new HoldOutcome.TooLittle(BucketKind.CYCLE_QUOTA, 0, 1, false));

        ledger.clock("2028-05-02 00:00:00Z");
        assertThat(cycle(account).subscription().quotaMilli()).isEqualTo(1_000_000);
        SubscriptionRecord lowered = Await.get(ledger.subscriptions.changePlan(account, LITE));
        assertThat(lowered.plan()).isEqualTo("pro");
        assertThat(lowered.nextPlan()).isEqualTo("lite");
        assertThat(lowered.nextAt()).isEqualTo(Instant.parse("2028-06-01T00:00:00Z"));

        ledger.clock("2028-06-01 00:00:00Z");
        assertThat(cycle(account).subscription().plan()).isEqualTo("lite");
        assertThat(cycle(account).subscription().quotaMilli()).isEqualTo(600_000);
        spendQuota(account, key, "lite", 1);
    }

    @Test
    void aCancelledSubscriptionWorksToItsEndAndThenHasExpired() {
        ledger.clock("2028-01-15 08:00:00Z");
        long account = ledger.account(0);
        long key = subscribe(account, LITE, SubscriptionRecord.Interval.QUARTER);
        ledger.clock("2028-03-20 00:00:00Z");
        SubscriptionRecord cancelled =
                Await.get(ledger.subscriptions.apply(account, Subscriptions.Action.CANCEL_AT_END));
        assertThat(cancelled.status()).isEqualTo(Status.CANCELLED);
        assertThat(cancelled.endsAt()).isEqualTo(Instant.parse("2028-04-15T08:00:00Z"));
        ledger.clock("2028-04-15 07:59:59Z");
        spendQuota(account, key, "lite", 1);
        ledger.clock("2028-04-15 08:00:00Z");
        assertThat(cycle(account).subscription().status()).isEqualTo(Status.EXPIRED);
        assertThat(Await.get(billing.hold(new HoldRequest(account, key, "m", 0, "lite", 1))
                        .outcome()))
                .isEqualTo(new HoldOutcome.Refused(HoldOutcome.Reason.SUBSCRIPTION_INACTIVE));
        assertThat(subscribe(account, PRO, SubscriptionRecord.Interval.MONTH)).isNotEqualTo(key);
    }

    private long subscribe(long account, Subscriptions.PlanTerms plan, SubscriptionRecord.Interval interval) {
        return Await.get(ledger.subscriptions.create(account, plan, interval, OFF))
                .key()
                .record()
                .id();
    }

    private void spendQuota(long account, long key, String plan, long milli) {
        assertThat(Await.get(billing.hold(new HoldRequest(account, key, "m", 0, plan, milli))
                                .commit(charge(0)))
                        .quotaMilli())
                .isEqualTo(milli);
    }

    private Balance.Cycle cycle(long account) {
        return Objects.requireNonNull(
                Await.get(ledger.balances.ofAccount(account)).orElseThrow().subscription());
    }
}
