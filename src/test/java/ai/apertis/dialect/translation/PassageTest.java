package ai.apertis.dialect.translation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import ai.apertis.config.Quirks;
import ai.apertis.dialect.ApiError;
import ai.apertis.dialect.Bridge;
import ai.apertis.dialect.ClientRequest;
import ai.apertis.dialect.ClientRequest.Target;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Seen;
import ai.apertis.http.SseEvent;
import ai.apertis.http.SseFramer;
import ai.apertis.money.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams on their way through a bridge, as the relay drives them. */
final class PassageTest {
    private static final String MESSAGES = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","model":"claude-x","content":[],"usage":{"input_tokens":9,"output_tokens":1}}}

        event: ping
        data: {"type":"ping"}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"},"new_field":1}

        event: tomorrow
        data: {"type":"tomorrow","index":0}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":3}}

        event: message_stop
        data: {"type":"message_stop"}

        """;

    private static final String ASKED = """
        {"fallback_models":["b"],"model":"claude","max_tokens":50,"stream":true,"later":{"x":1},\
        "messages":[{"role":"user","content":"Hello"}]}\
        """;

    @Test
    void withinADialectBytesPassAndOnlyTheLastEventWaits() {
        Bridge bridge = messages().bridge(target(DialectName.ANTHROPIC, -1));
        assertThat(new String(bridge.body(), StandardCharsets.UTF_8)).isEqualTo("""
            {"model":"up","max_tokens":50,"stream":true,"later":{"x":1},\
            "messages":[{"role":"user","content":"Hello"}]}\
            """);
        Passage passage = bridge.passage();
        Caught caught = new Caught();
        List<Seen> seen = drive(passage, MESSAGES, caught);
        assertThat(seen).contains(Seen.CONTENT).endsWith(Seen.END);
        assertThat(caught.text()).isEqualTo(MESSAGES.substring(0, MESSAGES.indexOf("event: message_stop")));
        passage.end(new Receipt(Usage.NONE, null), caught);
        assertThat(caught.text()).isEqualTo(MESSAGES);
        assertThat(passage.usage()).isEqualTo(ai.apertis.money.Usage.ofTokens(9, 3));
        assertThat(passage.text().kept()).isEqualTo("Hi");
    }

    @Test
    void theCapTakesThePlaceOfTheClientsLimit() {
        Bridge bridge = messages().bridge(target(DialectName.ANTHROPIC, 7));
        assertThat(new String(bridge.body(), StandardCharsets.UTF_8)).contains("\"max_tokens\":7,");
        ClientRequest gemini = ClientRequests.gemini(
                "{\"contents\":[{\"parts\":[{\"text\":\"x\"}]}]}".getBytes(StandardCharsets.UTF_8), "g", false);
        assertThat(new String(gemini.bridge(target(DialectName.GEMINI, 7)).body(), StandardCharsets.UTF_8))
                .contains("\"maxOutputTokens\":7");
        assertThat(gemini.bridge(target(DialectName.GEMINI, -1)).path()).isEqualTo("/v1beta/models/up:generateContent");
    }

    @Test
    void aChatClientReadsAnAnthropicStream() {
        byte[] body = "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"
                .getBytes(StandardCharsets.UTF_8);
        Bridge bridge = ClientRequests.chat(body).bridge(target(DialectName.ANTHROPIC, -1));
        assertThat(bridge.path()).isEqualTo("/v1/messages");
        Passage passage = bridge.passage();
        Caught caught = new Caught();
        List<Seen> seen = drive(passage, MESSAGES, caught);
        assertThat(seen).endsWith(Seen.END);
        assertThat(caught.text()).contains("\"content\":\"Hi\"").doesNotContain("[DONE]", "\"stop\"");
        passage.end(new Receipt(Usage.NONE, null), caught);
        assertThat(caught.text()).contains("\"finish_reason\":\"stop\"").endsWith("data: [DONE]\n\n");
    }

    @Test
    void aFailureIsToldInTheClientsDialect() {
        byte[] body = ASKED.replace("\"later\":{\"x\":1},", "").getBytes(StandardCharsets.UTF_8);
        Passage passage = ClientRequests.messages(body)
                .bridge(target(DialectName.GEMINI, -1))
                .passage();
        Caught caught = new Caught();
        drive(passage, "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]}}]}\n\n", caught);
        assertThat(passage.finished()).isFalse();
        passage.fail(ApiError.server(502, "bad_gateway", "Broken."), caught);
        assertThat(caught.text()).contains("event: error\ndata: {\"type\":\"error\"");
    }

    @Test
    void whatAnotherProviderSealedIsTakenOutBeforeAnOwnOneSeesIt() {
        String chat = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"assistant\","
                + "\"content\":null,\"tool_calls\":[{\"id\":\"call_1__ts__QUJD\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"call_1__ts__QUJD\","
                + "\"content\":\"r\"}]}";
        Bridge openai =
                ClientRequests.chat(chat.getBytes(StandardCharsets.UTF_8)).bridge(target(DialectName.OPENAI, -1));
        assertThat(new String(openai.body(), StandardCharsets.UTF_8))
                .contains("\"id\":\"call_1\"", "\"tool_call_id\":\"call_1\"", "\"model\":\"up\"");
        String messages = "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"x\"},"
                + "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":"
                + "\"apertis.gemini..QUJD\"},{\"type\":\"text\",\"text\":\"y\"}]},{\"role\":\"user\",\"content\":\"z\"}]}";
        Bridge anthropic = ClientRequests.messages(messages.getBytes(StandardCharsets.UTF_8))
                .bridge(target(DialectName.ANTHROPIC, -1));
        assertThat(new String(anthropic.body(), StandardCharsets.UTF_8))
                .contains("\"text\":\"y\"")
                .doesNotContain("thinking", "apertis.");
    }

    private static ClientRequest messages() {
        return ClientRequests.messages(ASKED.getBytes(StandardCharsets.UTF_8));
    }

    private static Target target(DialectName dialect, long cap) {
        return new Target(dialect, "up", cap, 1_000, true, Quirks.NONE);
    }

    private static List<Seen> drive(Passage passage, String stream, Caught caught) {
        List<Seen> seen = new ArrayList<>();
        SseEvent event = new SseEvent();
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        new SseFramer(1 << 20).feed(bytes, 0, bytes.length, (buf, from, to, copied) -> {
            caught.raw = new String(buf, from, to - from, StandardCharsets.UTF_8);
            seen.add(passage.pass(event.read(buf, from, to), caught));
        });
        return seen;
    }

    /** What the client got. */
    private static final class Caught implements EventSink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private String raw = "";

        @Override
        public void same() {
            bytes.writeBytes(raw.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void event(byte[] event) {
            bytes.writeBytes(event);
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
