package ai.apertis.billing;

import static ai.apertis.billing.Ledger.USD;
import static ai.apertis.billing.Ledger.charge;
import static ai.apertis.billing.Ledger.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.apertis.ledger.Await;
import ai.apertis.ledger.EmbeddedDatabase;
import ai.apertis.ledger.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** PostgreSQL is stopped as by a power cut while requests run, and recovers. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("load")
class PostgresCrashTest {
    private static final int STOPS = Integer.getInteger("apertis.postgres.stops", 5);
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void whatWasAnsweredSurvivesAndWhatWasNotIsAnsweredAfterwards() throws Exception {
        TestDatabase.shareBinaries();
        Vertx vertx = Vertx.vertx();
        EmbeddedDatabase postgres = EmbeddedDatabase.start(directory);
        Map<Long, Long> told = new ConcurrentHashMap<>();
        AtomicBoolean stop = new AtomicBoolean();
        try (Cut cut = new Cut(vertx, postgres.url());
                Ledger ledger = new Ledger(vertx, cut.url())) {
            long account = ledger.account(100 * USD);
            HoldRequest request = request(account, ledger.key(account), 1_000);
            BillingOptions patient = new BillingOptions("test", 0, 10_000, 30_000, 0, 200, 1_000, 2_000, 2_000);
            Billing billing = ledger.deploy(ledger.database, patient).billing(vertx);
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                workers.add(work(billing, request, stop, told));
            }
            for (int i = 0; i < STOPS; i++) {
                int before = told.size();
                await().atMost(LONG).until(() -> told.size() > before + 100);
                stopAtOnce();
                postgres.close();
                postgres = EmbeddedDatabase.start(directory);
                cut.retarget(postgres.url());
            }
            stop.set(true);
            Await.get(Future.all(workers));

            assertThat(ledger.number("SELECT count(*) FROM charge")).isEqualTo(told.size());
            ledger.usageOf(account).forEach(row -> assertThat(told).containsEntry(row.requestId(), row.costNano()));
            assertThat(ledger.number("SELECT sum(cost_nano) FROM charge"))
                    .isEqualTo(told.values().stream().mapToLong(Long::longValue).sum());
            assertThat(ledger.brokenPromises()).isEmpty();
        } finally {
            postgres.close();
        }
    }

    /** Ends the server without a checkpoint: it has to recover from its log. */
    private void stopAtOnce() throws Exception {
        long pid = Long.parseLong(
                Files.readAllLines(directory.resolve("postgres/postmaster.pid")).getFirst());
        new ProcessBuilder("kill", "-QUIT", String.valueOf(pid)).start().waitFor();
        await().atMost(LONG)
                .until(() -> ProcessHandle.of(pid).map(p -> !p.isAlive()).orElse(true));
    }

    /** Notes for each request what its settlement said. */
    private static Future<Void> work(Billing billing, HoldRequest request, AtomicBoolean stop, Map<Long, Long> told) {
        if (stop.get()) {
            return Future.succeededFuture();
        }
        Hold hold = billing.hold(request);
        return hold.commit(charge(hold.requestId() % 1_000))
                .onSuccess(settled -> told.put(hold.requestId(), settled.chargedNano()))
                .compose(settled -> work(billing, request, stop, told));
    }
}
