package ai.apertis.ingress;

import ai.apertis.billing.Charge;
import ai.apertis.billing.Hold;
import ai.apertis.billing.HoldOutcome;
import ai.apertis.billing.Settlement;
import ai.apertis.catalog.Model;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.tasks.Video;
import ai.apertis.dispatch.Answer;
import ai.apertis.ledger.VideoRow;
import ai.apertis.ledger.Videos;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client who asks for a video and the providers. The task's row is there before a provider is asked and
 * knows the hold, so that a charge whose task got no further, because the process died, is found and given back.
 */
final class VideoBeginning implements Keeping {
    private final Videos videos;
    private final long account;
    private final String model;
    private final String id = Videos.nextId();

    VideoBeginning(Videos videos, long account, String model) {
        this.videos = videos;
        this.account = account;
        this.model = model;
    }

    @Override
    public boolean comesFirst() {
        return true;
    }

    @Override
    public Future<Void> before(Hold paying) {
        return videos.begin(id, account, paying.requestId(), model);
    }

    @Override
    public Answer around(HttpAnswer client, Hold paying, Runnable abandon) {
        return new Taken(client);
    }

    /** What is not deleted here is ended later, by whoever looks after open tasks. */
    @Override
    public void failed(ApiError error) {
        videos.forget(id);
    }

    /** The provider makes it, and is paid for it, whether the client stays or not. */
    @Override
    public boolean outlives() {
        return true;
    }

    /** Takes the provider's word that it will make the video. */
    private final class Taken implements Answer {
        private final HttpAnswer client;

        private Taken(HttpAnswer client) {
            this.client = client;
        }

        @Override
        public void refused(HoldOutcome outcome) {
            client.refused(outcome);
        }

        @Override
        public void whole(Buffer body, Charge charge, @Nullable Settlement settlement) {
            Video begun = Video.read(body.getBytes());
            String provider = charge.provider() == null ? "" : charge.provider();
            VideoRow row = new VideoRow(
                    id,
                    charge.model(),
                    provider,
                    begun.id(),
                    begun.status().word(),
                    VideoView.body(begun, null),
                    Instant.now());
            take(row, provider, begun.id())
                    .onSuccess(taken -> {
                        if (taken) {
                            client.whole(Buffer.buffer(Json.bytes(VideoView.of(row))), charge, settlement);
                        } else {
                            client.cut(charge, settlement, Errors.UNAVAILABLE);
                        }
                    })
                    .onFailure(away -> client.cut(charge, settlement, Errors.UNAVAILABLE));
        }

        /** Once more when it did not work: it has been paid for. */
        private Future<Boolean> take(VideoRow row, String provider, String upstreamId) {
            return videos.taken(id, row.model(), provider, upstreamId, row.body())
                    .recover(once -> videos.taken(id, row.model(), provider, upstreamId, row.body()));
        }

        @Override
        public void cut(Charge charge, @Nullable Settlement settlement, @Nullable ApiError error) {
            client.cut(charge, settlement, error);
        }

        @Override
        public void begin(Model answering) {
            throw new IllegalStateException("a task is not streamed");
        }

        @Override
        public void write(Buffer bytes) {
            throw new IllegalStateException("a task is not streamed");
        }

        @Override
        public boolean isFull() {
            return false;
        }

        @Override
        public void onDrain(Runnable resume) {
            resume.run();
        }

        @Override
        public void end(Charge charge, @Nullable Settlement settlement) {
            client.end(charge, settlement);
        }
    }
}
