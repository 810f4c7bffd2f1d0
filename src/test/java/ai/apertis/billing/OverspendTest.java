package ai.apertis.billing;

import static ai.apertis.billing.Ledger.USD;
import static ai.apertis.billing.Ledger.charge;
import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.AccountRecord;
import ai.apertis.ledger.Await;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.SubscriptionRecord;
import ai.apertis.ledger.Subscriptions;
import ai.apertis.ledger.TestDatabase;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three processes' billing, 256 requests at once, money for ten and a half holds, each kind of bucket the tight one in
 * turn. Longer with {@code -Dapertis.overspend.attempts=5000000}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverspendTest {
    private static final int ATTEMPTS = Integer.getInteger("apertis.overspend.attempts", 20_000) / 6;
    private static final int AT_ONCE = 256;
    private static final long HOLD = 1_000;
    private static final long ENOUGH_FOR = HOLD * 21 / 2;

    private Ledger ledger;
    private List<Billing> nodes;

    @BeforeAll
    void open() {
        ledger = new Ledger();
        BillingOptions quick = new BillingOptions("test", 0, 10_000, 10_000, 0, 200, 100, 10_000, 1_000);
        nodes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            nodes.add(ledger.deploy(ledger.database, quick).billing(ledger.vertx));
        }
    }

    @AfterAll
    void close() {
        ledger.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsEverTakenThatIsNotThere(BucketKind tight) {
        HoldRequest request = tight(tight);
        AtomicInteger attempts = new AtomicInteger();
        AtomicLong charged = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        List<Future<?>> workers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            workers.add(work(nodes.get(i % nodes.size()), request, attempts, charged));
        }
        Future<?> all = Future.all(workers);
        while (!all.isComplete()) {
            // The constraint would refuse such a row; that none is ever seen is looked at all the same.
            over.compareAndSet(
                    false, TestDatabase.number(ledger.url, "SELECT count(*) FROM bucket WHERE used + held > lim") > 0);
        }
        Await.get(all);

        assertThat(over).isFalse();
        spendTheRest(request, charged);
        assertThat(charged.get())
                .as("all but what no request fits in could be spent")
                .isBetween(ENOUGH_FOR - HOLD + 1, ENOUGH_FOR);
        assertThat(ledger.number("SELECT count(*) FROM hold")).isZero();
        assertThat(ledger.brokenPromises()).isEmpty();
    }

    /** Nobody else asks any more: what is left can be spent, to the last request that fits. */
    private void spendTheRest(HoldRequest request, AtomicLong charged) {
        Hold hold = nodes.getFirst().hold(request);
        while (Await.get(hold.outcome()) instanceof HoldOutcome.Held) {
            Settlement settled = Await.get(hold.commit(charge(HOLD)));
            charged.addAndGet(settled.chargedNano() + settled.quotaMilli());
            hold = nodes.getFirst().hold(request);
        }
    }

    /** Takes, spends a part or nothing, again and again. */
    private Future<Void> work(Billing node, HoldRequest request, AtomicInteger attempts, AtomicLong charged) {
        if (attempts.getAndIncrement() >= ATTEMPTS) {
            return Future.succeededFuture();
        }
        Hold hold = node.hold(request);
        return hold.outcome()
                .compose(outcome -> {
                    if (!(outcome instanceof HoldOutcome.Held)) {
                        return Future.succeededFuture(new Settlement(0, 0, -1, 0));
                    }
                    boolean spends = ThreadLocalRandom.current().nextInt(20) == 0;
                    boolean quota = request.quotaMilli() == HOLD;
                    return spends
                            ? hold.commit(charge(
                                    quota
                                            ? HOLD
                                            : 1 + ThreadLocalRandom.current().nextLong(HOLD)))
                            : hold.abort(charge(0));
                })
                .compose(settled -> {
                    charged.addAndGet(settled.chargedNano() + settled.quotaMilli());
                    return work(node, request, attempts, charged);
                });
    }

    /** A request of which the money in one bucket suffices for ten and a half, and in every other for all. */
    private HoldRequest tight(BucketKind kind) {
        long account = ledger.account(kind == BucketKind.ACCOUNT_BALANCE ? ENOUGH_FOR : USD);
        if (kind == BucketKind.CYCLE_QUOTA || kind == BucketKind.CYCLE_OVERFLOW) {
            boolean quota = kind == BucketKind.CYCLE_QUOTA;
            long key = Await.get(ledger.subscriptions.create(
                            account,
                            new Subscriptions.PlanTerms("p", quota ? ENOUGH_FOR : 0),
                            SubscriptionRecord.Interval.MONTH,
                            new Subscriptions.Fallback(!quota, ENOUGH_FOR)))
                    .key()
                    .record()
                    .id();
            return new HoldRequest(account, key, "m", HOLD, "p", quota ? HOLD : HOLD + 1);
        }
        if (kind == BucketKind.ACCOUNT_MONTH) {
            Await.get(ledger.accounts.change(account, s -> new AccountRecord.Settings(false, false, ENOUGH_FOR, 1)));
        }
        long key = ledger.key(
                account,
                BillingTest.withLimits(
                        KeySettings.named("k"),
                        kind == BucketKind.KEY_QUOTA ? ENOUGH_FOR : null,
                        kind == BucketKind.KEY_MONTH ? ENOUGH_FOR : null));
        return Ledger.request(account, key, HOLD);
    }
}
