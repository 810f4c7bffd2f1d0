package ai.apertis.payments;

import ai.apertis.ledger.Database;
import ai.apertis.ledger.Payments;
import ai.apertis.ledger.Topup;
import ai.apertis.ledger.Topups;
import ai.apertis.payments.PaymentProvider.Outcome;
import ai.apertis.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tops balances up, once per process: opens what is wanted, claims what is due, asks the provider on threads of its own and
 * notes the outcome. A crash at any point leaves a pending top-up, which another node asks the provider about.
 */
public final class TopupVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(TopupVerticle.class);

    /** Charges under way at a time, and threads for them. */
    private static final int MOST = 4;

    private final Topups topups;
    private final Payments payments;
    private final PaymentProvider provider;
    private final TopupOptions options;
    private final Metrics metrics;
    private @Nullable WorkerExecutor threads;
    private int underWay;
    private boolean asking;
    private boolean stopped;

    /**
     * A worker for top-ups.
     *
     * @param database where they are
     * @param provider takes the money
     * @param options how to work
     * @param metrics counts outcomes
     */
    public TopupVerticle(Database database, PaymentProvider provider, TopupOptions options, Metrics metrics) {
        this.topups = new Topups(database);
        this.payments = new Payments(database);
        this.provider = provider;
        this.options = options;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        threads = vertx.createSharedWorkerExecutor("payments", MOST);
        vertx.setPeriodic(options.poll().toMillis(), timer -> round());
        return Future.succeededFuture();
    }

    /** Begins nothing new. What is under way is asked about by another node once its lease is over. */
    @Override
    public Future<?> stop() {
        stopped = true;
        return Future.succeededFuture();
    }

    private void round() {
        WorkerExecutor workers = threads;
        int room = MOST - underWay;
        if (stopped || asking || room == 0 || workers == null) {
            return;
        }
        asking = true;
        topups.open()
                .compose(opened -> topups.claim(room, options.lease()))
                .onFailure(e -> LOG.warn("top-ups could not be read: {}", e.getMessage()))
                .otherwise(List.of())
                .onSuccess(claimed -> {
                    asking = false;
                    underWay += claimed.size();
                    claimed.forEach(topup -> charge(workers, topup).onComplete(done -> underWay--));
                });
    }

    private Future<?> charge(WorkerExecutor workers, Topup topup) {
        return workers.executeBlocking(() -> provider.charge(topup), false)
                .compose(outcome -> noted(topup, outcome))
                .onFailure(e -> LOG.error("top-up {} has an unknown end and is asked about again", topup.id(), e));
    }

    private Future<?> noted(Topup topup, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Paid paid -> {
                metrics.topupAsked("paid");
                yield payments.paid(topup.id(), paid.payment(), paid.amountNano());
            }
            case Outcome.Declined declined -> {
                metrics.topupAsked("declined");
                LOG.info("top-up {} of account {} was declined: {}", topup.id(), topup.accountId(), declined.why());
                yield payments.failed(
                        topup.id(), declined.payment(), declined.why(), options.failedPause(), options.mostFailures());
            }
            case Outcome.Processing processing -> {
                metrics.topupAsked("processing");
                yield topups.later(topup, processing.payment(), "processing", options.pause(topup.attempt()));
            }
            case Outcome.Unknown unknown -> {
                metrics.topupAsked("unknown");
                LOG.warn("top-up {} of account {}: {}", topup.id(), topup.accountId(), unknown.why());
                yield topups.later(topup, null, unknown.why(), options.pause(topup.attempt()));
            }
        };
    }
}
