package ai.apertis.dialect.tasks;

import ai.apertis.config.ModelKind;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.Json;
import ai.apertis.dialect.TextSample;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.dialect.openai.OpenAiErrors;
import ai.apertis.http.MultipartPart;
import ai.apertis.money.MediaUsage;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/audio/transcriptions} and {@code /v1/audio/translations}. What was heard is told as {@code usage}, in
 * seconds or tokens, or as {@code duration}; subtitles tell it by their last time; else it is estimated from the file. A
 * second of sound is ten tokens (OpenAI, "Audio tokens").
 */
public final class TranscriptionForm extends FormTask {
    private static final long TOKENS_PER_SECOND = 10;
    private static final Set<String> PLAIN = Set.of("text", "srt", "vtt");
    private static final Pattern SUBTITLE = Pattern.compile("--> (?:(\\d{1,4}):)?(\\d{1,2}):(\\d{1,2})[.,](\\d{3})");

    private final String path;
    private final SoundLength length;

    private TranscriptionForm(String path, Form form, MultipartPart file) {
        super(ModelKind.TRANSCRIPTION, form);
        this.path = path;
        this.length = SoundLength.of(file.head(), file.size());
    }

    /**
     * Reads and checks a form that asks for the text of a sound.
     *
     * @param parts its parts
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static TranscriptionForm transcription(List<MultipartPart> parts) {
        return read("/audio/transcriptions", parts);
    }

    /**
     * Reads and checks a form that asks for the English text of a sound.
     *
     * @param parts its parts
     * @return the request
     * @throws ai.apertis.dialect.ApiException a 400 that names the parameter at fault
     */
    public static TranscriptionForm translation(List<MultipartPart> parts) {
        return read("/audio/translations", parts);
    }

    private static TranscriptionForm read(String path, List<MultipartPart> parts) {
        Form form = new Form(parts);
        List<MultipartPart> files = form.files("file");
        if (files.size() != 1) {
            throw ApiError.missingParameter("file").exception();
        }
        return new TranscriptionForm(path, form, files.getFirst());
    }

    @Override
    public Usage most() {
        long seconds = Math.ceilDiv(length.mostMillis(), 1_000);
        return new Usage(
                input().tokensFromAbove(),
                0,
                0,
                seconds * TOKENS_PER_SECOND,
                0,
                seconds * TOKENS_PER_SECOND,
                0,
                0,
                Math.min(Usage.MAX_COUNT, length.mostMillis()),
                false);
    }

    @Override
    public Bridge bridge(Target target) {
        Task.needsOpenAi(target);
        return new TaskBridge(
                path,
                new byte[0],
                this::answer,
                () -> new TaskPassage(1, TaskUsage::heard, text -> estimated(text.totalBytes())));
    }

    private WholeAnswer answer(byte[] body) {
        if (PLAIN.contains(form().text("response_format"))) {
            Usage usage = estimated(body.length);
            long last = lastTime(new String(body, StandardCharsets.UTF_8));
            Usage timed = last > 0 ? lasting(usage, last) : usage;
            return WholeAnswer.of(body, timed, new TextSample()).as("text/plain; charset=utf-8");
        }
        ObjectNode root = Json.answer(body);
        if (root.hasNonNull("error")) {
            throw OpenAiErrors.read(200, body, 0, body.length).exception();
        }
        JsonNode text = root.path("text");
        if (!text.isTextual()) {
            throw Json.unreadable();
        }
        Usage told = told(root);
        return WholeAnswer.of(body, told == null ? estimated(text.textValue().length()) : told, new TextSample());
    }

    private static @Nullable Usage told(ObjectNode root) {
        Usage usage = TaskUsage.heard(root.path("usage"));
        if (usage != null) {
            return usage;
        }
        JsonNode duration = root.path("duration");
        return duration.isNumber() || duration.isTextual() ? TaskUsage.seconds(duration) : null;
    }

    private Usage estimated(long textBytes) {
        long millis = Math.min(Usage.MAX_COUNT, length.likelyMillis());
        Usage text = Usage.ofTokens(promptText().totalBytes() / 4, Math.ceilDiv(textBytes, 4));
        return lasting(text, millis);
    }

    private static Usage lasting(Usage text, long millis) {
        return new Usage(
                text.inputTokens(),
                0,
                0,
                text.outputTokens(),
                0,
                Math.ceilDiv(millis * TOKENS_PER_SECOND, 1_000),
                0,
                0,
                millis,
                true,
                MediaUsage.NONE);
    }

    /** The end of the last subtitle in milliseconds, 0 when there is none. */
    private static long lastTime(String subtitles) {
        long last = 0;
        Matcher time = SUBTITLE.matcher(subtitles);
        while (time.find()) {
            long hours = time.group(1) == null ? 0 : Long.parseLong(time.group(1));
            long seconds = (hours * 60 + Long.parseLong(time.group(2))) * 60 + Long.parseLong(time.group(3));
            last = Math.max(last, seconds * 1_000 + Long.parseLong(time.group(4)));
        }
        return Math.min(Usage.MAX_COUNT, last);
    }
}
