package ai.apertis.dialect.openai;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.dialect.EventSink;
import ai.apertis.dialect.Receipt;
import ai.apertis.dialect.Seen;
import ai.apertis.dialect.TextSample;
import ai.apertis.http.SseEvent;
import ai.apertis.money.Usage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiPassageTest {
    private static final String HEAD = "\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,";

    private final StringBuilder out = new StringBuilder();
    private final OpenAiPassage passage = new OpenAiPassage(new UsageWish(false, false), false, 1, new TextSample());

    @Test
    void passesAChunkUntouchedAndMeasuresItsText() {
        String chunk = "{" + HEAD
                + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a \\\"q\\\" }]\"},\"finish_reason\":null}]}";
        assertThat(see(chunk)).isEqualTo(Seen.CONTENT);
        assertThat(out.toString()).isEqualTo("data: " + chunk + "\n\n");
        assertThat(passage.text().kept()).isEqualTo("a \\\"q\\\" }]");
        assertThat(passage.finished()).isFalse();
    }

    @Test
    void keepsBackTheUsageThatTheClientDidNotAskFor() {
        see(
                "{" + HEAD
                        + "\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":5,\"total_tokens\":17,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":4},\"completion_tokens_details\":{\"reasoning_tokens\":2}}}");
        assertThat(out).isEmpty();
        assertThat(passage.usage()).isEqualTo(new Usage(8, 4, 0, 5, 2, 0, 0, 0, 0, false));
    }

    @Test
    void putsTheEmptyUsageInWhereItWasAskedFor() {
        OpenAiPassage asking = new OpenAiPassage(new UsageWish(true, false), false, 1, new TextSample());
        byte[] bytes = ("data: {" + HEAD + "\"choices\":[]}\n\n").getBytes(StandardCharsets.UTF_8);
        StringBuilder got = new StringBuilder();
        asking.pass(new SseEvent().read(bytes, 0, bytes.length), new EventSink() {
            @Override
            public void same() {
                got.append("same");
            }

            @Override
            public void event(byte[] event) {
                got.append(new String(event, StandardCharsets.UTF_8));
            }
        });
        assertThat(got).hasToString("data: {\"usage\":null," + HEAD + "\"choices\":[]}\n\n");
    }

    @Test
    void readsUsageFromTheChunkThatFinishes() {
        see(
                "{" + HEAD
                        + "\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}");
        assertThat(out).isNotEmpty();
        assertThat(passage.finished()).isTrue();
        assertThat(passage.usage()).isEqualTo(Usage.ofTokens(1, 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "\"many\"",
                "{\"prompt_tokens\":-1,\"completion_tokens\":2}",
                "{\"prompt_tokens\":\"7\",\"completion_tokens\":2}",
                "{\"prompt_tokens\":1000000000000000000,\"completion_tokens\":2}",
                "{\"prompt_tokens\":1.5,\"completion_tokens\":2}",
                "{\"prompt_tokens\":null,\"completion_tokens\":null}",
                "{\"prompt_tokens\":1e400,\"completion_tokens\":1}"
            })
    void takesUsageThatCannotBeBelievedForAbsent(String usage) {
        see("{" + HEAD + "\"choices\":[],\"usage\":" + usage + "}");
        assertThat(passage.usage()).isNull();
    }

    @Test
    void neverCountsMoreCachedTokensThanThePromptHas() {
        see(
                "{" + HEAD
                        + "\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1,\"prompt_tokens_details\":{\"cached_tokens\":9}}}");
        assertThat(passage.usage()).isEqualTo(new Usage(0, 5, 0, 1, 0, 0, 0, 0, 0, false));
    }

    @Test
    void isNotFooledByTextThatLooksLikeUsage() {
        see("{" + HEAD + "\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":9}\"}}]}");
        assertThat(passage.usage()).isNull();
    }

    @Test
    void putsInWhatStrictClientsBreakOn() {
        see("{\"id\":null,\"choices\":[{\"delta\":{\"content\":\"x\"}}]}");
        see("{}");
        assertThat(out.toString())
                .matches("(?s)data:"
                        + " \\{\"object\":\"chat.completion.chunk\",\"created\":\\d+,\"id\":\"(chatcmpl-\\w{32})\",\"choices\":.*data:"
                        + " \\{.*\"id\":\"\\1\".*\"choices\":\\[].*}\n\n");
    }

    @Test
    void tellsUsageApartWhereTheClientCannotTakeItBesideOtherThings() {
        String usage = "{\"prompt_tokens\":13,\"completion_tokens\":8}";
        String first = "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]";
        String last = "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]";
        OpenAiPassage apart = new OpenAiPassage(new UsageWish(true, true), false, 1, new TextSample());
        see(apart, "{" + HEAD + first + ",\"usage\":{\"prompt_tokens\":13,\"completion_tokens\":1}}");
        see(apart, "{" + HEAD + last + ",\"usage\":" + usage + "}");
        apart.end(new Receipt(Usage.NONE, null), sink(""));
        assertThat(out)
                .hasToString("data: {" + HEAD + first + ",\"usage\":null}\n\n"
                        + "data: {" + HEAD + last + ",\"usage\":null}\n\n"
                        + "data: {" + HEAD + "\"choices\":[],\"usage\":" + usage + "}\n\n"
                        + "data: [DONE]\n\n");
        assertThat(apart.usage()).isEqualTo(Usage.ofTokens(13, 8));
    }

    @Test
    void endsAnAnswerOnceForClientsThatWantUsageApart() {
        OpenAiPassage apart = new OpenAiPassage(new UsageWish(true, true), false, 1, new TextSample());
        String end = "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]";
        see(apart, "{" + HEAD + end + ",\"usage\":null}");
        see(apart, "{" + HEAD + end + ",\"usage\":{\"prompt_tokens\":1}}");
        apart.end(new Receipt(Usage.NONE, null), sink(""));
        assertThat(out)
                .hasToString("data: {" + HEAD + end + ",\"usage\":null}\n\ndata: {" + HEAD
                        + "\"choices\":[],\"usage\":{\"prompt_tokens\":1}}\n\ndata: [DONE]\n\n");
    }

    @Test
    void tellsNoUsageApartThatWasNotAskedFor() {
        OpenAiPassage apart = new OpenAiPassage(new UsageWish(false, true), false, 1, new TextSample());
        see(
                apart,
                "{" + HEAD
                        + "\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1}}");
        apart.end(new Receipt(Usage.NONE, null), sink(""));
        assertThat(out)
                .hasToString(
                        "data: {" + HEAD
                                + "\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\ndata: [DONE]\n\n");
    }

    @Test
    void putsTypeAndIndexIntoCallsThatLackThem() {
        String call = "\"id\":\"%s\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"type\\\":1}\"}}";
        see(calls("{" + call.formatted("a") + ",{" + call.formatted("b")));
        see(calls("{" + call.formatted("c")));
        String typed = "\"type\":\"function\",";
        assertThat(out)
                .hasToString("data: "
                        + calls("{\"index\":0," + typed + call.formatted("a") + ",{\"index\":1," + typed
                                + call.formatted("b"))
                        + "\n\ndata: " + calls("{\"index\":2," + typed + call.formatted("c")) + "\n\n");
    }

    @Test
    void leavesCallsThatAreWholeAndTheirPiecesAlone() {
        String whole = calls("{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\"}}");
        String piece = calls("{\"index\":0,\"function\":{\"arguments\":\"{\"}}");
        see(whole);
        see(piece);
        assertThat(out).hasToString("data: " + whole + "\n\ndata: " + piece + "\n\n");
    }

    @Test
    void putsTheTypeIntoCallsOfWholeAnswers() {
        String answer =
                "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"choices\":[{\"index\":0,\"message\":"
                        + "{\"role\":\"assistant\",\"tool_calls\":[{%s\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}";
        byte[] read = OpenAiAnswer.read(answer.formatted("").getBytes(StandardCharsets.UTF_8))
                .body(new Receipt(Usage.NONE, null));
        assertThat(new String(read, StandardCharsets.UTF_8)).isEqualTo(answer.formatted("\"type\":\"function\","));
    }

    private static String calls(String calls) {
        return "{" + HEAD + "\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[" + calls + "]}}]}";
    }

    @Test
    void seesTheProvidersErrorInTheStream() {
        assertThat(see("{\"error\":{\"message\":\"overloaded at https://internal.host/x\",\"code\":429}}"))
                .isEqualTo(Seen.ERROR);
        assertThat(passage.error()).isNotNull().satisfies(error -> {
            assertThat(error.status()).isEqualTo(429);
            assertThat(error.message()).contains("overloaded").doesNotContain("internal.host");
        });
        assertThat(out).isEmpty();
    }

    @Test
    void endsWhereTheProviderEnds() {
        assertThat(see("[DONE]")).isEqualTo(Seen.END);
        assertThat(out).isEmpty();
        passage.end(new Receipt(Usage.NONE, null), sink(""));
        assertThat(out.toString()).isEqualTo("data: [DONE]\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json", "{\"id\":", "{\"id\":\"x", "[1]", "{\"choices\":[{]}"})
    void passesWhatItCannotReadAsItIs(String data) {
        assertThat(see(data)).isEqualTo(Seen.OTHER);
        assertThat(out.toString()).isEqualTo("data: " + data + "\n\n");
    }

    private Seen see(String data) {
        return see(passage, data);
    }

    private Seen see(OpenAiPassage passage, String data) {
        String event = "data: " + data + "\n\n";
        byte[] raw = event.getBytes(StandardCharsets.UTF_8);
        return passage.pass(new SseEvent().read(raw, 0, raw.length), sink(event));
    }

    private EventSink sink(String same) {
        return new EventSink() {
            @Override
            public void same() {
                out.append(same);
            }

            @Override
            public void event(byte[] bytes) {
                out.append(new String(bytes, StandardCharsets.UTF_8));
            }
        };
    }
}
