package ai.apertis.ingress;

import ai.apertis.catalog.LiveCatalog;
import ai.apertis.catalog.Provider;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.tasks.Video;
import ai.apertis.dispatch.Dispatch;
import ai.apertis.dispatch.Inquiry;
import ai.apertis.ledger.VideoRow;
import ai.apertis.ledger.Videos;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks providers about the videos that they make and writes down what they say. Which of a provider's keys a video was
 * asked with is not kept: they are tried in turn until one knows it.
 */
public final class VideoInquirer {
    private static final long PATIENCE_MILLIS = 10_000;
    /** What no provider has taken by then never will be: no request may take half as long. */
    private static final Duration LONGEST_BEGINNING = Duration.ofMinutes(10);
    /** OpenAI keeps a video for an hour and a job for a day. */
    private static final Duration LONGEST_MAKING = Duration.ofHours(24);

    private static final int NOT_FOUND = 404;

    private final Videos videos;
    private final LiveCatalog catalog;
    private final Dispatch dispatch;

    /**
     * An inquirer.
     *
     * @param videos the tasks
     * @param catalog knows the providers
     * @param dispatch asks them
     */
    public VideoInquirer(Videos videos, LiveCatalog catalog, Dispatch dispatch) {
        this.videos = videos;
        this.catalog = catalog;
        this.dispatch = dispatch;
    }

    /**
     * Asks about a video and writes down what is said; a failed one is given back what it cost.
     *
     * @param row the task, open
     * @return when it is written down, or nothing could be learnt
     */
    Future<Void> ask(VideoRow row) {
        Duration age = Duration.between(row.createdAt(), Instant.now());
        String upstreamId = row.upstreamId();
        if (upstreamId == null) {
            return age.compareTo(LONGEST_BEGINNING) < 0
                    ? Future.succeededFuture()
                    : giveUp(row, "video_lost", "The video was never begun.");
        }
        Future<Inquiry.Reply> asked = provider(row)
                .map(provider -> ask(provider, path(upstreamId), 0))
                .orElseGet(() -> Future.failedFuture("the provider is not configured any more"));
        return asked.compose(reply -> heard(row, reply))
                .recover(nothingLearnt -> age.compareTo(LONGEST_MAKING) < 0
                        ? Future.succeededFuture()
                        : giveUp(row, "video_expired", "The provider did not finish the video within a day."));
    }

    private Future<Void> heard(VideoRow row, Inquiry.Reply reply) {
        if (reply.status() == NOT_FOUND) {
            return giveUp(row, "video_lost", "The provider does not know the video any more.");
        }
        try {
            Video said = Video.read(reply.body().getBytes());
            String body = VideoView.body(said, row.body());
            return switch (said.status()) {
                case FAILED -> videos.fail(row.id(), body).mapEmpty();
                case COMPLETED -> videos.tell(row.id(), said.status().word(), body);
                case PENDING, PROCESSING ->
                    Duration.between(row.createdAt(), Instant.now()).compareTo(LONGEST_MAKING) < 0
                            ? videos.tell(row.id(), said.status().word(), body)
                            : Future.failedFuture("too old");
            };
        } catch (ApiException unreadable) {
            return Future.failedFuture(unreadable);
        }
    }

    private Future<Void> giveUp(VideoRow row, String code, String message) {
        return videos.fail(row.id(), VideoView.failed(row.body(), code, message))
                .mapEmpty();
    }

    /** A reply with status 200, or 404 when none of the keys knows it. */
    private Future<Inquiry.Reply> ask(Provider provider, String path, int nth) {
        return dispatch.ask(Inquiry.get(provider, provider.keys().get(nth), path, PATIENCE_MILLIS))
                .compose(reply -> {
                    if (reply.status() == 200) {
                        return Future.succeededFuture(reply);
                    }
                    if (nth + 1 == provider.keys().size()) {
                        return reply.status() == NOT_FOUND
                                ? Future.succeededFuture(reply)
                                : Future.failedFuture("status " + reply.status());
                    }
                    return ask(provider, path, nth + 1)
                            // One key that cannot say may be the one that knows.
                            .compose(other -> other.status() == NOT_FOUND && reply.status() != NOT_FOUND
                                    ? Future.failedFuture("status " + reply.status())
                                    : Future.succeededFuture(other));
                });
    }

    /**
     * Fetches a video's bytes.
     *
     * @param row the task, completed
     * @param taker given the provider's answer, paused
     * @return true when it was
     */
    Future<Boolean> fetch(VideoRow row, Consumer<HttpClientResponse> taker) {
        String upstreamId = row.upstreamId();
        Optional<Provider> provider = provider(row);
        return upstreamId == null || provider.isEmpty()
                ? Future.succeededFuture(false)
                : fetch(
                        provider.get(),
                        path(upstreamId) + "/content",
                        provider.get().keys(),
                        taker);
    }

    private Future<Boolean> fetch(
            Provider provider, String path, List<String> keys, Consumer<HttpClientResponse> taker) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(false);
        }
        return dispatch.ask(Inquiry.download(provider, keys.getFirst(), path, PATIENCE_MILLIS, taker))
                .compose(reply -> reply.status() == 200
                        ? Future.succeededFuture(true)
                        : fetch(provider, path, keys.subList(1, keys.size()), taker));
    }

    private Optional<Provider> provider(VideoRow row) {
        return catalog.current().providers().stream()
                .filter(provider -> provider.name().equals(row.provider()))
                .findFirst();
    }

    private static String path(String upstreamId) {
        return "/videos/"
                + URLEncoder.encode(upstreamId, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
