package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.StreamResponse;
import com.openai.models.audio.AudioResponseFormat;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionStreamEvent;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenStreamEvent;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Images and sound, asked by OpenAI's own SDK of the shipped gateway, the simulated provider behind it. */
class MediaTest {
    private static final int WAV_HEADER = 44;
    private static final String TYPE = "multipart/form-data; boundary=frontier";
    private static final String FILE_PART =
            "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n";

    private static RunningGateway gateway;
    private static Wallet wallet;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.shipped();
        wallet = gateway.wallet(1_000_000_000);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void makesImagesForTheirTokensAndTheirNumber() {
        Wallet fresh = gateway.wallet(1_000_000_000);
        ImagesResponse answer = client(fresh).images().generate(image().n(2).build());
        assertThat(answer.data().orElseThrow()).hasSize(2);
        // Four tokens of prompt, a hundred for each image, and a tenth of a cent for each.
        assertThat(charged(fresh)).isEqualTo(4_000 + 2_000_000 + 2_000_000);
    }

    @Test
    void streamsImagesAndChargesThemBeforeTheLast() {
        Wallet fresh = gateway.wallet(1_000_000_000);
        try (StreamResponse<ImageGenStreamEvent> stream = client(fresh)
                .images()
                .generateStreaming(image().partialImages(2).build())) {
            List<ImageGenStreamEvent> events = stream.stream().toList();
            assertThat(events).hasSize(3);
            assertThat(events.get(1).isGenerationPartialImage()).isTrue();
            assertThat(events.getLast().asGenerationCompleted().usage().outputTokens())
                    .isEqualTo(100);
        }
        assertThat(charged(fresh)).isEqualTo(4_000 + 1_000_000 + 1_000_000);
    }

    @Test
    void changesImagesThatComeAsForm() {
        ImagesResponse answer = client(wallet)
                .images()
                .edit(ImageEditParams.builder()
                        .model("sim/image")
                        .image(MultipartField.<ImageEditParams.Image>builder()
                                .value(ImageEditParams.Image.ofInputStream(new ByteArrayInputStream(new byte[300_000])))
                                .filename("a.png")
                                .build())
                        .prompt("make it red")
                        .build());
        assertThat(answer.data().orElseThrow().getFirst().b64Json()).isPresent();
    }

    @Test
    void speaksAndChargesTheCharacters() throws IOException {
        Wallet fresh = gateway.wallet(1_000_000_000);
        String text = "Grüße an alle. ".repeat(20).strip();
        try (HttpResponse sound =
                client(fresh).audio().speech().create(speech(text).build())) {
            assertThat(sound.headers().values("content-type")).containsExactly("audio/wav");
            int seconds = Math.ceilDiv(text.getBytes(StandardCharsets.UTF_8).length, 14);
            assertThat(sound.body().readAllBytes()).hasSize(WAV_HEADER + seconds * 48_000);
        }
        assertThat(charged(fresh)).isEqualTo(text.length() * 15_000L);
    }

    @Test
    void speaksInEventsToo() throws IOException {
        Wallet fresh = gateway.wallet(1_000_000_000);
        try (HttpResponse events = client(fresh)
                .audio()
                .speech()
                .create(speech("Hello, world")
                        .streamFormat(SpeechCreateParams.StreamFormat.SSE)
                        .build())) {
            assertThat(new String(events.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("speech.audio.delta")
                    .endsWith("\"total_tokens\":23}}\n\n");
        }
        assertThat(charged(fresh)).isEqualTo(12 * 15_000L);
    }

    @Test
    void transcribesALargeFileForItsSeconds() {
        Wallet fresh = gateway.wallet(2_000_000_000);
        byte[] sound = new byte[6_000_000];
        var answer = client(fresh)
                .audio()
                .transcriptions()
                .create(transcription(sound).build());
        assertThat(answer.asTranscription().text()).isEqualTo("The sound has 6000000 bytes.");
        assertThat(charged(fresh)).isEqualTo(125 * 100_000L);
    }

    @Test
    void transcribesAsTextSubtitlesAndStream() {
        byte[] sound = new byte[96_000];
        for (String form : List.of("text", "srt", "vtt")) {
            Wallet fresh = gateway.wallet(1_000_000_000);
            var response = form(
                    fresh,
                    "/audio/transcriptions",
                    field("response_format", form) + field("model", "sim/transcribe") + FILE_PART
                            + "x".repeat(sound.length) + "\r\n--frontier--\r\n");
            assertThat(response.body()).contains("The sound has 96000 bytes.");
            assertThat(response.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
            // Two seconds by the subtitles; without any, a second for every 4,000 bytes.
            assertThat(charged(fresh)).isEqualTo((form.equals("text") ? 24 : 2) * 100_000L);
        }
        try (StreamResponse<TranscriptionStreamEvent> stream = client(wallet)
                .audio()
                .transcriptions()
                .createStreaming(transcription(sound).build())) {
            List<TranscriptionStreamEvent> events = stream.stream().toList();
            assertThat(events.getFirst().asTranscriptTextDelta().delta()).contains("96000");
            assertThat(events.getLast().isTranscriptTextDone()).isTrue();
        }
    }

    @Test
    void translates() {
        var response = form(
                wallet,
                "/audio/translations",
                field("model", "sim/transcribe") + FILE_PART + "x".repeat(10) + "\r\n--frontier--\r\n");
        assertThat(response.body()).contains("The sound has 10 bytes.");
    }

    @Test
    void takesTheModelFromBehindTheFile() {
        var response = form(
                wallet,
                "/audio/transcriptions",
                FILE_PART + "x".repeat(1_000_000) + "\r\n" + field("model", "sim/transcribe") + "--frontier--\r\n");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).contains("1000000");
    }

    @Test
    void refusesFormsThatAreNoneOrTooLarge() {
        expect(400, "model", FILE_PART + "x\r\n--frontier--\r\n");
        expect(400, "file", field("model", "sim/transcribe") + "--frontier--\r\n");
        expect(400, "model", field("model", "a") + field("model", "sim/transcribe") + FILE_PART + "x\r\n--frontier--");
        expect(400, "", field("model", "sim/transcribe") + FILE_PART + "x");
        expect(413, "", FILE_PART + "x".repeat(26_214_401));
        expect(400, "model", field("model", "sim/echo") + FILE_PART + "x\r\n--frontier--\r\n");
    }

    @Test
    void letsNobodyInWhoHasNoKey() {
        Wallet nobody = new Wallet(0, 0, "sk-" + "x".repeat(48));
        assertThat(form(nobody, "/audio/transcriptions", FILE_PART + "x".repeat(2_000_000))
                        .statusCode())
                .isEqualTo(401);
    }

    private static void expect(int status, String param, String body) {
        var response = form(wallet, "/audio/transcriptions", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(RunningGateway.json(response.body()).at("/error/param").asText(""))
                .isEqualTo(param);
    }

    private static String field(String name, String value) {
        return "--frontier\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static java.net.http.HttpResponse<String> form(Wallet of, String path, String body) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl() + path))
                .header("Authorization", "Bearer " + of.key())
                .header("Content-Type", TYPE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static ImageGenerateParams.Builder image() {
        return ImageGenerateParams.builder().model("sim/image").prompt("a dot of red");
    }

    private static SpeechCreateParams.Builder speech(String text) {
        return SpeechCreateParams.builder()
                .model("sim/speech")
                .voice("alloy")
                .input(text)
                .responseFormat(SpeechCreateParams.ResponseFormat.WAV);
    }

    private static TranscriptionCreateParams.Builder transcription(byte[] sound) {
        return TranscriptionCreateParams.builder()
                .model("sim/transcribe")
                .responseFormat(AudioResponseFormat.JSON)
                .file(file(sound));
    }

    private static MultipartField<InputStream> file(byte[] bytes) {
        return MultipartField.<InputStream>builder()
                .value(new ByteArrayInputStream(bytes))
                .filename("a.wav")
                .build();
    }

    private static long charged(Wallet of) {
        return TestDatabase.number(
                gateway.database(), "SELECT sum(cost_nano) FROM charge WHERE account_id = " + of.account());
    }

    private static OpenAIClient client(Wallet of) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(gateway.baseUrl())
                .apiKey(of.key())
                .maxRetries(0)
                .build();
    }
}
