package ai.apertis.dialect.tasks;

import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Params;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.Splice;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.money.Prices;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/video/create}: asks a provider of OpenAI's form ({@code POST /videos}) to begin a video. The answer says
 * that the provider has taken it, and what is charged for.
 */
public final class VideoTask extends Task {
    private static final int MOST_SECONDS = 3_600;
    /** What is held for when the client leaves the length to the provider, whose answer says what it is. */
    private static final int UNSAID_SECONDS = 25;

    private final JsonBody body;
    private final Reading read;

    private VideoTask(JsonBody body, Reading read) {
        super(ModelKind.VIDEO, body, read.model(), read.fallbacks(), read.spending());
        this.body = body;
        this.read = read;
    }

    /**
     * Reads and checks a body.
     *
     * @param bytes the request's body
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static VideoTask read(byte[] bytes) {
        Reading reading = new Reading();
        JsonBody body = JsonBody.read(bytes, reading);
        if (!reading.promptSeen) {
            throw ApiError.missingParameter("prompt").exception();
        }
        reading.said();
        return new VideoTask(body, reading);
    }

    @Override
    public Usage most() {
        Integer said = read.said();
        return seconds(said == null ? UNSAID_SECONDS : said);
    }

    @Override
    public Prices priced(Prices prices) {
        return prices.forVideo(read.quality, read.size);
    }

    /** OpenAI's form has {@code seconds}, as text, where this endpoint also takes {@code duration}. */
    @Override
    public Bridge bridge(Target target) {
        needsOpenAi(target);
        Splice edits = new Splice(body.bytes());
        body.set(edits, "model", quoted(target.upstreamModel()));
        Set<String> own = new HashSet<>(Portability.GATEWAY_FIELDS);
        JsonBody.Member duration = body.find("duration");
        Integer said = read.said();
        if (said != null && body.find("seconds") == null && duration != null) {
            String member = "\"seconds\":" + quoted(said.toString());
            edits.replace(duration.from(), duration.to(), member.getBytes(StandardCharsets.UTF_8));
        } else {
            own.add("duration");
        }
        body.remove(edits, own);
        return new TaskBridge("/videos", edits.apply(), this::answer);
    }

    private WholeAnswer answer(byte[] answer) {
        Video begun = Video.read(answer);
        if (begun.status() == Video.Status.FAILED) {
            return WholeAnswer.failed(begun.refusal());
        }
        return WholeAnswer.of(answer, begun.seconds() == null ? most() : seconds(begun.seconds()), new TextSample());
    }

    private static String quoted(String text) {
        return Json.text(Json.object().textNode(text));
    }

    private static Usage seconds(int seconds) {
        return Usage.ofMilliseconds(seconds * 1_000L);
    }

    private static final class Reading extends TaskFields {
        private boolean promptSeen;
        private @Nullable Integer seconds;
        private @Nullable Integer duration;
        private String quality = "";
        private String size = "";

        @Override
        void own(String name, JsonParser json) throws IOException {
            switch (name) {
                case "prompt" -> {
                    text(name, json);
                    promptSeen = true;
                }
                case "seconds" -> seconds = length(name, json);
                case "duration" -> duration = length(name, json);
                case "size" -> size = orEmpty(name, json);
                case "quality" -> quality = orEmpty(name, json);
                // Several would be made and one be paid for.
                case "n" -> Params.integer(name, json, 1, 1);
                default -> json.skipChildren();
            }
        }

        /** The length, by whichever of its names. */
        private @Nullable Integer said() {
            if (seconds != null && duration != null && !seconds.equals(duration)) {
                throw ApiError.invalidParameter("duration", "'duration' and 'seconds' are two names of the same.")
                        .exception();
            }
            return seconds == null ? duration : seconds;
        }

        private static @Nullable Integer length(String name, JsonParser json) throws IOException {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                Long told = Params.integer(name, json, 1, MOST_SECONDS);
                return told == null ? null : told.intValue();
            }
            String text = json.getText();
            int told = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
            if (told < 1 || told > MOST_SECONDS) {
                throw ApiError.invalidParameter(name, "'" + name + "' must be from 1 to " + MOST_SECONDS + ".")
                        .exception();
            }
            return told;
        }

        private static String orEmpty(String name, JsonParser json) throws IOException {
            String told = optionalText(name, json);
            return told == null ? "" : told;
        }
    }
}
