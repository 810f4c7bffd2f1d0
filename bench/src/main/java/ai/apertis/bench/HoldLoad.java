package ai.apertis.bench;

import ai.apertis.billing.Billing;
import ai.apertis.billing.BillingOptions;
import ai.apertis.billing.BillingVerticle;
import ai.apertis.billing.Charge;
import ai.apertis.billing.Hold;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.HoldRequest;
import ai.apertis.ledger.Database;
import ai.apertis.money.Usage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Holds and their settlements, straight to the billing verticle: at a fixed rate, each counted from when it was due (an open
 * loop), or as many as go. Everything happens on one event loop, which is not the verticle's.
 */
final class HoldLoad implements AutoCloseable {
    private static final int AT_ONCE = 512;
    private static final long HELD_NANO = 1_000_000;

    /**
     * What was measured.
     *
     * @param perSecond requests held and settled
     * @param hold from when it was due until it was durable, nanoseconds
     * @param settlement the same for the settlement
     * @param roundTrips calls of the ledger for one request, which is two operations
     * @param refused holds that were not taken
     */
    record Figures(double perSecond, Histogram hold, Histogram settlement, double roundTrips, long refused) {}

    private final Vertx vertx;
    private final ContextInternal context;
    private final BillingVerticle verticle;
    private final Billing billing;
    private final String deployment;
    private final Purses purses;
    private final Random random = new Random(1);

    HoldLoad(Vertx vertx, Database database, Purses purses) {
        this.vertx = vertx;
        this.purses = purses;
        this.verticle = new BillingVerticle(database, BillingOptions.standard("bench", 0, 1_000, 10));
        this.deployment = vertx.deployVerticle(verticle).await();
        this.billing = verticle.billing(vertx);
        this.context = (ContextInternal) vertx.getOrCreateContext();
    }

    /** So many in a second, for so many seconds. */
    Figures atRate(int rate, double seconds) {
        Run run = new Run(seconds);
        context.runOnContext(go -> run.due(System.nanoTime(), 1_000_000_000L / rate));
        return run.figures();
    }

    /** As many as go, with a fixed number under way. */
    Figures saturated(double seconds) {
        Run run = new Run(seconds);
        context.runOnContext(go -> {
            for (int i = 0; i < AT_ONCE; i++) {
                run.again();
            }
        });
        return run.figures();
    }

    @Override
    public void close() {
        vertx.undeploy(deployment).await();
    }

    /** One phase. */
    private final class Run {
        private final Histogram hold = StreamFigures.histogram();
        private final Histogram settlement = StreamFigures.histogram();
        private final Promise<Void> finished = Promise.promise();
        private final long batchesBefore = verticle.counters().counts().batches();
        private final long began = System.nanoTime();
        private final long ends;
        private long settled;
        private long refused;
        private int open;
        private boolean allStarted;

        Run(double seconds) {
            ends = began + (long) (seconds * 1e9);
        }

        Figures figures() {
            finished.future().await();
            double seconds = (System.nanoTime() - began) / 1e9;
            long batches = verticle.counters().counts().batches() - batchesBefore;
            return new Figures(settled / seconds, hold, settlement, (double) batches / Math.max(1, settled), refused);
        }

        private void due(long when, long interval) {
            if (when >= ends) {
                allStarted = true;
                finishIfOver();
                return;
            }
            one(when);
            long next = when + interval;
            context.nettyEventLoop()
                    .schedule(() -> due(next, interval), next - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        private void again() {
            if (System.nanoTime() >= ends) {
                allStarted = true;
                finishIfOver();
                return;
            }
            one(System.nanoTime()).onComplete(done -> again());
        }

        private Future<?> one(long since) {
            open++;
            int purse = random.nextInt(purses.count());
            Hold taken = billing.hold(
                    new HoldRequest(purses.firstAccount() + purse, purses.firstKey() + purse, "m", HELD_NANO, null, 0));
            return taken.outcome()
                    .compose(outcome -> {
                        long held = System.nanoTime();
                        if (!(outcome instanceof HoldOutcome.Held)) {
                            refused++;
                            return Future.succeededFuture();
                        }
                        hold.recordValue(held - since);
                        return taken.commit(charge()).onSuccess(done -> {
                            settled++;
                            settlement.recordValue(System.nanoTime() - held);
                        });
                    })
                    .onComplete(done -> {
                        open--;
                        finishIfOver();
                    });
        }

        private void finishIfOver() {
            if (allStarted && open == 0) {
                finished.tryComplete();
            }
        }
    }

    private static Charge charge() {
        return new Charge(
                Usage.ofTokens(100, 50), 500_000, "m", "p", "v1", 200, Charge.Ending.COMPLETED, true, 50, 500);
    }
}
