package ai.apertis.dialect.tasks;

import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Params;
import ai.apertis.money.MediaUsage;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * {@code POST /v1/audio/speech}. The sound passes as bytes, in which the provider cannot say what was used: characters are
 * known, and tokens of sound are estimated from its length (21 a second, by OpenAI's price of a minute). The length of PCM
 * and WAV is known by its bytes, that of other formats by the text: 14 bytes are spoken in a second.
 */
public final class SpeechTask extends Task {
    private static final double SLOWEST = 0.25;
    private static final double FASTEST = 4;
    private static final long TOKENS_PER_SECOND = 21;
    private static final double BYTES_PER_SECOND = 14;
    private static final double LEAST_BYTES_PER_SECOND = 5;
    /** 24,000 samples of two bytes (OpenAI, "Text to speech: supported output formats"). */
    private static final long PCM_BYTES_PER_SECOND = 48_000;

    private final Reading read;

    private SpeechTask(JsonBody body, Reading read) {
        super(ModelKind.SPEECH, body, read.model(), read.fallbacks(), read.spending());
        this.read = read;
    }

    /**
     * Reads and checks a body.
     *
     * @param bytes the request's body
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static SpeechTask read(byte[] bytes) {
        Reading reading = new Reading();
        JsonBody body = JsonBody.read(bytes, reading);
        if (reading.text.isEmpty()) {
            throw ApiError.missingParameter("input").exception();
        }
        return new SpeechTask(body, reading);
    }

    @Override
    public boolean stream() {
        return read.events;
    }

    @Override
    public Usage most() {
        return usage(input().tokensFromAbove(), seconds(LEAST_BYTES_PER_SECOND));
    }

    @Override
    public Bridge bridge(Target target) {
        needsOpenAi(target);
        return TaskBridge.ofBytes(
                "/audio/speech",
                passed(target),
                this::metered,
                () -> new TaskPassage(1, this::told, text -> spoken().asEstimate()));
    }

    private Usage told(JsonNode usage) {
        Usage tokens = TaskUsage.speech(usage);
        return tokens == null ? spoken().asEstimate() : tokens.withMedia(0, characters());
    }

    private Usage metered(long bytes) {
        Usage usage = Set.of("pcm", "wav").contains(read.format)
                ? usage(textTokens(), Math.ceilDiv(bytes, PCM_BYTES_PER_SECOND))
                : spoken();
        return usage.asEstimate();
    }

    private Usage spoken() {
        return usage(textTokens(), seconds(BYTES_PER_SECOND));
    }

    private Usage usage(long tokens, long seconds) {
        return new Usage(tokens, 0, 0, 0, 0, 0, seconds * TOKENS_PER_SECOND, 0, seconds * 1_000, false, characters());
    }

    private MediaUsage characters() {
        return new MediaUsage(0, 0, read.text.codePointCount(0, read.text.length()));
    }

    private long textTokens() {
        return Math.ceilDiv(utf8(), 4);
    }

    private long seconds(double bytesPerSecond) {
        return (long) Math.ceil(utf8() / bytesPerSecond / read.speed);
    }

    private int utf8() {
        return read.text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static final class Reading extends TaskFields {
        private String text = "";
        private String format = "mp3";
        private double speed = 1;
        private boolean events;

        @Override
        void own(String name, JsonParser json) throws IOException {
            switch (name) {
                case "input" -> text = text(name, json);
                case "speed" -> {
                    Params.number(name, json, SLOWEST, FASTEST);
                    speed = json.currentToken().isNumeric() ? json.getDoubleValue() : 1;
                }
                case "response_format" -> {
                    String told = optionalText(name, json);
                    format = told == null ? format : told;
                }
                case "stream_format" -> events = "sse".equals(optionalText(name, json));
                default -> json.skipChildren();
            }
        }
    }
}
