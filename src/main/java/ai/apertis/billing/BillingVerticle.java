package ai.apertis.billing;

import ai.apertis.ledger.Database;
import ai.apertis.ledger.Runs;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Billing, once per process: one connection to the ledger, one loop, one run. Deploy it, then ask {@link #billing} for its
 * face. Undeploying settles what waits, ends the run and closes the connection.
 */
public final class BillingVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(BillingVerticle.class);
    private static final long TICK_MILLIS = 100;

    private final Database database;
    private final Runs runs;
    private final BillingOptions options;
    private final BillingCounters counters = new BillingCounters();
    private final String address = "billing." + UUID.randomUUID();
    private final RequestIds ids = new RequestIds();
    private final Hints hints = new Hints();
    private @Nullable Parts parts;
    private long run;

    /** What is made on the verticle's own event loop. */
    private record Parts(LedgerLine line, Batcher batcher, Heart heart, MessageConsumer<Operation> consumer) {}

    /**
     * Prepares billing.
     *
     * @param database the ledger
     * @param options how to work
     */
    public BillingVerticle(Database database, BillingOptions options) {
        this.database = database;
        this.runs = new Runs(database);
        this.options = options;
    }

    /**
     * Its face, to be used after it was deployed.
     *
     * @param vertx where it was deployed
     * @return may be used from any event loop
     */
    public Billing billing(Vertx vertx) {
        return new Billing(vertx, address, ids, hints);
    }

    /**
     * What it counts.
     *
     * @return read at any time
     */
    public BillingCounters counters() {
        return counters;
    }

    @Override
    public Future<?> start() {
        LocalCodec.install(vertx);
        LedgerLine line = new LedgerLine(vertx, database, options);
        Batcher batcher = new Batcher(line, hints, counters, options, this::fenced);
        Heart heart = new Heart(vertx, runs, options, counters, this::fenced);
        return runs.start(options.node()).onSuccess(id -> {
            MessageConsumer<Operation> consumer =
                    vertx.eventBus().localConsumer(address, message -> batcher.add(message.body()));
            parts = new Parts(line, batcher, heart, consumer);
            begin(id);
            vertx.setPeriodic(TICK_MILLIS, timer -> batcher.tick());
            vertx.setPeriodic(options.beatMillis(), timer -> batcher.checkpoint());
        });
    }

    private void begin(long id) {
        Parts p = parts;
        if (p != null) {
            run = id;
            ids.startRun(id);
            p.heart().start(id);
            p.batcher().startRun(id);
        }
    }

    /** A peer declared this process dead. Its streams end, and it goes on under a new name. */
    private void fenced() {
        Parts p = parts;
        if (p == null || run == 0) {
            return;
        }
        LOG.error("run {} was declared dead by a peer; its open requests end", run);
        run = 0;
        counters.fenced();
        p.heart().stop();
        p.batcher().endRun();
        again();
    }

    private void again() {
        runs.start(options.node()).onSuccess(this::begin).onFailure(e -> {
            LOG.warn("no new run: {}", e.getMessage());
            vertx.setTimer(options.beatMillis(), timer -> again());
        });
    }

    @Override
    public Future<?> stop() {
        Parts p = parts;
        if (p == null) {
            return Future.succeededFuture();
        }
        return drained(p.batcher(), System.nanoTime() + options.drainMillis() * 1_000_000)
                .compose(done -> p.consumer().unregister())
                .compose(done -> {
                    p.heart().stop();
                    p.line().close();
                    parts = null;
                    return run == 0 ? Future.succeededFuture() : runs.end(run);
                })
                .recover(e -> {
                    LOG.warn("the run could not be ended, a peer will do it: {}", e.getMessage());
                    return Future.succeededFuture();
                });
    }

    private Future<Void> drained(Batcher batcher, long deadline) {
        if (batcher.idle() || System.nanoTime() > deadline) {
            return Future.succeededFuture();
        }
        Promise<Void> later = Promise.promise();
        vertx.setTimer(TICK_MILLIS, timer -> drained(batcher, deadline).onComplete(later));
        return later.future();
    }
}
