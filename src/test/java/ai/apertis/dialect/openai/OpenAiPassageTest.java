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
    private final OpenAiPassage passage = new OpenAiPassage(false, false, 1, new TextSample());

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
        OpenAiPassage asking = new OpenAiPassage(true, false, 1, new TextSample());
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
