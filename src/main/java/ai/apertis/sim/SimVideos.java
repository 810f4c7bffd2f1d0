package ai.apertis.sim;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The videos of {@code sim/video}: a file without pictures, made after {@code sim.ttft_ms} milliseconds, or failed by then
 * when the word harm is in the prompt. They live as long as the process.
 */
final class SimVideos {
    private static final String PATH = "/v1/videos/";
    private static final String CONTENT = "/content";
    private static final int MOST = 10_000;
    /** The box that begins an MP4 file (ISO 14496-12, 4.3), and nothing else. */
    private static final Buffer FILE = Buffer.buffer()
            .appendInt(24)
            .appendString("ftypisom")
            .appendInt(512)
            .appendBytes("isommp41".getBytes(StandardCharsets.US_ASCII));

    private record Made(String id, long begunMillis, long readyMillis, boolean fails, String seconds, String size) {}

    private final Map<String, Made> videos = new ConcurrentHashMap<>();
    private final AtomicLong number = new AtomicLong();

    /** Takes a task. */
    JsonObject begin(JsonObject request, long nowMillis) {
        SimTasks.expect(request, "sim/video");
        if (!(request.getValue("prompt") instanceof String prompt)) {
            throw Refusal.invalid("prompt", "Missing required parameter: 'prompt'.");
        }
        if (videos.size() >= MOST) {
            videos.clear();
        }
        long late = request.getJsonObject("sim", new JsonObject()).getLong("ttft_ms", 0L);
        Made made = new Made(
                "video_sim_" + number.incrementAndGet(),
                nowMillis,
                nowMillis + late,
                prompt.contains(SimTasks.FLAGGED_WORD),
                request.getValue("seconds") == null
                        ? "4"
                        : request.getValue("seconds").toString(),
                request.getString("size", "720x1280"));
        videos.put(made.id, made);
        return object(made, "queued", 0);
    }

    /** Tells how far one is, or its bytes. */
    void tell(HttpServerRequest http, long nowMillis) {
        String path = http.path().substring(PATH.length());
        boolean content = path.endsWith(CONTENT);
        Made made = videos.get(content ? path.substring(0, path.length() - CONTENT.length()) : path);
        boolean ready = made != null && nowMillis >= made.readyMillis;
        if (made == null || (content && (!ready || made.fails))) {
            Refusal unknown = Refusal.unknownPath("GET", http.path());
            json(http, unknown.status(), unknown.body());
        } else if (content) {
            http.response().putHeader("Content-Type", "video/mp4").end(FILE);
        } else if (!ready) {
            json(http, 200, object(made, "in_progress", 50));
        } else if (made.fails) {
            json(
                    http,
                    200,
                    object(made, "failed", 50)
                            .put(
                                    "error",
                                    new JsonObject()
                                            .put("code", "moderation_blocked")
                                            .put("message", "The prompt asks for harm.")));
        } else {
            json(http, 200, object(made, "completed", 100));
        }
    }

    private static JsonObject object(Made made, String status, int progress) {
        return new JsonObject()
                .put("id", made.id)
                .put("object", "video")
                .put("model", "sim/video")
                .put("created_at", made.begunMillis / 1_000)
                .put("status", status)
                .put("progress", progress)
                .put("seconds", made.seconds)
                .put("size", made.size);
    }

    private static void json(HttpServerRequest http, int status, JsonObject body) {
        http.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.toBuffer());
    }
}
