package ai.apertis.telemetry;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Measures how late its event loop runs timers. Deployed once per event loop. */
public final class EventLoopLag extends VerticleBase {
    private static final long PERIOD_MILLIS = 100;

    private final Metrics metrics;

    /**
     * Makes a probe.
     *
     * @param metrics is told every measurement
     */
    public EventLoopLag(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        measure();
        return Future.succeededFuture();
    }

    private void measure() {
        long due = System.nanoTime() + PERIOD_MILLIS * 1_000_000;
        vertx.setTimer(PERIOD_MILLIS, timer -> {
            metrics.eventLoopLag(Math.max(0, System.nanoTime() - due));
            measure();
        });
    }
}
