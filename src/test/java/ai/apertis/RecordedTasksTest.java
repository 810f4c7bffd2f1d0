package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.ledger.TestDatabase;
import ai.apertis.upstream.Recordings;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Recorded embeddings and completions of real providers, replayed to clients of both forms. */
class RecordedTasksTest {
    private static Recordings recordings;
    private static Vertx vertx;
    private static ReplayUpstream openai;
    private static ReplayUpstream gemini;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        recordings = Recordings.open();
        vertx = Vertx.vertx();
        openai = new ReplayUpstream(vertx, Reply.json(500, "{}"));
        gemini = new ReplayUpstream(vertx, Reply.json(500, "{}"));
        gateway = RunningGateway.configured("""
                limits: {requests_per_address: 0, requests_per_key_per_minute: 0}
                providers:
                  - {name: one, dialect: openai, base_url: "%s/v1", keys: [secret-of-one]}
                  - {name: two, dialect: gemini, base_url: "%s", keys: [secret-of-two]}
                models:
                  - id: vectors
                    kinds: [embedding]
                    price: {input: 1}
                    endpoints: [{provider: one, model: upstream-vectors}]
                  - id: google-vectors
                    kinds: [embedding]
                    price: {input: 1}
                    endpoints: [{provider: two, model: upstream-google}]
                  - id: instruct
                    kinds: [completion]
                    price: {input: 1, output: 2}
                    max_output: 1000
                    endpoints: [{provider: one, model: upstream-instruct}]
                """.formatted(openai.baseUrl(), gemini.baseUrl()));
    }

    @AfterAll
    static void stop() {
        if (gateway != null) {
            gateway.close();
            openai.close();
            gemini.close();
            RunningGateway.await(vertx.close());
        }
    }

    @Test
    void openAiEmbeddingsPassAsBytesAndAreBilledAsTold() {
        List<Recordings.Entry> entries =
                recordings.list(entry -> entry.dialect().equals("openai-embeddings") && entry.status() == 200);
        assertThat(entries).isNotEmpty();
        for (Recordings.Entry entry : entries) {
            Recordings.Recording recording = recordings.load(entry);
            openai.answer(Reply.of(recording));
            Wallet wallet = gateway.wallet(1_000_000_000);
            String asked = recording.request().path("body").toString();
            String model = recording.request().at("/body/model").textValue();
            HttpResponse<String> response =
                    gateway.post("/embeddings", wallet.key(), asked.replace('"' + model + '"', "\"vectors\""));
            assertThat(response.body()).as(entry.file()).isEqualTo(recording.body());
            ReplayUpstream.Received received = openai.received().getLast();
            assertThat(received.path()).isEqualTo("/v1/embeddings");
            assertThat(received.body()).isEqualTo(asked.replace('"' + model + '"', "\"upstream-vectors\""));
            assertThat(tokens(wallet))
                    .as(entry.file())
                    .isEqualTo(RunningGateway.json(recording.body())
                            .at("/usage/total_tokens")
                            .longValue());
        }
    }

    @Test
    void geminiEmbeddingsReachClientsOfBothForms() {
        List<Recordings.Entry> entries = recordings.list(entry -> entry.dialect()
                        .equals("gemini-embeddings")
                && recordings.load(entry).request().path("path").asText().contains("batchEmbedContents"));
        assertThat(entries).isNotEmpty();
        for (Recordings.Entry entry : entries) {
            Recordings.Recording recording = recordings.load(entry);
            gemini.answer(Reply.of(recording));
            Wallet wallet = gateway.wallet(1_000_000_000);
            HttpResponse<String> own = gateway.post(
                    "/models/google-vectors:batchEmbedContents",
                    wallet.key(),
                    recording.request().path("body").toString());
            assertThat(own.body()).as(entry.file()).isEqualTo(recording.body());
            ReplayUpstream.Received received = gemini.received().getLast();
            assertThat(received.path()).isEqualTo("/v1beta/models/upstream-google:batchEmbedContents");
            assertThat(received.body()).contains("\"models/upstream-google\"").doesNotContain("gemini-embedding-2");
            JsonNode recorded = RunningGateway.json(recording.body());
            if (recorded.has("usageMetadata")) {
                assertThat(tokens(wallet))
                        .isEqualTo(
                                recorded.at("/usageMetadata/promptTokenCount").longValue());
            }

            HttpResponse<String> translated = gateway.post(
                    "/embeddings",
                    wallet.key(),
                    "{\"model\":\"google-vectors\",\"input\":[\"a\",\"b\"],\"dimensions\":64,\"encoding_format\":\"base64\"}");
            JsonNode answer = RunningGateway.json(translated.body());
            assertThat(answer.path("data")).as(translated.body()).hasSameSizeAs(recorded.path("embeddings"));
            assertThat(floats(answer.at("/data/0/embedding").textValue())[1])
                    .isEqualTo(recorded.at("/embeddings/0/values/1").floatValue());
            JsonNode asked = RunningGateway.json(gemini.received().getLast().body());
            assertThat(asked.at("/requests/1/content/parts/0/text").textValue()).isEqualTo("b");
            assertThat(asked.at("/requests/1/outputDimensionality").intValue()).isEqualTo(64);
        }
    }

    @Test
    void aGeminiClientReachesOpenAisVectors() {
        openai.answer(
                Reply.json(
                        200,
                        "{\"object\":\"list\",\"data\":[{\"index\":0,\"embedding\":[0.25,-1]}],\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}"));
        Wallet wallet = gateway.wallet(1_000_000_000);
        HttpResponse<String> response = gateway.post(
                "/models/vectors:embedContent",
                wallet.key(),
                "{\"content\":{\"parts\":[{\"text\":\"hello\"}]},\"taskType\":\"RETRIEVAL_QUERY\",\"outputDimensionality\":2}");
        assertThat(RunningGateway.json(response.body())
                        .at("/embedding/values/1")
                        .intValue())
                .isEqualTo(-1);
        JsonNode asked = RunningGateway.json(openai.received().getLast().body());
        assertThat(asked.at("/input/0").textValue()).isEqualTo("hello");
        assertThat(asked.path("dimensions").intValue()).isEqualTo(2);
        assertThat(tokens(wallet)).isEqualTo(3);
    }

    @Test
    void whatGeminiCannotEmbedIsNamed() {
        HttpResponse<String> tokens = gateway.post(
                "/embeddings", gateway.wallet(1_000_000).key(), "{\"model\":\"google-vectors\",\"input\":[1,2,3]}");
        assertThat(tokens.statusCode()).isEqualTo(400);
        assertThat(RunningGateway.json(tokens.body()).at("/error/param").textValue())
                .isEqualTo("input");
        HttpResponse<String> unknown = gateway.post(
                "/embeddings",
                gateway.wallet(1_000_000).key(),
                "{\"model\":\"google-vectors\",\"input\":\"x\",\"input_type\":\"query\"}");
        assertThat(RunningGateway.json(unknown.body()).at("/error/param").textValue())
                .isEqualTo("input_type");
    }

    @Test
    void anUnknownModelOfTheProviderIsToldInTheClientsForm() {
        Recordings.Entry entry = recordings
                .list(one -> one.dialect().equals("openai-embeddings") && one.status() == 404)
                .getFirst();
        openai.answer(Reply.of(recordings.load(entry)));
        HttpResponse<String> refused = gateway.post(
                "/models/vectors:embedContent",
                gateway.wallet(1_000_000).key(),
                "{\"content\":{\"parts\":[{\"text\":\"hello\"}]}}");
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(RunningGateway.json(refused.body()).at("/error/status").textValue())
                .isEqualTo("NOT_FOUND");
    }

    @Test
    void aNativeCompletionPassesAsBytes() {
        Recordings.Entry entry = recordings
                .list(one -> one.dialect().equals("openai-completions"))
                .getFirst();
        Recordings.Recording recording = recordings.load(entry);
        openai.answer(Reply.of(recording));
        Wallet wallet = gateway.wallet(1_000_000_000);
        HttpResponse<String> response = gateway.post(
                "/completions",
                wallet.key(),
                "{\"model\":\"instruct\",\"prompt\":[\"a\",[1,2]],\"echo\":true,\"logprobs\":1,\"max_tokens\":16}");
        assertThat(response.body()).isEqualTo(recording.body());
        assertThat(openai.received().getLast().path()).isEqualTo("/v1/completions");
        assertThat(openai.received().getLast().body())
                .isEqualTo(
                        "{\"model\":\"upstream-instruct\",\"prompt\":[\"a\",[1,2]],\"echo\":true,\"logprobs\":1,\"max_tokens\":16}");
        assertThat(tokens(wallet)).isEqualTo(14);
    }

    @Test
    void aNativeStreamKeepsItsUsageToItselfUnlessAsked() {
        openai.answer(Reply.events(
                "data: {\"id\":\"c\",\"object\":\"text_completion\",\"created\":1,\"choices\":[{\"text\":\"Hi\","
                        + "\"index\":0,\"finish_reason\":\"stop\"}]}\n\ndata: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,"
                        + "\"completion_tokens\":1,\"total_tokens\":6}}\n\ndata: [DONE]\n\n"));
        Wallet wallet = gateway.wallet(1_000_000_000);
        String stream = gateway.post(
                        "/completions",
                        wallet.key(),
                        "{\"model\":\"instruct\",\"prompt\":\"a\",\"stream\":true,\"max_tokens\":16}")
                .body();
        assertThat(stream).contains("\"Hi\"").doesNotContain("usage").endsWith("data: [DONE]\n\n");
        assertThat(openai.received().getLast().body()).contains("\"include_usage\":true");
        assertThat(tokens(wallet)).isEqualTo(5);
    }

    private static float[] floats(String base64) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(floats);
        return floats;
    }

    private static long tokens(Wallet wallet) {
        return TestDatabase.number(
                gateway.database(), "SELECT sum(input_tokens) FROM charge WHERE account_id = " + wallet.account());
    }
}
