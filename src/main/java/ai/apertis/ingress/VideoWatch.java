package ai.apertis.ingress;

import ai.apertis.ledger.VideoRow;
import ai.apertis.ledger.Videos;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the videos that nobody asks about, whichever process began them, so that one that fails is given back what it
 * cost. Deploy one instance; several processes share the work.
 */
public final class VideoWatch extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(VideoWatch.class);
    private static final Duration PAUSE = Duration.ofSeconds(30);
    private static final Duration KEPT = Duration.ofDays(30);
    private static final int MOST_AT_ONCE = 50;

    private final Videos videos;
    private final VideoInquirer inquirer;
    private final long everyMillis;
    private boolean busy;

    /**
     * A watch.
     *
     * @param videos the tasks
     * @param inquirer asks about them
     * @param everyMillis how often it looks, milliseconds
     */
    public VideoWatch(Videos videos, VideoInquirer inquirer, long everyMillis) {
        this.videos = videos;
        this.inquirer = inquirer;
        this.everyMillis = everyMillis;
    }

    @Override
    public Future<?> start() {
        vertx.setPeriodic(everyMillis, tick -> look());
        return Future.succeededFuture();
    }

    private void look() {
        if (busy) {
            return;
        }
        busy = true;
        videos.due(PAUSE, MOST_AT_ONCE)
                .compose(this::askAll)
                .compose(asked -> videos.sweep(KEPT))
                .onComplete(done -> {
                    busy = false;
                    if (done.failed()) {
                        LOG.warn(
                                "open videos could not be looked after: {}",
                                done.cause().getMessage());
                    }
                });
    }

    private Future<Void> askAll(List<VideoRow> rows) {
        return Future.join(rows.stream().map(inquirer::ask).toList()).mapEmpty();
    }
}
