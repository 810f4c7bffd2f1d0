package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a provider gets of forms and gives of sounds and images, byte for byte, and what it costs when it goes wrong. */
class MediaPassageTest {
    private static final String SPEAK =
            "{\"model\":\"speaker\",\"input\":\"Hello there\",\"voice\":\"alloy\",\"response_format\":\"pcm\"}";

    private static Vertx vertx;
    private static ReplayUpstream first;
    private static ReplayUpstream second;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        first = new ReplayUpstream(vertx, Reply.json(500, "{}"));
        second = new ReplayUpstream(vertx, Reply.json(500, "{}"));
        gateway = RunningGateway.configured("""
                limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
                providers:
                  - {name: one, dialect: openai, base_url: "%s/v1", keys: [secret-of-one], stops_billing_on_cancel: true}
                  - {name: two, dialect: openai, base_url: "%s/v1", keys: [secret-of-two]}
                models:
                  - id: hearer
                    kinds: [transcription]
                    price: {per_second: 0.001}
                    endpoints: [{provider: one, model: first-hearer}, {provider: two, model: second-hearer}]
                  - id: speaker
                    kinds: [speech]
                    price: {characters: 1000}
                    endpoints: [{provider: one, model: upstream-speaker}]
                  - id: painter
                    kinds: [image]
                    price: {input: 5, image_input: 10, output: 40}
                    endpoints: [{provider: one, model: upstream-painter}]
                  - id: etcher
                    kinds: [image]
                    price: {per_image: 0.04}
                    endpoints: [{provider: one, model: first-etcher}, {provider: two, model: second-etcher}]
                  - id: printer
                    kinds: [image]
                    price: {per_image: 0.04, images: {high: 0.16, "high 1536x1024": 0.25}}
                    endpoints: [{provider: one, model: upstream-printer}]
                """.formatted(first.baseUrl(), second.baseUrl()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
        first.close();
        second.close();
        RunningGateway.await(vertx.close());
    }

    @Test
    void aFormGoesOutAsItCameIn() {
        first.answer(Reply.json(500, "{\"error\":{\"message\":\"no\"}}"));
        second.answer(Reply.json(200, "{\"text\":\"hi\",\"usage\":{\"type\":\"duration\",\"seconds\":7}}"));
        Wallet wallet = gateway.wallet(10_000_000_000L);
        String form = part("fallback_enabled", "true") + file("x".repeat(500_000)) + part("model", "hearer")
                + part("fallback_models[]", "other") + part("language", "de") + "--frontier--\r\n";
        HttpResponse<String> response = form(wallet, form);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"text\":\"hi\",\"usage\":{\"type\":\"duration\",\"seconds\":7}}");
        expectForm(first, "first-hearer");
        expectForm(second, "second-hearer");
        assertThat(charged(wallet)).isEqualTo(7_000_000);
    }

    private static void expectForm(ReplayUpstream upstream, String model) {
        ReplayUpstream.Received received = upstream.received().getLast();
        assertThat(received.path()).isEqualTo("/v1/audio/transcriptions");
        assertThat(received.headers()).containsEntry("content-type", "multipart/form-data; boundary=frontier");
        assertThat(received.body())
                .isEqualTo("\r\n" + file("x".repeat(500_000)) + part("model", model) + part("language", "de")
                        + "--frontier--\r\n");
    }

    @Test
    void soundKeepsItsTypeAndItsBytes() {
        first.answer(Reply.of(200, "audio/pcm", "s".repeat(300_000)).chopped(7_000));
        Wallet wallet = gateway.wallet(1_000_000_000);
        HttpResponse<String> sound = gateway.post("/audio/speech", wallet.key(), SPEAK);
        assertThat(sound.headers().firstValue("content-type")).contains("audio/pcm");
        assertThat(sound.body()).isEqualTo("s".repeat(300_000));
        assertThat(charged(wallet)).isEqualTo(11_000_000);
        assertThat(TestDatabase.number(
                        gateway.database(), "SELECT media_ms FROM charge WHERE account_id = " + wallet.account()))
                .isEqualTo(7_000);
    }

    @Test
    void soundThatBreaksOffBreaksOffForTheClientTooAndIsPaid() {
        first.answer(
                Reply.of(200, "audio/pcm", "s".repeat(300_000)).chopped(10_000).cutAfter(100_000, Reply.Ending.RESET));
        Wallet wallet = gateway.wallet(1_000_000_000);
        assertThatThrownBy(() -> gateway.post("/audio/speech", wallet.key(), SPEAK))
                .isInstanceOf(UncheckedIOException.class);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(charged(wallet)).isEqualTo(11_000_000));
    }

    @Test
    void aClientWhoLeavesPaysAndTheProviderIsCutOff() throws IOException, InterruptedException {
        first.answer(
                Reply.of(200, "audio/pcm", "s".repeat(300_000)).chopped(1_000).withPauses(50));
        Wallet wallet = gateway.wallet(1_000_000_000);
        int before = first.cancelled();
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/audio/speech"))
                .header("Authorization", "Bearer " + wallet.key())
                .POST(HttpRequest.BodyPublishers.ofString(SPEAK))
                .build();
        try (InputStream sound =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body()) {
            assertThat(sound.read()).isEqualTo('s');
        }
        client.shutdownNow();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(charged(wallet)).isEqualTo(11_000_000);
            assertThat(first.cancelled()).isGreaterThan(before);
        });
    }

    @Test
    void anErrorInThePlaceOfSoundIsToldAndCostsNothing() {
        first.answer(Reply.json(400, "{\"error\":{\"message\":\"no such voice\",\"param\":\"voice\"}}"));
        Wallet wallet = gateway.wallet(1_000_000_000);
        HttpResponse<String> refused = gateway.post("/audio/speech", wallet.key(), SPEAK);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("no such voice", "\"param\":\"voice\"");
        assertThat(charged(wallet)).isZero();
    }

    @Test
    void imageTokensCostWhatImageTokensCost() {
        first.answer(Reply.json(
                200,
                "{\"created\":1,\"data\":[{\"b64_json\":\"x\"}],\"usage\":{\"input_tokens\":50,\"output_tokens\":1000,"
                        + "\"total_tokens\":1050,\"input_tokens_details\":{\"text_tokens\":10,\"image_tokens\":40}}}"));
        Wallet wallet = gateway.wallet(10_000_000_000L);
        gateway.post("/images/generations", wallet.key(), "{\"model\":\"painter\",\"prompt\":\"a cat\"}");
        assertThat(charged(wallet)).isEqualTo(10 * 5_000 + 40 * 10_000 + 1_000 * 40_000);
    }

    @Test
    void anImageCostsByItsQualityAndSize() {
        first.answer(Reply.json(200, "{\"created\":1,\"data\":[{\"b64_json\":\"x\"},{\"b64_json\":\"y\"}]}"));
        expectPrinted("\"n\":2", 80_000_000);
        expectPrinted("\"n\":2,\"quality\":\"high\"", 320_000_000);
        expectPrinted("\"n\":2,\"quality\":\"high\",\"size\":\"1536x1024\"", 500_000_000);
    }

    private static void expectPrinted(String fields, long nano) {
        Wallet wallet = gateway.wallet(10_000_000_000L);
        HttpResponse<String> response = gateway.post(
                "/images/generations", wallet.key(), "{\"model\":\"printer\",\"prompt\":\"a cat\"," + fields + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(charged(wallet)).as(fields).isEqualTo(nano);
    }

    @Test
    void aStreamThatFailsEndsWithAnError() {
        first.answer(Reply.events(
                        "event: image_generation.partial_image\ndata: {\"type\":\"image_generation.partial_image\","
                                + "\"b64_json\":\"x\"}\n\ndata: {\"type\":\"error\",\"error\":{\"message\":\"out of paint\"}}\n\n")
                .chopped(130)
                .withPauses(20));
        Wallet wallet = gateway.wallet(10_000_000_000L);
        String stream = gateway.post(
                        "/images/generations",
                        wallet.key(),
                        "{\"model\":\"painter\",\"prompt\":\"a cat\",\"stream\":true,\"partial_images\":1}")
                .body();
        assertThat(stream).contains("partial_image", "\"type\":\"error\"").doesNotContain("completed");
    }

    @Test
    void nothingIsShownOfAStreamThatFailedAtOnce() {
        String begun = "data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"first\"}\n\n";
        String done = "data: {\"type\":\"image_generation.completed\",\"b64_json\":\"second\"}\n\n";
        first.answer(Reply.events(begun + "data: {\"type\":\"error\",\"error\":{\"message\":\"no\"}}\n\n"));
        second.answer(Reply.events(done));
        Wallet wallet = gateway.wallet(10_000_000_000L);
        HttpResponse<String> stream = gateway.post(
                "/images/generations", wallet.key(), "{\"model\":\"etcher\",\"prompt\":\"a cat\",\"stream\":true}");
        assertThat(stream.body()).isEqualTo(done);
        assertThat(charged(wallet)).isEqualTo(40_000_000);
    }

    @Test
    void aProviderThatDoesNotStreamTranscriptsMayAnswerWhole() {
        first.answer(Reply.json(200, "{\"text\":\"hi\",\"duration\":\"8.5\"}"));
        Wallet wallet = gateway.wallet(10_000_000_000L);
        HttpResponse<String> response =
                form(wallet, part("model", "hearer") + part("stream", "true") + file("x") + "--frontier--\r\n");
        assertThat(response.body()).isEqualTo("{\"text\":\"hi\",\"duration\":\"8.5\"}");
        assertThat(charged(wallet)).isEqualTo(8_500_000);
    }

    private static String part(String name, String value) {
        return "--frontier\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static String file(String content) {
        return "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n"
                + "Content-Type: audio/mpeg\r\n\r\n" + content + "\r\n";
    }

    private static HttpResponse<String> form(Wallet wallet, String body) {
        return gateway.send(HttpRequest.newBuilder(URI.create(gateway.baseUrl() + "/audio/transcriptions"))
                .header("Authorization", "Bearer " + wallet.key())
                .header("Content-Type", "multipart/form-data; boundary=frontier")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static long charged(Wallet of) {
        return TestDatabase.number(
                gateway.database(),
                "SELECT COALESCE(sum(cost_nano), 0) FROM charge WHERE account_id = " + of.account());
    }
}
