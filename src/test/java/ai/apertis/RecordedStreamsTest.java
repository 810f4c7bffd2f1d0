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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every recorded chat stream of a real provider, replayed: the client gets every event, and pays what the provider said. */
class RecordedStreamsTest {
    private static final String ASK =
            "{\"model\":\"priced\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

    @Test
    void passWholeAndAreBilledAsTold() {
        Recordings recordings = Recordings.open();
        List<Recordings.Entry> streams = recordings.list(
                entry -> entry.dialect().equals("openai-chat") && entry.stream() && entry.status() == 200);
        assertThat(streams).isNotEmpty();
        Vertx vertx = Vertx.vertx();
        ReplayUpstream upstream = new ReplayUpstream(vertx, Reply.of(recordings.load(streams.getFirst())));
        try (RunningGateway gateway = RunningGateway.before(upstream.baseUrl())) {
            for (Recordings.Entry entry : streams) {
                Recordings.Recording recording = recordings.load(entry);
                for (int size : new int[] {37, 1 << 20}) {
                    upstream.answer(Reply.of(recording).chopped(size));
                    Wallet wallet = gateway.wallet(100_000_000_000L);
                    HttpResponse<String> response = gateway.chat(wallet.key(), ASK);
                    expectEveryEvent(entry, data(recording.body()), data(response.body()));
                    expectBill(gateway, wallet, entry, data(recording.body()));
                }
            }
        } finally {
            upstream.close();
            RunningGateway.await(vertx.close());
        }
    }

    private static void expectEveryEvent(Recordings.Entry entry, List<JsonNode> recorded, List<JsonNode> got) {
        if (recorded.stream().anyMatch(event -> event.hasNonNull("error"))) {
            assertThat(got.getLast().hasNonNull("error")).as(entry.file()).isTrue();
            return;
        }
        assertThat(got).as(entry.file()).hasSameSizeAs(recorded);
        for (int i = 0; i < recorded.size(); i++) {
            JsonNode event = got.get(i);
            recorded.get(i)
                    .properties()
                    .forEach(member -> assertThat(!member.getValue().isNull()
                                    && !event.path(member.getKey()).equals(member.getValue())
                                    && !member.getValue().asText("-").isEmpty())
                            .as("%s: %s", entry.file(), member)
                            .isFalse());
            assertThat(event.hasNonNull("id") && event.has("choices") && event.hasNonNull("created"))
                    .as(entry.file())
                    .isTrue();
        }
    }

    private static void expectBill(
            RunningGateway gateway, Wallet wallet, Recordings.Entry entry, List<JsonNode> recorded) {
        JsonNode usage = recorded.stream()
                .map(event -> event.path("usage"))
                .filter(JsonNode::isObject)
                .reduce((first, last) -> last)
                .orElse(null);
        if (usage == null || recorded.stream().anyMatch(event -> event.hasNonNull("error"))) {
            return;
        }
        assertThat(TestDatabase.number(
                        gateway.database(),
                        "SELECT input_tokens + cache_read_tokens + cache_write_tokens + audio_input_tokens FROM charge"
                                + " WHERE account_id = " + wallet.account()))
                .as(entry.file())
                .isEqualTo(usage.path("prompt_tokens").asLong());
    }

    private static List<JsonNode> data(String stream) {
        List<JsonNode> events = new ArrayList<>();
        Stream.of(stream.replace("\r\n", "\n").split("\n", -1))
                .filter(line -> line.startsWith("data:") && !line.contains("[DONE]"))
                .forEach(line -> events.add(RunningGateway.json(line.substring(5))));
        return events;
    }
}
