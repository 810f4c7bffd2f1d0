package ai.apertis.billing;

import ai.apertis.ledger.Runs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Beats for this process's run and watches the others (money.md rule 7). How long a peer has stood still is counted in own
 * beats that went through, not by a clock: a process that was paused itself has seen nothing and accuses nobody.
 */
final class Heart {
    private static final Logger LOG = LoggerFactory.getLogger(Heart.class);

    /** Beats between two looks at the partitions: about an hour. */
    private static final int PARTITION_BEATS = 3_600;

    private final Vertx vertx;
    private final Runs runs;
    private final BillingOptions options;
    private final BillingCounters counters;
    private final Runnable dead;
    private final Map<Long, Watch> watches = new HashMap<>();
    private long run;
    private long beats;
    private long timer = -1;

    /** A peer's beat as first seen, and how many own beats went through since. */
    private record Watch(long beat, int stood) {}

    /**
     * Makes one that does not beat yet.
     *
     * @param dead called when this process's run was declared dead
     */
    Heart(Vertx vertx, Runs runs, BillingOptions options, BillingCounters counters, Runnable dead) {
        this.vertx = vertx;
        this.runs = runs;
        this.options = options;
        this.counters = counters;
        this.dead = dead;
    }

    void start(long id) {
        run = id;
        watches.clear();
        next();
    }

    void stop() {
        run = 0;
        vertx.cancelTimer(timer);
    }

    private void next() {
        timer = vertx.setTimer(options.beatMillis(), fired -> beat(run));
    }

    private void beat(long id) {
        runs.beat(id)
                .compose(lives -> {
                    if (run != id) {
                        return Future.succeededFuture();
                    }
                    if (!lives) {
                        dead.run();
                        return Future.succeededFuture();
                    }
                    return watch(id);
                })
                .onFailure(e -> {
                    LOG.warn("no beat: {}", e.getMessage());
                    watches.clear();
                })
                .onComplete(done -> {
                    if (run == id) {
                        next();
                    }
                });
    }

    private Future<Void> watch(long id) {
        if (beats++ % PARTITION_BEATS == 0) {
            runs.makePartitions().onFailure(e -> LOG.warn("no partitions made: {}", e.getMessage()));
        }
        return runs.others(id).compose(seen -> {
            Map<Long, Watch> before = Map.copyOf(watches);
            watches.clear();
            Future<Void> reaped = Future.succeededFuture();
            for (Runs.Seen peer : seen) {
                Watch watch = before.get(peer.id());
                int stood = watch == null || watch.beat() != peer.beat() ? 0 : watch.stood() + 1;
                if (stood >= options.staleBeats()) {
                    reaped = reaped.compose(done -> reap(peer));
                } else {
                    watches.put(peer.id(), new Watch(peer.beat(), stood));
                }
            }
            return reaped;
        });
    }

    private Future<Void> reap(Runs.Seen peer) {
        return runs.reap(peer)
                .onSuccess(ended -> ended.ifPresent(holds -> {
                    counters.reaped(holds);
                    LOG.warn("run {} is dead; {} holds were ended from its last checkpoint", peer.id(), holds);
                }))
                .mapEmpty();
    }

    /** All peers being watched, for tests. */
    List<Long> watched() {
        return List.copyOf(watches.keySet());
    }
}
