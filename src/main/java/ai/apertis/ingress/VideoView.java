package ai.apertis.ingress;

import ai.apertis.dialect.Json;
import ai.apertis.dialect.tasks.Video;
import ai.apertis.ledger.VideoRow;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Shows a video's task to its client. */
final class VideoView {
    private VideoView() {}

    /** The task as it is told. */
    static ObjectNode of(VideoRow row) {
        ObjectNode told = Json.object()
                .put("id", row.id())
                .put("object", "video")
                .put("model", row.model())
                .put("status", row.status())
                .put("created_at", row.createdAt().getEpochSecond());
        told.setAll(Json.answer(row.body().getBytes(StandardCharsets.UTF_8)));
        if (row.status().equals("completed")) {
            told.put("video_url", "/v1/video/content?id=" + row.id());
        }
        return told;
    }

    /**
     * What is kept of the provider's word.
     *
     * @param said what it says
     * @param before what was kept before, of which stays what it does not say again
     */
    static String body(Video said, @Nullable String before) {
        ObjectNode body = before == null ? Json.object() : Json.answer(before.getBytes(StandardCharsets.UTF_8));
        if (said.progress() != null) {
            body.put("progress", said.progress());
        }
        if (said.seconds() != null) {
            body.put("seconds", said.seconds());
        }
        if (said.size() != null) {
            body.put("size", said.size());
        }
        if (said.error() != null) {
            body.set("error", said.error());
        }
        return Json.text(body);
    }

    /** What is kept of one that was given up. */
    static String failed(String before, String code, String message) {
        ObjectNode body = Json.answer(before.getBytes(StandardCharsets.UTF_8));
        body.set("error", Video.error(code, message));
        return Json.text(body);
    }
}
