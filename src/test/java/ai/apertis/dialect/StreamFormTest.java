package ai.apertis.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.apertis.config.DialectName;
import ai.apertis.dialect.ChatEvent.Kind;
import ai.apertis.dialect.openai.OpenAiDialect;
import ai.apertis.money.Usage;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The form of streams, on which strict clients insist. */
final class StreamFormTest {
    /** Two calls whose fragments interleave, after reasoning and words. */
    private static final List<ChatEvent> INTERLEAVED = List.of(
            new ChatEvent.Start("id-1", "m", 0),
            new ChatEvent.BlockStart(0, 0, Kind.REASONING, false),
            new ChatEvent.TextDelta(0, 0, Kind.REASONING, "hm"),
            new ChatEvent.Sealed(0, 0, new Seal(DialectName.ANTHROPIC, "c2ln")),
            new ChatEvent.BlockEnd(0, 0),
            new ChatEvent.BlockStart(0, 1, Kind.TEXT, false),
            new ChatEvent.TextDelta(0, 1, Kind.TEXT, "Let me see."),
            new ChatEvent.BlockEnd(0, 1),
            new ChatEvent.CallStart(0, 2, "call_a", "first", false, null),
            new ChatEvent.ArgumentsDelta(0, 2, "{\"a\":"),
            new ChatEvent.CallStart(0, 3, "call_b", "second", false, null),
            new ChatEvent.ArgumentsDelta(0, 3, "{\"b\":"),
            new ChatEvent.ArgumentsDelta(0, 2, "1}"),
            new ChatEvent.ArgumentsDelta(0, 3, "2}"),
            new ChatEvent.BlockEnd(0, 2),
            new ChatEvent.BlockEnd(0, 3),
            new ChatEvent.Finish(0, StopReason.TOOL_CALLS, null),
            new ChatEvent.Metered(Usage.ofTokens(10, 5), 1_500L),
            new ChatEvent.End());

    @Test
    void interleavedCallsArriveWholeInEveryDialect() {
        Facts expected = Facts.of(INTERLEAVED);
        for (Dialect client : Spoken.DIALECTS.all()) {
            byte[] stream = encode(client, INTERLEAVED);
            assertThat(FactsReader.stream(client.name(), Sse.data(stream)))
                    .as(client.name().configName())
                    .isEqualTo(expected);
        }
    }

    @Test
    void everyChatChunkHasWhatStrictClientsLookFor() {
        List<JsonNode> chunks = Sse.data(encode(Spoken.DIALECTS.of(DialectName.OPENAI), INTERLEAVED));
        assertThat(chunks).allSatisfy(chunk -> {
            assertThat(chunk.path("id").asText()).isEqualTo("id-1");
            assertThat(chunk.path("object").asText()).isEqualTo("chat.completion.chunk");
            assertThat(chunk.path("created").asLong()).isPositive();
            assertThat(chunk.path("choices").isArray()).isTrue();
        });
    }

    @Test
    void chatUsageStandsWithTheFinishReasonAndAfterIt() {
        List<JsonNode> chunks = Sse.data(encode(Spoken.DIALECTS.of(DialectName.OPENAI), INTERLEAVED));
        JsonNode finish = chunks.get(chunks.size() - 2);
        JsonNode after = chunks.getLast();
        assertThat(finish.path("choices").path(0).path("finish_reason").asText())
                .isEqualTo("tool_calls");
        assertThat(finish.path("usage")).isEqualTo(after.path("usage"));
        assertThat(after.path("choices")).isEmpty();
        assertThat(after.path("usage").path("total_tokens").asLong()).isEqualTo(15);
        assertThat(after.path("usage").path("cost").decimalValue()).isEqualByComparingTo("0.0000015");
    }

    @Test
    void chatUsageStandsAloneForClientsThatNeedIt() {
        ChatRequest request = Asked.minimal(DialectName.OPENAI, true);
        byte[] stream =
                Sse.encode(OpenAiDialect.withUsageApart().streamEncoder().apply(request), INTERLEAVED);
        List<JsonNode> chunks = Sse.data(stream);
        assertThat(chunks.get(chunks.size() - 2).path("usage").isNull()).isTrue();
        assertThat(chunks.getLast().path("choices")).isEmpty();
        assertThat(chunks.getLast().path("usage").path("total_tokens").asLong()).isEqualTo(15);
    }

    @Test
    void aSignatureOfTextIsNoSignatureOfThinking() {
        List<ChatEvent> signed = List.of(
                new ChatEvent.Start("id-1", "m", 0),
                new ChatEvent.BlockStart(0, 0, Kind.TEXT, false),
                new ChatEvent.TextDelta(0, 0, Kind.TEXT, "Hi."),
                new ChatEvent.Sealed(0, 0, new Seal(DialectName.GEMINI, "c2ln")),
                new ChatEvent.BlockEnd(0, 0),
                new ChatEvent.Finish(0, StopReason.END, null),
                new ChatEvent.End());
        String stream = new String(encode(Spoken.DIALECTS.of(DialectName.ANTHROPIC), signed), StandardCharsets.UTF_8);
        assertThat(stream).contains("Hi.").doesNotContain("signature_delta");
    }

    @Test
    void nothingFinalIsWrittenBeforeTheEnd() {
        List<ChatEvent> open = INTERLEAVED.subList(0, INTERLEAVED.size() - 1);
        for (Dialect client : Spoken.DIALECTS.all()) {
            String text = new String(encode(client, open), StandardCharsets.UTF_8);
            assertThat(text)
                    .as(client.name().configName())
                    .doesNotContain("[DONE]", "message_stop", "response.completed", "finishReason", "total_tokens");
        }
    }

    @Test
    void anthropicBlocksBeginGoOnAndEndByTheirOwnIndex() {
        List<JsonNode> events = Sse.data(encode(Spoken.DIALECTS.of(DialectName.ANTHROPIC), INTERLEAVED));
        List<Integer> open = new ArrayList<>();
        int next = 0;
        for (JsonNode event : events) {
            int index = event.path("index").asInt(-1);
            switch (event.path("type").asText()) {
                case "content_block_start" -> {
                    assertThat(index).isEqualTo(next++);
                    open.add(index);
                }
                case "content_block_delta" -> assertThat(open).contains(index);
                case "content_block_stop" ->
                    assertThat(open.remove(Integer.valueOf(index))).isTrue();
                default -> assertThat(index).isEqualTo(-1);
            }
        }
        assertThat(open).isEmpty();
        assertThat(events.getFirst().path("type").asText()).isEqualTo("message_start");
        assertThat(events.getLast().path("type").asText()).isEqualTo("message_stop");
    }

    @Test
    void responsesEventsAreNumberedAndTheCompletedAnswerHoldsEveryItem() {
        List<JsonNode> events = Sse.data(encode(Spoken.DIALECTS.of(DialectName.OPENAI_RESPONSES), INTERLEAVED));
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).path("sequence_number").asInt()).isEqualTo(i);
        }
        JsonNode response = events.getLast().path("response");
        assertThat(events.getLast().path("type").asText()).isEqualTo("response.completed");
        assertThat(response.path("output").findValuesAsText("type")).contains("reasoning", "message", "function_call");
        assertThat(response.path("output")).hasSize(4);
    }

    @Test
    void anErrorAfterTheStartIsToldInTheDialectsOwnForm() {
        List<ChatEvent> broken = List.of(
                new ChatEvent.Start("id-1", "m", 0),
                new ChatEvent.Failure(ApiError.server(503, "service_unavailable", "Try again.")));
        assertThat(last(DialectName.OPENAI, broken).path("error").path("code").asText())
                .isEqualTo("service_unavailable");
        assertThat(last(DialectName.ANTHROPIC, broken)
                        .path("error")
                        .path("type")
                        .asText())
                .isEqualTo("overloaded_error");
        assertThat(last(DialectName.GEMINI, broken).path("error").path("status").asText())
                .isEqualTo("UNAVAILABLE");
        assertThat(last(DialectName.OPENAI_RESPONSES, broken).path("type").asText())
                .isEqualTo("response.failed");
    }

    private static JsonNode last(DialectName dialect, List<ChatEvent> events) {
        return Sse.data(encode(Spoken.DIALECTS.of(dialect), events)).getLast();
    }

    private static byte[] encode(Dialect client, List<ChatEvent> events) {
        return Sse.encode(client.streamEncoder().apply(Asked.minimal(client.name(), true)), events);
    }
}
