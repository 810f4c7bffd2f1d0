package ai.apertis.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.billing.alerts.Courier;
import ai.apertis.billing.alerts.TellerOptions;
import ai.apertis.billing.alerts.TellerVerticle;
import ai.apertis.ledger.AlertSettings;
import ai.apertis.ledger.Alerts;
import ai.apertis.ledger.Await;
import ai.apertis.ledger.Delivery;
import ai.apertis.ledger.Delivery.Channel;
import ai.apertis.ledger.KeyHash;
import ai.apertis.ledger.Outbox;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The outbox, shared by several nodes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TellerTest {
    private static final TellerOptions QUICK = new TellerOptions(
            Duration.ofMillis(20), Duration.ofMinutes(1), Duration.ofMillis(20), Duration.ofMillis(40));
    private static final Set<Channel> WEBHOOKS = Set.of(Channel.WEBHOOK);

    private Ledger ledger;
    private Alerts alerts;
    private Outbox outbox;
    private final List<String> deployed = new ArrayList<>();

    @BeforeAll
    void open() {
        ledger = new Ledger();
        alerts = new Alerts(ledger.database, ledger.keys);
        outbox = new Outbox(ledger.database, new KeyHash(Map.of(1, new byte[32])));
    }

    @AfterEach
    void undeploy() {
        deployed.forEach(id -> Await.get(ledger.vertx.undeploy(id)));
        deployed.clear();
        TestDatabase.execute(ledger.url, "UPDATE delivery SET state = 'given_up' WHERE state = 'pending'");
    }

    @AfterAll
    void close() {
        ledger.close();
    }

    @Test
    void severalNodesDeliverEachEventOnce() {
        long account = account();
        Set<UUID> events = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            events.add(tell(account));
        }
        List<UUID> arrived = new CopyOnWriteArrayList<>();
        Courier courier = delivery -> {
            arrived.add(delivery.event().id());
            return Future.succeededFuture(new Courier.Outcome.Delivered(204));
        };
        deploy(courier);
        deploy(courier);
        deploy(courier);
        await().until(() -> pending() == 0);
        assertThat(arrived).hasSize(60).containsExactlyInAnyOrderElementsOf(events);
        assertThat(Await.get(alerts.events(account, null, 1)))
                .singleElement()
                .satisfies(told -> assertThat(told.deliveries().getJsonObject(0))
                        .isEqualTo(new JsonObject()
                                .put("channel", "webhook")
                                .put("state", "delivered")
                                .put("attempts", 1)
                                .put("target", "https://hooks.example.org/")
                                .put("status", 204)
                                .putNull("error")));
    }

    @Test
    void whatFailsIsTriedAgainUntilItArrives() {
        UUID event = tell(account());
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        deploy(delivery -> {
            assertThat(delivery.event().id()).isEqualTo(event);
            attempts.add(delivery.attempt());
            return Future.succeededFuture(
                    delivery.attempt() < 4
                            ? new Courier.Outcome.Failed(503, "answered with status 503")
                            : new Courier.Outcome.Delivered(200));
        });
        await().until(() -> pending() == 0);
        assertThat(attempts).containsExactly(1, 2, 3, 4);
    }

    @Test
    void whatADeadNodeClaimedIsClaimedAgain() {
        UUID event = tell(account());
        Delivery dead =
                Await.get(outbox.claim(WEBHOOKS, 5, Duration.ofMinutes(1))).getFirst();
        assertThat(Await.get(outbox.claim(WEBHOOKS, 5, Duration.ofMinutes(1))))
                .as("leased")
                .isEmpty();
        TestDatabase.execute(ledger.url, "UPDATE delivery SET due_at = now() WHERE state = 'pending'");
        Delivery second =
                Await.get(outbox.claim(WEBHOOKS, 5, Duration.ofMinutes(1))).getFirst();
        assertThat(second.event().id()).isEqualTo(event);
        assertThat(second.attempt()).isEqualTo(2);
        Await.get(outbox.failed(dead, 500, "too late to count", Duration.ofHours(1)));
        assertThat(ledger.number(
                        "SELECT count(*) FROM delivery WHERE error IS NOT NULL AND event_id = '" + event + "'"))
                .isZero();
        Await.get(outbox.delivered(second, 200));
        assertThat(pending()).isZero();
    }

    @Test
    void patienceEndsAfterADay() {
        UUID event = tell(account());
        TestDatabase.execute(ledger.url, "UPDATE event SET at = now() - interval '23 hours 59 minutes 59.9 seconds'");
        deploy(delivery -> Future.succeededFuture(new Courier.Outcome.Failed(500, "answered with status 500")));
        await().until(() -> ledger.number("SELECT count(*) FROM delivery WHERE event_id = '" + event
                        + "' AND state = 'given_up' AND ended_at IS NOT NULL")
                == 1);
    }

    @Test
    void mailWaitsWhereNobodyCanWriteAny() {
        long account =
                Await.get(ledger.accounts.create("mail", "a@example.org")).id();
        tell(account);
        deploy(delivery -> {
            throw new AssertionError(delivery.toString());
        });
        assertThat(Await.get(outbox.claim(WEBHOOKS, 5, Duration.ofMinutes(1)))).isEmpty();
        assertThat(pending()).isEqualTo(1);
        TestDatabase.execute(
                ledger.url, "UPDATE delivery SET due_at = now() - interval '25 hours' WHERE state = 'pending'");
        Await.get(outbox.giveUpOld());
        assertThat(pending()).isZero();
    }

    @Test
    void waitsLongerAfterEachFailureAndNeverTheSame() {
        TellerOptions options = TellerOptions.standard();
        for (int attempt = 1; attempt < 40; attempt++) {
            long most = Math.min(3_600_000, 5_000L << Math.min(attempt - 1, 20));
            assertThat(options.pause(attempt).toMillis()).isBetween(most / 2, most);
        }
    }

    private long account() {
        long account = ledger.account(0);
        Await.get(alerts.change(
                account,
                old -> new AlertSettings(List.of(), List.of(), List.of(), false, null, "https://hooks.example.org/")));
        return account;
    }

    private UUID tell(long account) {
        return Await.get(alerts.tell(account, "test", new JsonObject()));
    }

    private void deploy(Courier courier) {
        deployed.add(Await.get(ledger.vertx.deployVerticle(
                new TellerVerticle(outbox, Map.of(Channel.WEBHOOK, courier), QUICK, new Metrics()))));
    }

    private long pending() {
        return ledger.number("SELECT count(*) FROM delivery WHERE state = 'pending'");
    }
}
