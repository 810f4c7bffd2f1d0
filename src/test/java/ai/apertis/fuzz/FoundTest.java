package ai.apertis.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ApiException;
import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.JsonBody;
import ai.apertis.dialect.Passage;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Splice;
import ai.apertis.dialect.WholeAnswer;
import ai.apertis.http.SseEvent;
import ai.apertis.http.SseFramer;
import ai.apertis.money.Usage;
import ai.apertis.upstream.Voice;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What random input has found, once each. */
class FoundTest {
    private static final String HUGE = "1E-9999999999999";

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32BE"})
    void aBodyThatIsNotUtf8IsRefusedAndNotEditedAtWrongPlaces(String encoding) {
        byte[] body = Voice.OPENAI.ask("m", "Hello", 5, false).getBytes(Charset.forName(encoding));
        for (DialectName dialect : DialectName.values()) {
            refused(() -> Requests.read(dialect, body));
        }
    }

    @Test
    void aCacheKeyOfAnyShapeIsPassedOverWhole() {
        byte[] body = utf8("{\"model\":\"m\",\"prompt_cache_key\":[{\"role\":[1]}],\"messages\":[{\"role\":\"user\","
                + "\"content\":\"x\"}]}");
        byte[] sent = Requests.read(DialectName.OPENAI, body)
                .bridge(Requests.target(DialectName.OPENAI, -1))
                .body();
        assertThat(sent).asString().contains("\"prompt_cache_key\":[{\"role\":[1]}]");
    }

    @Test
    void aGenerationConfigThatIsNoObjectIsRefusedByNameWhenALimitMustGoIntoIt() {
        byte[] body = utf8("{\"contents\":[{\"parts\":[{\"text\":\"x\"}]}],\"generationConfig\":[1]}");
        refused(() -> Requests.read(DialectName.GEMINI, body).bridge(Requests.target(DialectName.GEMINI, 5)));
    }

    @Test
    void anEmptyObjectTakesAMember() {
        byte[] body = utf8(" { } ");
        Splice edits = new Splice(body);
        JsonBody.read(body, (name, json) -> {}).set(edits, "usage", "{}");
        assertThat(edits.apply()).asString().isEqualTo(" {\"usage\":{} } ");
    }

    @ParameterizedTest
    @EnumSource
    void aNumberThatNoDecimalHoldsIsNoJson(Voice voice) {
        DialectName dialect = Requests.dialect(voice);
        String asked = voice.ask("m", "Hello", 5, true);
        for (String field : List.of("temperature", "max_cost_usd", "x")) {
            byte[] body = utf8("{\"" + field + "\":" + HUGE + "," + asked.substring(1));
            try {
                Requests.read(dialect, body);
            } catch (ApiException told) {
                assertThat(told.error().status()).isEqualTo(400);
            }
        }
        byte[] answer = utf8(
                "{\"x\":" + HUGE + "," + voice.whole("Hi", Voice.Count.of(1, 1)).substring(1));
        for (DialectName client : DialectName.values()) {
            assertThat(Requests.read(client, utf8(Requests.voice(client).ask("m", "Hello", 5, true)))
                            .bridge(Requests.target(dialect, -1))
                            .answer(answer))
                    .isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{ }", "{\"id\":null}"})
    void aChunkWithoutAnythingIsFilledInAsJson(String chunk) {
        Out out = new Out();
        Passage passage = passage(Voice.OPENAI);
        out.feed(passage, "data: " + chunk + "\n\n");
        assertThat(out.toString())
                .matches("data: \\{ ?(\"\\w+\":(\"[^\"]+\"|\\d+|\\[]),?){4} ?}\n\n")
                .doesNotContain(",}")
                .contains("\"id\":", "\"object\":", "\"created\":", "\"choices\":[]");
    }

    @Test
    void aFirstChunkThatIsNoJsonDoesNotKeepAStreamFromBeingCutOff() {
        Out out = new Out();
        Passage passage = passage(Voice.OPENAI);
        out.feed(passage, "data: {\"id\":\"a\",\"choices\":[{\"delta\":{\"content\":\"x\"}]],\"q\":tru}\n\n");
        passage.cutOff("insufficient_balance", new Receipt(Usage.ofTokens(1, 1), null), out);
        assertThat(out.toString()).contains("insufficient_balance").endsWith("data: [DONE]\n\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 5_000, Integer.MAX_VALUE})
    void noPartsAreMadeUpToReachAnIndex(int index) {
        Out out = new Out();
        Passage passage = passage(Voice.RESPONSES);
        Voice.RESPONSES.opening(null).forEach(event -> out.feed(passage, event));
        out.feed(
                passage,
                "data: {\"type\":\"response.content_part.added\",\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":"
                        + index + ",\"part\":{\"type\":\"output_text\",\"text\":\"\"}}\n\n");
        passage.cutOff("insufficient_balance", new Receipt(Usage.ofTokens(1, 1), null), out);
        assertThat(out.toString()).contains("event: response.incomplete").hasSizeLessThan(10_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}", "[null,\"x\",7]"})
    void anItemWhosePartsAreNoneIsCutOffAllTheSame(String parts) {
        Out out = new Out();
        Passage passage = passage(Voice.RESPONSES);
        out.feed(
                passage,
                "data: {\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"id\":\"msg_1\","
                        + "\"type\":\"message\",\"content\":" + parts + "}}\n\n");
        passage.cutOff("insufficient_balance", new Receipt(Usage.ofTokens(1, 1), null), out);
        assertThat(out.toString()).contains("event: response.incomplete");
    }

    @Test
    void aByteOrderMarkIsPassedOverHoweverItIsCut() {
        byte[] stream = utf8("\uFEFFdata: a\n\ndata: b\n\n");
        for (int cut = 0; cut <= stream.length; cut++) {
            assertThat(data(stream, cut)).as("cut at %d", cut).containsExactly("a", "b");
        }
        byte[] lookingLikeOne = "\u00EF\u00BB:x\n\ndata:a\n\n".getBytes(StandardCharsets.ISO_8859_1);
        for (int cut = 0; cut <= lookingLikeOne.length; cut++) {
            assertThat(data(lookingLikeOne, cut)).as("cut at %d", cut).containsExactly("a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenCharacterCostsAWholeAnswerOnlyThatCharacter(Voice voice) {
        byte[] answer = voice.whole("Hi\u00FFthere", Voice.Count.of(1, 1)).getBytes(StandardCharsets.ISO_8859_1);
        for (DialectName client : DialectName.values()) {
            WholeAnswer told = Requests.read(client, utf8(Requests.voice(client).ask("m", "Hello", 5, false)))
                    .bridge(Requests.target(Requests.dialect(voice), -1))
                    .answer(answer);
            assertThat(told.error()).isNull();
            assertThat(new String(told.body(new Receipt(Usage.ofTokens(1, 1), null)), StandardCharsets.UTF_8))
                    .contains("Hi\uFFFDthere");
        }
    }

    @Test
    void anEventOfAMillionLinesIsJoinedOnceAndNotAMillionTimes() {
        byte[] event = utf8("data: x\n".repeat(1_000_000) + "\n");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        SseEvent view = new SseEvent().read(event, 0, event.length);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8L * event.length);
        assertThat(view.dataTo() - view.dataFrom()).isEqualTo(2 * 1_000_000 - 1);
    }

    private static List<String> data(byte[] stream, int cut) {
        List<String> data = new ArrayList<>();
        SseFramer framer = new SseFramer(1 << 20);
        SseFramer.Sink sink = (buf, from, to, copied) -> {
            SseEvent view = new SseEvent().read(buf, from, to);
            if (view.hasData()) {
                int length = view.dataTo() - view.dataFrom();
                data.add(new String(view.buffer(), view.dataFrom(), length, StandardCharsets.UTF_8));
            }
        };
        framer.feed(stream, 0, cut, sink);
        framer.feed(stream, cut, stream.length, sink);
        framer.finish(sink);
        return data;
    }

    private static Passage passage(Voice voice) {
        return Requests.read(Requests.dialect(voice), utf8(voice.ask("m", "Hello", 5, true)))
                .bridge(Requests.target(Requests.dialect(voice), -1))
                .passage();
    }

    private static void refused(Runnable reading) {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(reading::run)
                .satisfies(refused -> assertThat(refused.error().status()).isEqualTo(400));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What the client gets. */
    private static final class Out implements EventSink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private byte[] event = new byte[0];

        void feed(Passage passage, String text) {
            event = utf8(text);
            passage.pass(new SseEvent().read(event, 0, event.length), this);
        }

        @Override
        public void same() {
            bytes.writeBytes(event);
        }

        @Override
        public void event(byte[] written) {
            bytes.writeBytes(written);
        }

        @Override
        public String toString() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
