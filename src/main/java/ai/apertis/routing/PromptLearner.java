package ai.apertis.routing;

import ai.apertis.ledger.PromptDensities;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the bounds on prompts up to date with what was charged: at the start, and every five minutes. */
public final class PromptLearner extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(PromptLearner.class);
    private static final long EVERY_MILLIS = 5 * 60 * 1_000;

    private final PromptDensities densities;
    private final InputBounds bounds;

    /**
     * A learner.
     *
     * @param densities what was seen
     * @param bounds what is concluded
     */
    public PromptLearner(PromptDensities densities, InputBounds bounds) {
        this.densities = densities;
        this.bounds = bounds;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(EVERY_MILLIS, timer -> learn());
        return learn();
    }

    /** Without an answer the bounds stay as they are: they are from above either way. */
    private Future<?> learn() {
        return densities.read().onSuccess(bounds::learn).recover(e -> {
            LOG.warn("how dense prompts are could not be read: {}", e.getMessage());
            return Future.succeededFuture();
        });
    }
}
