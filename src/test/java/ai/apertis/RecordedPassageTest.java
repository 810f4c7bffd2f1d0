package ai.apertis;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.RunningGateway.Wallet;
import ai.apertis.config.DialectName;
import ai.apertis.dialect.Portability;
import ai.apertis.dialect.Recording;
import ai.apertis.upstream.ReplayUpstream;
import ai.apertis.upstream.ReplayUpstream.Received;
import ai.apertis.upstream.Reply;
import ai.apertis.upstream.Voice;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every request that a real client was recorded with, sent to a provider of its own dialect: it arrives byte for byte, white
 * space and all, but for the model's name, the usage that is asked for in streams, and the gateway's own fields. Those that
 * the gateway has to answer itself are listed with the field because of which it does.
 */
class RecordedPassageTest {
    private static final String UPSTREAM_MODEL = "name-at-the-provider";
    private static final String USAGE = "\"stream_options\":{\"include_usage\":true},";
    private static final Voice.Count COUNT = Voice.Count.of(10, 2);

    @Test
    void requestsReachAProviderOfTheirDialectAsTheyWereSent() throws IOException {
        List<Recording> recordings = Recording.all().stream()
                .filter(recording -> recording.request().isObject())
                .toList();
        assertThat(recordings).isNotEmpty();
        List<String> differences = new ArrayList<>();
        TreeMap<String, String> refused = new TreeMap<>();
        Vertx vertx = Vertx.vertx();
        ReplayUpstream upstream = new ReplayUpstream(vertx, Reply.hanging());
        try (RunningGateway gateway = RunningGateway.configured(yaml(upstream.baseUrl()))) {
            Wallet wallet = gateway.wallet(1_000_000_000_000L);
            for (Recording recording : recordings) {
                Voice voice = voice(recording.dialect());
                ObjectNode body = recording.request().deepCopy();
                if (recording.dialect() == DialectName.OPENAI_RESPONSES) {
                    // What is stored is stored here, and asked of the provider in a form that can be given back.
                    body.put("store", false);
                }
                boolean stream = recording.dialect() == DialectName.GEMINI
                        ? recording.streamed()
                        : body.path("stream").asBoolean();
                upstream.answer(stream ? voice.stream(COUNT, "Hi") : Reply.json(200, voice.whole("Hi", COUNT)));
                int before = upstream.received().size();
                HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + gateway.port() + voice.path("by-" + voice.dialect(), stream)))
                        .header("Authorization", "Bearer " + wallet.key())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                named(recording.dialect(), body, "by-" + voice.dialect())))
                        .build());
                if (answer.statusCode() != 200) {
                    assertThat(upstream.received()).as(recording.file()).hasSize(before);
                    refused.put(recording.file(), answer.statusCode() + " " + field(answer.body()));
                    continue;
                }
                Received received = upstream.received().getLast();
                assertThat(received.path())
                        .as(recording.file())
                        .isEqualTo(
                                URI.create(voice.path(UPSTREAM_MODEL, stream)).getPath());
                body.remove(Portability.GATEWAY_FIELDS);
                String expected = named(recording.dialect(), body, UPSTREAM_MODEL);
                String got = body.has("stream_options")
                        ? received.body()
                        : received.body().replace(USAGE, "");
                if (!got.equals(expected)) {
                    differences.add(recording.file() + "\n  sent     " + expected + "\n  received " + got);
                }
            }
        } finally {
            upstream.close();
            RunningGateway.await(vertx.close());
        }
        assertThat(differences).isEmpty();
        StringBuilder list = new StringBuilder();
        refused.forEach((file, why) -> list.append(file).append(' ').append(why).append('\n'));
        assertThat(list.toString()).isEqualTo(listed());
    }

    private static String field(String error) {
        return RunningGateway.json(error).at("/error/param").asText("");
    }

    /** Written with white space that nothing in the gateway would write. */
    private static String named(DialectName dialect, ObjectNode body, String model) throws IOException {
        ObjectNode named = dialect == DialectName.GEMINI ? body : body.put("model", model);
        return Recording.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(named);
    }

    private static Voice voice(DialectName dialect) {
        return List.of(Voice.values()).stream()
                .filter(voice -> voice.dialect().equals(dialect.configName()))
                .findFirst()
                .orElseThrow();
    }

    private static String listed() throws IOException {
        try (var in = RecordedPassageTest.class.getResourceAsStream("/dialects/unpassed-recordings.txt")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String yaml(URI upstream) {
        StringBuilder providers = new StringBuilder();
        StringBuilder models = new StringBuilder();
        for (Voice voice : Voice.values()) {
            providers.append(
                    "  - {name: %1$s, dialect: %1$s, base_url: '%2$s%3$s', keys: [provider-secret-1234567890]}%n"
                            .formatted(voice.dialect(), upstream, voice.version()));
            models.append("""
                  - {id: by-%1$s, price: {input: 1, output: 2}, context_length: 1000000, max_output: 200000,
                     capabilities: [tools, reasoning], endpoints: [{provider: %1$s, model: %2$s}]}
                """.formatted(voice.dialect(), UPSTREAM_MODEL));
        }
        return "limits: {requests_per_address: 0, requests_per_key_per_minute: 0}\nproviders:\n" + providers
                + "models:\n" + models;
    }
}
