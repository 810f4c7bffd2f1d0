package ai.apertis.billing;

import static ai.apertis.billing.Ledger.USD;
import static ai.apertis.billing.Ledger.charge;
import static ai.apertis.billing.Ledger.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.apertis.ledger.AccountRecord;
import ai.apertis.ledger.Await;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.SubscriptionRecord;
import ai.apertis.ledger.Subscriptions;
import ai.apertis.ledger.UsageRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BillingTest {
    private Ledger ledger;
    private BillingVerticle verticle;
    private Billing billing;

    @BeforeAll
    void open() {
        ledger = new Ledger();
        verticle = ledger.deploy(ledger.database, Ledger.options());
        billing = verticle.billing(ledger.vertx);
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
    void chargesWhatWasUsedAndReleasesTheRest() {
        long account = ledger.account(10 * USD);
        long key = ledger.key(account);
        Hold hold = billing.hold(request(account, key, 4 * USD));
        assertThat(Await.get(hold.outcome())).isInstanceOf(HoldOutcome.Held.class);
        assertThat(ledger.balance(account, key).account()).isEqualTo(new Balance.Limit(10 * USD, 0, 4 * USD));

        Settlement settlement = Await.get(hold.commit(charge(1_234_567_891)));

        assertThat(settlement).isEqualTo(new Settlement(1_234_567_891, 0, 10 * USD - 1_234_567_891, 0));
        assertThat(ledger.balance(account, key).account()).isEqualTo(new Balance.Limit(10 * USD, 1_234_567_891, 0));
        UsageRow row = ledger.usageOf(account).getFirst();
        assertThat(row.requestId()).isEqualTo(hold.requestId());
        assertThat(row.costNano()).isEqualTo(1_234_567_891);
        assertThat(row.usage().outputTokens()).isEqualTo(4);
        assertThat(row.provider()).isEqualTo("p");
        assertThat(row.ending()).isEqualTo("COMPLETED");
    }

    @Test
    void anAbortedRequestCostsNothingAndLeavesItsRow() {
        long account = ledger.account(USD);
        long key = ledger.key(account);
        Hold hold = billing.hold(request(account, key, USD));
        Settlement settlement = Await.get(hold.abort(charge(5)));
        assertThat(settlement.chargedNano()).isZero();
        assertThat(ledger.balance(account, key).account()).isEqualTo(new Balance.Limit(USD, 0, 0));
        assertThat(ledger.usageOf(account))
                .singleElement()
                .satisfies(row -> assertThat(row.costNano()).isZero());
    }

    @Test
    void onlyTheFirstEndOfAHoldTakesEffect() {
        long account = ledger.account(USD);
        Hold hold = billing.hold(request(account, ledger.key(account), USD));
        Settlement first = Await.get(hold.commit(charge(7)));
        assertThat(Await.get(hold.abort(charge(0)))).isEqualTo(first);
        assertThat(Await.get(hold.commit(charge(9)))).isEqualTo(first);
        assertThat(ledger.usageOf(account)).hasSize(1);
    }

    @Test
    void usageAboveTheHoldIsClampedAndTold() {
        long account = ledger.account(USD);
        long key = ledger.key(account);
        Hold hold = billing.hold(request(account, key, USD / 2));
        Settlement settlement = Await.get(hold.commit(charge(USD)));
        assertThat(settlement).isEqualTo(new Settlement(USD / 2, 0, USD / 2, USD / 2));
        assertThat(ledger.usageOf(account).getFirst().shortfallNano()).isEqualTo(USD / 2);
    }

    @Test
    void whatIsNotThereIsRefusedWithWhatIsLeft() {
        long account = ledger.account(USD);
        Hold hold = billing.hold(request(account, ledger.key(account), USD + 1));
        assertThat(Await.get(hold.outcome()))
                .isEqualTo(new HoldOutcome.TooLittle(BucketKind.ACCOUNT_BALANCE, USD, USD + 1, false));
        assertThat(Await.get(hold.abort(charge(1))).chargedNano()).isZero();
        assertThat(ledger.usageOf(account)).isEmpty();
    }

    @Test
    void nothingIsChargedWithoutAHold() {
        long account = ledger.account(0);
        Hold hold = billing.hold(request(account, ledger.key(account), 1));
        assertThatThrownBy(() -> Await.get(hold.commit(charge(1)))).isInstanceOf(IllegalStateException.class);
        assertThat(ledger.usageOf(account)).isEmpty();
    }

    @Test
    void moneyThatOthersHoldIsReservedUntilTheyLetGo() {
        long account = ledger.account(USD);
        long key = ledger.key(account);
        Hold first = billing.hold(request(account, key, USD));
        Await.get(first.outcome());
        assertThat(Await.get(billing.hold(request(account, key, USD)).outcome()))
                .isEqualTo(new HoldOutcome.TooLittle(BucketKind.ACCOUNT_BALANCE, USD, USD, true));

        Hold patient = billing.hold(request(account, key, USD));
        Await.get(first.abort(charge(0)));
        assertThat(Await.get(patient.outcome())).isInstanceOf(HoldOutcome.Held.class);
        Await.get(patient.abort(charge(0)));
    }

    @Test
    void exactlyAsManyAsTheMoneyPaysFor() {
        long account = ledger.account(50 * 1_000);
        long key = ledger.key(account);
        List<Hold> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(billing.hold(request(account, key, 1_000)));
        }
        List<Hold> held = all.stream()
                .filter(hold -> Await.get(hold.outcome()) instanceof HoldOutcome.Held)
                .toList();
        assertThat(held).hasSize(50);
        held.forEach(hold -> Await.get(hold.commit(charge(1_000))));
        assertThat(ledger.balance(account, key).account()).isEqualTo(new Balance.Limit(50_000L, 50_000, 0));
        assertThat(Await.get(billing.hold(request(account, key, 1_000)).outcome()))
                .isEqualTo(new HoldOutcome.TooLittle(BucketKind.ACCOUNT_BALANCE, 0, 1_000, false));
    }

    @Test
    void aHoldGrowsWhileThereIsMoney() {
        long account = ledger.account(USD);
        long key = ledger.key(account);
        Hold hold = billing.hold(request(account, key, USD / 2));
        assertThat(Await.get(hold.extend(USD / 4))).isEqualTo(new HoldOutcome.Held());
        assertThat(Await.get(hold.extend(USD / 2)))
                .isEqualTo(new HoldOutcome.TooLittle(BucketKind.ACCOUNT_BALANCE, USD / 4, USD / 2, false));
        assertThat(Await.get(hold.extend(USD / 4))).isEqualTo(new HoldOutcome.Held());
        assertThat(ledger.balance(account, key).account().held()).isEqualTo(USD);
        assertThat(Await.get(hold.commit(charge(USD))).shortfallNano()).isZero();
    }

    @Test
    void everyLimitHoldsAndIsNamed() {
        long account = ledger.account(10 * USD);
        KeySettings free = KeySettings.named("k");
        long quota = ledger.key(account, withLimits(free, USD, null));
        long month = ledger.key(account, withLimits(free, null, 2 * USD));
        assertThat(refusal(request(account, quota, USD + 1)).bucket()).isEqualTo(BucketKind.KEY_QUOTA);
        assertThat(refusal(request(account, month, 2 * USD + 1)).bucket()).isEqualTo(BucketKind.KEY_MONTH);
        Await.get(ledger.accounts.change(account, s -> new AccountRecord.Settings(false, false, 3 * USD, 1)));
        assertThat(refusal(request(account, ledger.key(account), 3 * USD + 1)).bucket())
                .isEqualTo(BucketKind.ACCOUNT_MONTH);
    }

    @Test
    void aLoweredLimitLetsNothingNewThroughAndBreaksNothing() {
        long account = ledger.account(10 * USD);
        long key = ledger.key(account, withLimits(KeySettings.named("k"), 5 * USD, null));
        Hold hold = billing.hold(request(account, key, 4 * USD));
        Await.get(hold.outcome());
        Await.get(ledger.keys.change(key, s -> withLimits(s, USD, null)));
        assertThat(refusal(request(account, key, 1)).bucket()).isEqualTo(BucketKind.KEY_QUOTA);
        assertThat(Await.get(hold.extend(1))).isEqualTo(new HoldOutcome.TooLittle(BucketKind.KEY_QUOTA, 0, 1, false));
        assertThat(Await.get(hold.commit(charge(3 * USD))).chargedNano()).isEqualTo(3 * USD);
        assertThat(refusal(request(account, key, 1)).leftNano()).isZero();
        assertThat(ledger.balance(account, key).key()).isEqualTo(new Balance.Limit(USD, 3 * USD, 0));
    }

    @Test
    void anUnlimitedAccountIsCountedAndNeverShort() {
        long account = ledger.account(0);
        long key = ledger.key(account);
        Await.get(ledger.accounts.change(account, s -> new AccountRecord.Settings(false, true, null, 1)));
        Settlement settlement =
                Await.get(billing.hold(request(account, key, 900 * USD)).commit(charge(800 * USD)));
        assertThat(settlement.remainingNano()).isEqualTo(-1);
        assertThat(ledger.balance(account, key).account()).isEqualTo(new Balance.Limit(null, 800 * USD, 0));
    }

    @Test
    void aFreeRequestNeedsNoMoneyAndIsCountedAllTheSame() {
        long account = ledger.account(0);
        Hold hold = billing.hold(request(account, ledger.key(account), 0));
        assertThat(hold.mayOverlap()).isTrue();
        assertThat(Await.get(hold.outcome())).isInstanceOf(HoldOutcome.Held.class);
        assertThat(Await.get(hold.commit(charge(0)))).isEqualTo(new Settlement(0, 0, -1, 0));
        assertThat(ledger.usageOf(account)).hasSize(1);
    }

    @Test
    void keysAndAccountsThatMayNotPayAreRefusedAtOnce() {
        long account = ledger.account(USD);
        long key = ledger.key(account);
        Await.get(ledger.keys.change(
                key,
                s -> new KeySettings(
                        "off", false, null, null, 1, List.of(), List.of(), null, List.of(), null, null, null, null,
                        null, false)));
        assertThat(refused(request(account, key, 1))).isEqualTo(HoldOutcome.Reason.KEY_DISABLED);
        Await.get(ledger.keys.change(
                key,
                s -> new KeySettings(
                        "old",
                        true,
                        null,
                        null,
                        1,
                        List.of(),
                        List.of(),
                        Instant.EPOCH,
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        false)));
        assertThat(refused(request(account, key, 1))).isEqualTo(HoldOutcome.Reason.KEY_EXPIRED);
        Await.get(ledger.keys.revoke(key));
        assertThat(refused(request(account, key, 0))).isEqualTo(HoldOutcome.Reason.KEY_REVOKED);
        assertThat(refused(request(account, 999_999, 1))).isEqualTo(HoldOutcome.Reason.KEY_REVOKED);

        long suspended = ledger.account(USD);
        long its = ledger.key(suspended);
        Await.get(ledger.accounts.change(suspended, s -> new AccountRecord.Settings(true, false, null, 1)));
        assertThat(refused(request(suspended, its, 1))).isEqualTo(HoldOutcome.Reason.ACCOUNT_SUSPENDED);
        assertThat(refused(request(account, its, 1))).isEqualTo(HoldOutcome.Reason.KEY_REVOKED);
    }

    @Test
    void overlapIsAllowedOnlyWhereThereIsPlenty() {
        long account = ledger.account(10 * USD);
        long key = ledger.key(account);
        Hold first = billing.hold(request(account, key, USD));
        assertThat(first.mayOverlap()).isFalse();
        Await.get(first.commit(charge(USD)));
        assertThat(billing.hold(request(account, key, 3 * USD)).mayOverlap()).isTrue();
        assertThat(billing.hold(request(account, key, 3 * USD)).mayOverlap()).isFalse();
    }

    @Test
    void aSubscriptionPaysWithQuotaThenFromTheBalanceThenNot() {
        long account = ledger.account(10 * USD);
        var made = Await.get(ledger.subscriptions.create(
                account,
                new Subscriptions.PlanTerms("lite", 2_500),
                SubscriptionRecord.Interval.MONTH,
                new Subscriptions.Fallback(true, USD)));
        long key = made.key().record().id();
        HoldRequest one = new HoldRequest(account, key, "m", USD, "lite", 1_500);

        assertThat(Await.get(billing.hold(one).commit(charge(77)))).isEqualTo(new Settlement(0, 1_500, -1, 0));
        assertThat(Await.get(billing.hold(one).commit(charge(77))).chargedNano())
                .isEqualTo(77);
        assertThat(Await.get(billing.hold(one).outcome()))
                .isEqualTo(new HoldOutcome.TooLittle(BucketKind.CYCLE_QUOTA, 1_000, 1_500, false));
        Balance.Cycle cycle =
                Objects.requireNonNull(ledger.balance(account, key).subscription());
        assertThat(cycle.usedMilli()).isEqualTo(1_500);
        assertThat(cycle.paygSpentNano()).isEqualTo(77);
        assertThat(ledger.balance(account, key).account().used()).isEqualTo(77);
        assertThat(refused(new HoldRequest(account, key, "m", USD, "pro", 1_500)))
                .isEqualTo(HoldOutcome.Reason.PLAN_CHANGED);

        Await.get(ledger.subscriptions.apply(account, Subscriptions.Action.SUSPEND));
        assertThat(refused(one)).isEqualTo(HoldOutcome.Reason.SUBSCRIPTION_INACTIVE);
        Await.get(ledger.subscriptions.apply(account, Subscriptions.Action.RESUME));
        assertThat(Await.get(billing.hold(new HoldRequest(account, key, "m", 0, "lite", 1_000))
                                .commit(charge(1)))
                        .quotaMilli())
                .isEqualTo(1_000);
        Await.get(ledger.subscriptions.apply(account, Subscriptions.Action.CANCEL_NOW));
        assertThat(refused(one)).isEqualTo(HoldOutcome.Reason.KEY_REVOKED);
    }

    private HoldOutcome.TooLittle refusal(HoldRequest request) {
        return (HoldOutcome.TooLittle) Await.get(billing.hold(request).outcome());
    }

    private HoldOutcome.Reason refused(HoldRequest request) {
        return ((HoldOutcome.Refused) Await.get(billing.hold(request).outcome())).reason();
    }

    static KeySettings withLimits(KeySettings s, @Nullable Long quotaNano, @Nullable Long monthNano) {
        return new KeySettings(
                s.name(), true, quotaNano, monthNano, 1, List.of(), List.of(), null, List.of(), null, null, null, null,
                null, false);
    }
}
