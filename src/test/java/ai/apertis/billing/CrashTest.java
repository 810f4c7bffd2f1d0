package ai.apertis.billing;

import static ai.apertis.billing.Ledger.USD;
import static ai.apertis.billing.Ledger.charge;
import static ai.apertis.billing.Ledger.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.ledger.Await;
import ai.apertis.ledger.Balance;
import ai.apertis.ledger.Database;
import ai.apertis.ledger.Runs;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.ledger.UsageRow;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the ledger says after processes, connections and PostgreSQL were killed at bad moments. */
class CrashTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private Ledger ledger;
    private long account;
    private long key;

    @BeforeEach
    void open() {
        ledger = new Ledger();
        account = ledger.account(100 * USD);
        key = ledger.key(account);
    }

    @AfterEach
    void close() {
        assertThat(ledger.brokenPromises()).isEmpty();
        ledger.close();
    }

    @Test
    void connectionsKilledAgainAndAgainLoseNothingAndChargeNothingTwice() {
        Billing billing = ledger.billing();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong charged = new AtomicLong();
        AtomicInteger finished = new AtomicInteger();
        List<Future<?>> workers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            workers.add(work(billing, stop, charged, finished));
        }
        for (int kill = 1; kill <= 30; kill++) {
            int before = finished.get();
            TestDatabase.execute(
                    ledger.url,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
            await().atMost(LONG).until(() -> finished.get() > before);
        }
        stop.set(true);
        Await.get(Future.all(workers));
        assertThat(ledger.number("SELECT sum(cost_nano) FROM charge")).isEqualTo(charged.get());
        await().atMost(LONG).until(() -> ledger.number("SELECT count(*) FROM hold") == 0);
    }

    private static Future<Void> workOnce(Hold hold, AtomicLong charged) {
        return hold.outcome()
                .compose(
                        outcome -> outcome instanceof HoldOutcome.Held ? hold.commit(charge(7)) : hold.abort(charge(0)))
                .onSuccess(settled -> charged.addAndGet(settled.chargedNano()))
                .mapEmpty();
    }

    private Future<Void> work(Billing billing, AtomicBoolean stop, AtomicLong charged, AtomicInteger finished) {
        if (stop.get()) {
            return Future.succeededFuture();
        }
        return workOnce(billing.hold(request(account, key, 1_000)), charged).compose(done -> {
            finished.incrementAndGet();
            return work(billing, stop, charged, finished);
        });
    }

    @Test
    void aDeadProcessIsChargedFromItsCheckpointAndNeverAboveItsHold() {
        Dying dying = new Dying(ledger);
        Hold served = dying.hold(request(account, key, 1_000));
        Hold greedy = dying.hold(request(account, key, 1_000));
        Hold silent = dying.hold(request(account, key, 1_000));
        served.progress(400);
        greedy.progress(5_000);
        await().atMost(LONG).until(() -> ledger.number("SELECT sum(cardinality(request_ids)) FROM checkpoint") == 2);
        dying.kill();
        assertThat(ledger.balance(account, key).account().held()).isEqualTo(3_000);

        ledger.billing();

        await().atMost(LONG).until(() -> ledger.number("SELECT count(*) FROM hold") == 0);
        assertThat(ledger.balance(account, key).account()).isEqualTo(new Balance.Limit(100 * USD, 1_400, 0));
        assertThat(cost(served)).isEqualTo(400);
        assertThat(cost(greedy)).isEqualTo(1_000);
        assertThat(cost(silent)).isZero();
        assertThat(ledger.usageOf(account)).allSatisfy(row -> {
            assertThat(row.ending()).isEqualTo("REAPED");
            assertThat(row.usage().estimated()).isTrue();
        });
    }

    @Test
    void aProcessThatWasTakenForDeadEndsItsStreamsAndChargesNothingTwice() {
        BillingVerticle paused = ledger.deploy(ledger.database, Ledger.options());
        Billing billing = paused.billing(ledger.vertx);
        Hold stream = billing.hold(request(account, key, 1_000));
        Await.get(stream.outcome());
        stream.progress(250);
        await().atMost(LONG).until(() -> ledger.number("SELECT count(*) FROM checkpoint") == 1);
        long run = ledger.number("SELECT max(id) FROM run");
        // What a peer does that has seen it stand still; here before the process can beat again.
        TestDatabase.execute(ledger.url, "SELECT reap(id, beat) FROM run WHERE id = " + run);

        Await.get(stream.lost());
        assertThat(Await.get(stream.commit(charge(900))).chargedNano()).isEqualTo(250);
        assertThat(ledger.usageOf(account)).hasSize(1);
        assertThat(paused.counters().counts().fences()).isEqualTo(1);

        Hold next = billing.hold(request(account, key, 1_000));
        assertThat(Await.get(next.commit(charge(3))).chargedNano()).isEqualTo(3);
        assertThat(next.requestId() >> 32).isGreaterThan(run);
    }

    @Test
    void aPeerThatBeatsIsLeftAlone() {
        ledger.billing();
        Runs runs = new Runs(ledger.database);
        long peer = Await.get(runs.start("peer"));
        long stale = ledger.number("SELECT beat FROM run WHERE id = " + peer);
        assertThat(Await.get(runs.beat(peer))).isTrue();
        assertThat(Await.get(runs.reap(new Runs.Seen(peer, stale)))).isEmpty();
        assertThat(Await.get(runs.reap(new Runs.Seen(peer, stale + 1)))).contains(0L);
        assertThat(Await.get(runs.beat(peer))).isFalse();
    }

    @Test
    void whileTheLedgerIsAwayHoldsAreGivenUpAndSettlementsWait() throws Exception {
        try (Cut cut = new Cut(ledger.vertx, ledger.url)) {
            Database through = Database.open(ledger.vertx, cut.url(), 4);
            BillingVerticle verticle = ledger.deploy(through, Ledger.options());
            Billing billing = verticle.billing(ledger.vertx);
            Hold running = billing.hold(request(account, key, 1_000));
            Await.get(running.outcome());

            cut.cut();
            Hold late = billing.hold(request(account, key, 1_000));
            Future<Settlement> settlement = running.commit(charge(600));
            assertThat(Await.get(late.outcome())).isInstanceOf(HoldOutcome.Unavailable.class);
            assertThat(settlement.isComplete()).isFalse();
            await().atMost(LONG).until(() -> waiting(verticle) == 1);
            cut.mend();

            assertThat(Await.get(settlement).chargedNano()).isEqualTo(600);
            await().atMost(LONG).until(() -> ledger.number("SELECT count(*) FROM hold") == 0);
            assertThat(ledger.balance(account, key).account().used()).isEqualTo(600);
            await().atMost(LONG).until(() -> waiting(verticle) == 0);
        }
    }

    @Test
    void aBatchWhoseAnswerWasLostIsAnsweredWhenSentAgain() throws Exception {
        try (Cut cut = new Cut(ledger.vertx, ledger.url)) {
            Database through = Database.open(ledger.vertx, cut.url(), 4);
            BillingVerticle verticle = ledger.deploy(through, Ledger.options());
            Billing billing = verticle.billing(ledger.vertx);
            Hold hold = billing.hold(request(account, key, 1_000));
            Await.get(hold.outcome());
            cut.loseNextAnswers();
            Future<Settlement> settlement = hold.commit(charge(600));
            await().atMost(LONG).until(() -> ledger.number("SELECT count(*) FROM charge") == 1);
            assertThat(settlement.isComplete()).isFalse();
            await().atMost(LONG).until(() -> waiting(verticle) == 1);
            cut.cut();
            cut.mend();
            assertThat(Await.get(settlement).chargedNano()).isEqualTo(600);
            assertThat(ledger.usageOf(account)).hasSize(1);
            await().atMost(LONG).until(() -> waiting(verticle) == 0);
        }
    }

    private static long waiting(BillingVerticle verticle) {
        return verticle.counters().counts().waitingSettlements();
    }

    private long cost(Hold hold) {
        return ledger.usageOf(account).stream()
                .filter(row -> row.requestId() == hold.requestId())
                .mapToLong(UsageRow::costNano)
                .sum();
    }
}
