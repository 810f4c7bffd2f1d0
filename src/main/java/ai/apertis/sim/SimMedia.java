package ai.apertis.sim;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The simulated models for images and sound: {@code sim/image}, {@code sim/speech} and {@code sim/transcribe}. The same request
 * always gets the same answer.
 */
final class SimMedia {
    private static final int IMAGE_TOKENS = 100;
    private static final int MOST_IMAGES = 10;
    private static final int SAMPLES_PER_SECOND = 24_000;
    private static final int BYTES_PER_SECOND = 2 * SAMPLES_PER_SECOND;
    private static final int TEXT_BYTES_PER_SECOND = 14;
    private static final int TOKENS_PER_SECOND = 21;
    private static final int WAV_HEADER_BYTES = 44;
    private static final int PIECE_BYTES = 16 * 1024;
    private static final double TONE_HERTZ = 440;
    /** A picture of one dot, as PNG. */
    private static final String DOT =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private SimMedia() {}

    /** Dots, as many as asked for, streamed when asked for. */
    static void image(HttpServerRequest http, JsonObject request) {
        SimTasks.expect(request, "sim/image");
        String prompt = request.getString("prompt", "");
        if (prompt.isEmpty()) {
            throw Refusal.invalid("prompt", "Missing required parameter: 'prompt'.");
        }
        answer(
                http,
                Tokens.count(prompt),
                Math.clamp(request.getInteger("n", 1), 1, MOST_IMAGES),
                request.getBoolean("stream", false) ? request.getInteger("partial_images", 0) : -1,
                "image_generation");
    }

    /** The same for the form of an edit, each image of which is read as so many tokens as a dot has. */
    static void edit(HttpServerRequest http, int imagesRead) {
        String prompt = http.getFormAttribute("prompt");
        answer(http, Tokens.count(prompt == null ? "" : prompt) + imagesRead * IMAGE_TOKENS, 1, -1, "image_edit");
    }

    private static void answer(HttpServerRequest http, int inputTokens, int images, int partials, String event) {
        JsonObject usage = new JsonObject()
                .put("input_tokens", inputTokens)
                .put("output_tokens", images * IMAGE_TOKENS)
                .put("total_tokens", inputTokens + images * IMAGE_TOKENS)
                .put(
                        "input_tokens_details",
                        new JsonObject().put("text_tokens", inputTokens).put("image_tokens", 0));
        if (partials < 0) {
            JsonArray data = new JsonArray();
            for (int i = 0; i < images; i++) {
                data.add(new JsonObject().put("b64_json", DOT));
            }
            json(http, new JsonObject().put("created", 0).put("data", data).put("usage", usage));
            return;
        }
        HttpServerResponse response = events(http);
        for (int i = 0; i < partials; i++) {
            event(
                    response,
                    new JsonObject()
                            .put("type", event + ".partial_image")
                            .put("partial_image_index", i)
                            .put("b64_json", DOT));
        }
        event(
                response,
                new JsonObject()
                        .put("type", event + ".completed")
                        .put("b64_json", DOT)
                        .put("usage", usage));
        response.end();
    }

    /** A tone for as long as the text would be spoken: a second for every 14 bytes. */
    static void speech(HttpServerRequest http, JsonObject request) {
        SimTasks.expect(request, "sim/speech");
        String text = request.getString("input", "");
        if (text.isEmpty()) {
            throw Refusal.invalid("input", "Missing required parameter: 'input'.");
        }
        int seconds = Math.ceilDiv(text.getBytes(StandardCharsets.UTF_8).length, TEXT_BYTES_PER_SECOND);
        boolean bare = "pcm".equals(request.getString("response_format"));
        Buffer sound = tone(seconds, bare);
        if ("sse".equals(request.getString("stream_format"))) {
            HttpServerResponse response = events(http);
            for (int at = 0; at < sound.length(); at += PIECE_BYTES) {
                byte[] piece = sound.getBytes(at, Math.min(sound.length(), at + PIECE_BYTES));
                event(
                        response,
                        new JsonObject()
                                .put("type", "speech.audio.delta")
                                .put("audio", Base64.getEncoder().encodeToString(piece)));
            }
            int tokens = Tokens.count(text);
            event(
                    response,
                    new JsonObject()
                            .put("type", "speech.audio.done")
                            .put(
                                    "usage",
                                    new JsonObject()
                                            .put("input_tokens", tokens)
                                            .put("output_tokens", seconds * TOKENS_PER_SECOND)
                                            .put("total_tokens", tokens + seconds * TOKENS_PER_SECOND)));
            response.end();
            return;
        }
        http.response()
                .putHeader("Content-Type", bare ? "audio/pcm" : "audio/wav")
                .end(sound);
    }

    private static Buffer tone(int seconds, boolean bare) {
        int bytes = seconds * BYTES_PER_SECOND;
        Buffer sound = Buffer.buffer(bytes + WAV_HEADER_BYTES);
        if (!bare) {
            sound.appendString("RIFF")
                    .appendIntLE(bytes + WAV_HEADER_BYTES - 8)
                    .appendString("WAVEfmt ")
                    .appendIntLE(16)
                    .appendShortLE((short) 1)
                    .appendShortLE((short) 1)
                    .appendIntLE(SAMPLES_PER_SECOND)
                    .appendIntLE(BYTES_PER_SECOND)
                    .appendShortLE((short) 2)
                    .appendShortLE((short) 16)
                    .appendString("data")
                    .appendIntLE(bytes);
        }
        for (int sample = 0; sample < bytes / 2; sample++) {
            double angle = 2 * Math.PI * TONE_HERTZ * sample / SAMPLES_PER_SECOND;
            sound.appendShortLE((short) (8_000 * Math.sin(angle)));
        }
        return sound;
    }

    /** Tells how many bytes it was sent, in the form that was asked for. */
    static void transcription(HttpServerRequest http, long bytes) {
        String text = "The sound has " + bytes + " bytes.";
        long seconds = Math.max(1, Math.ceilDiv(bytes, (long) BYTES_PER_SECOND));
        String format = http.getFormAttribute("response_format");
        JsonObject usage = new JsonObject().put("type", "duration").put("seconds", seconds);
        if ("true".equals(http.getFormAttribute("stream"))) {
            HttpServerResponse response = events(http);
            event(
                    response,
                    new JsonObject().put("type", "transcript.text.delta").put("delta", text));
            event(
                    response,
                    new JsonObject()
                            .put("type", "transcript.text.done")
                            .put("text", text)
                            .put("usage", usage));
            response.end();
            return;
        }
        switch (format == null ? "json" : format) {
            case "text" -> plain(http, text + "\n");
            case "srt" -> plain(http, "1\n00:00:00,000 --> " + clock(seconds, ',') + "\n" + text + "\n\n");
            case "vtt" -> plain(http, "WEBVTT\n\n00:00:00.000 --> " + clock(seconds, '.') + "\n" + text + "\n\n");
            case "verbose_json" ->
                json(
                        http,
                        new JsonObject()
                                .put("task", "transcribe")
                                .put("language", "english")
                                .put("duration", seconds)
                                .put("text", text)
                                .put("segments", new JsonArray())
                                .put("usage", usage));
            default -> json(http, new JsonObject().put("text", text).put("usage", usage));
        }
    }

    private static String clock(long seconds, char point) {
        return "%02d:%02d:%02d%c000".formatted(seconds / 3_600, seconds / 60 % 60, seconds % 60, point);
    }

    private static void plain(HttpServerRequest http, String text) {
        http.response().putHeader("Content-Type", "text/plain; charset=utf-8").end(text);
    }

    private static void json(HttpServerRequest http, JsonObject body) {
        http.response().putHeader("Content-Type", "application/json").end(body.toBuffer());
    }

    private static HttpServerResponse events(HttpServerRequest http) {
        return http.response().setChunked(true).putHeader("Content-Type", "text/event-stream; charset=utf-8");
    }

    private static void event(HttpServerResponse response, JsonObject data) {
        response.write("event: " + data.getString("type") + "\ndata: " + data.encode() + "\n\n");
    }
}
