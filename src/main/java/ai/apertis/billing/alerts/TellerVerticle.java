package ai.apertis.billing.alerts;

import ai.apertis.ledger.Delivery;
import ai.apertis.ledger.Delivery.Channel;
import ai.apertis.ledger.Outbox;
import ai.apertis.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Works off the outbox, once per process: claims what is due, has it delivered, notes how that went. */
public final class TellerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(TellerVerticle.class);

    /** Deliveries under way at a time. */
    private static final int MOST = 20;

    private static final long SWEEP_MILLIS = 600_000;

    private final Outbox outbox;
    private final Map<Channel, Courier> couriers;
    private final TellerOptions options;
    private final Metrics metrics;
    private int underWay;
    private boolean asking;
    private boolean more;
    private boolean stopped;

    /**
     * A teller.
     *
     * @param outbox what is to be told
     * @param couriers the ways there are
     * @param options how to work
     * @param metrics counts attempts
     */
    public TellerVerticle(Outbox outbox, Map<Channel, Courier> couriers, TellerOptions options, Metrics metrics) {
        this.outbox = outbox;
        this.couriers = Map.copyOf(couriers);
        this.options = options;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(
                SWEEP_MILLIS,
                timer -> outbox.giveUpOld().onFailure(e -> LOG.warn("the outbox was not swept: {}", e.getMessage())));
        vertx.setPeriodic(options.poll().toMillis(), timer -> round());
        return Future.succeededFuture();
    }

    /** Begins nothing new. What is under way and not noted is claimed by another node once its lease is over. */
    @Override
    public Future<?> stop() {
        stopped = true;
        return Future.succeededFuture();
    }

    /** Claims as many as there is room for. A slow receiver keeps its own place only. */
    private void round() {
        int room = MOST - underWay;
        if (stopped || asking || room == 0) {
            return;
        }
        asking = true;
        outbox.claim(couriers.keySet(), room, options.lease())
                .onFailure(e -> LOG.warn("the outbox could not be read: {}", e.getMessage()))
                .otherwise(List.of())
                .onSuccess(claimed -> {
                    asking = false;
                    more = claimed.size() == room;
                    underWay += claimed.size();
                    claimed.forEach(delivery -> attempt(delivery).onComplete(done -> ended()));
                });
    }

    private void ended() {
        underWay--;
        if (more) {
            round();
        }
    }

    private Future<Void> attempt(Delivery delivery) {
        Courier courier = couriers.get(delivery.channel());
        if (courier == null) {
            return Future.succeededFuture();
        }
        return courier.deliver(delivery)
                .compose(outcome -> noted(delivery, outcome))
                .onFailure(e -> LOG.warn("{} has an unknown end: {}", delivery, e.getMessage()));
    }

    private Future<Void> noted(Delivery delivery, Courier.Outcome outcome) {
        return switch (outcome) {
            case Courier.Outcome.Delivered arrived -> {
                count(delivery, "delivered");
                yield outbox.delivered(delivery, arrived.status());
            }
            case Courier.Outcome.Failed failed -> {
                count(delivery, "failed");
                LOG.info("{} failed: {}", delivery, failed.error());
                yield outbox.failed(delivery, failed.status(), failed.error(), options.pause(delivery.attempt()));
            }
            case Courier.Outcome.Impossible impossible -> {
                count(delivery, "given_up");
                yield outbox.giveUp(delivery, impossible.error());
            }
        };
    }

    private void count(Delivery delivery, String outcome) {
        metrics.deliveryTried(delivery.channel().name().toLowerCase(Locale.ROOT), outcome);
    }
}
