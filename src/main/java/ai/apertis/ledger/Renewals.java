package ai.apertis.ledger;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews what is paid from balances, once per process; nodes that come at once pass over each other's rows. */
public final class Renewals extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(Renewals.class);

    private final PaidPlans plans;
    private final long pauseMillis;
    private boolean asking;

    /**
     * A worker.
     *
     * @param database where subscriptions are
     * @param pauseMillis between two looks, milliseconds
     */
    public Renewals(Database database, long pauseMillis) {
        this.plans = new PaidPlans(database.pool());
        this.pauseMillis = pauseMillis;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(pauseMillis, timer -> look());
        return Future.succeededFuture();
    }

    private void look() {
        if (!asking) {
            asking = true;
            plans.renew()
                    .onFailure(e -> LOG.warn("subscriptions could not be renewed: {}", e.getMessage()))
                    .onComplete(done -> asking = false);
        }
    }
}
