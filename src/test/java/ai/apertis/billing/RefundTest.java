package ai.apertis.billing;

import static ai.apertis.billing.Ledger.USD;
import static ai.apertis.billing.Ledger.charge;
import static ai.apertis.billing.Ledger.request;
import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.ledger.Await;
import ai.apertis.ledger.KeySettings;
import ai.apertis.ledger.SubscriptionRecord.Interval;
import ai.apertis.ledger.Subscriptions;
import ai.apertis.ledger.VideoRow;
import ai.apertis.ledger.Videos;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Videos that come to nothing: their charges go back once, whole, and to where they came from. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefundTest {
    private static final Duration NOW = Duration.ZERO;

    private Ledger ledger;
    private Billing billing;
    private Videos videos;

    @BeforeAll
    void begin() {
        ledger = new Ledger();
        billing = ledger.billing();
        videos = new Videos(ledger.database);
    }

    @AfterAll
    void close() {
        ledger.close();
    }

    @Test
    void waitsForAChargeThatIsOnItsWayAndGivesItBackOnce() {
        long account = ledger.account(10 * USD);
        long key = ledger.key(account, BillingTest.withLimits(KeySettings.named("k"), 5 * USD, 5 * USD));
        Hold hold = billing.hold(request(account, key, 1_000));
        Await.get(hold.outcome());
        String id = begun(account, hold);
        assertThat(Await.get(videos.fail(id, "{}"))).isFalse();
        Await.get(hold.commit(charge(700)));
        assertThat(used(account, key)).containsExactly(700L, 700L, 700L);
        // As when several processes find it at once.
        List<Future<Boolean>> all =
                Stream.generate(() -> videos.fail(id, "{}")).limit(8).toList();
        assertThat(all.stream().map(Await::get).filter(ended -> ended)).hasSize(1);
        assertThat(used(account, key)).containsExactly(0L, 0L, 0L);
        assertThat(ledger.usageOf(account).getFirst().costNano()).isZero();
        assertThat(ledger.brokenPromises()).isEmpty();
    }

    @Test
    void givesBackQuota() {
        long account = ledger.account(0);
        long key = Await.get(ledger.subscriptions.create(
                        account,
                        new Subscriptions.PlanTerms("lite", 600_000),
                        Interval.MONTH,
                        new Subscriptions.Fallback(false, 0L)))
                .key()
                .record()
                .id();
        Hold hold = billing.hold(new HoldRequest(account, key, "m", 50, "lite", 4_500));
        String id = begun(account, hold);
        assertThat(Await.get(hold.commit(charge(40))).quotaMilli()).isEqualTo(4_500);
        assertThat(Await.get(videos.fail(id, "{}"))).isTrue();
        assertThat(ledger.number(
                        "SELECT used FROM bucket JOIN charge c ON bucket.id = c.quota_bucket WHERE c.account_id = "
                                + account))
                .isZero();
        assertThat(ledger.brokenPromises()).isEmpty();
    }

    @Test
    void givesNothingBackThatWasNotTaken() {
        long account = ledger.account(USD);
        Hold hold = billing.hold(request(account, ledger.key(account), 1_000));
        String id = begun(account, hold);
        Await.get(hold.abort(charge(0)));
        assertThat(Await.get(videos.fail(id, "{}"))).isTrue();
        assertThat(ledger.number(
                        "SELECT count(*) FROM refund r JOIN charge USING (request_id) WHERE account_id = " + account))
                .isZero();
    }

    @Test
    void isGivenToOneProcessOnlyAndStaysCompleted() {
        long account = ledger.account(USD);
        Hold hold = billing.hold(request(account, ledger.key(account), 1_000));
        String id = begun(account, hold);
        Await.get(hold.commit(charge(700)));
        assertThat(Await.get(videos.taken(id, "m", "p", "u", "{}"))).isTrue();
        assertThat(Await.get(videos.taken(id, "m", "p", "u", "{}"))).isTrue();
        assertThat(Await.get(videos.taken(id, "m", "p", "another", "{}"))).isFalse();
        List<Future<List<VideoRow>>> both = List.of(videos.due(NOW, 100), videos.due(Duration.ofSeconds(60), 100));
        assertThat(both.stream()
                        .flatMap(rows -> Await.get(rows).stream())
                        .filter(row -> row.id().equals(id)))
                .hasSize(1);
        Await.get(videos.tell(id, "completed", "{}"));
        assertThat(Await.get(videos.fail(id, "{}"))).isFalse();
        Await.get(videos.tell(id, "processing", "{}"));
        assertThat(Await.get(videos.get(id, account)).orElseThrow().status()).isEqualTo("completed");
        assertThat(Await.get(videos.get(id, account + 1))).isEmpty();
    }

    private String begun(long account, Hold hold) {
        Await.get(hold.outcome());
        String id = Videos.nextId();
        Await.get(videos.begin(id, account, hold.requestId(), "m"));
        return id;
    }

    private List<Long> used(long account, long key) {
        return List.of(
                ledger.number("SELECT used FROM bucket WHERE kind = 'balance' AND owner_id = " + account),
                ledger.number("SELECT used FROM bucket WHERE kind = 'key_quota' AND owner_id = " + key),
                ledger.number("SELECT used FROM bucket WHERE kind = 'key_month' AND owner_id = " + key));
    }
}
